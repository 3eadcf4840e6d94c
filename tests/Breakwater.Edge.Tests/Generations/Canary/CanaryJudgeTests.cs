using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Generations.Canary;
using Breakwater.Edge.Tests.Observability;

namespace Breakwater.Edge.Tests.Generations.Canary;

/// <summary>When a candidate is worse than what is in force, and when it only had bad luck.</summary>
public sealed class CanaryJudgeTests
{
    private static readonly CanaryConfig Bounds = new();

    // Of the candidate: requests and those that failed; of what is in force: the same; whether that is harm.
    public static TheoryData<int, int, int, int, bool> Shares => new()
    {
        { 0, 0, 0, 0, false },
        { 0, 0, 1000, 500, false },

        // One failure is chance, whatever the share.
        { 1, 1, 0, 0, false },
        { 1, 1, 1000, 0, false },
        { 10, 1, 90, 0, false },

        // All of two, or three of ten, are not.
        { 2, 2, 20, 0, true },
        { 2, 2, 0, 0, true },
        { 10, 3, 90, 0, true },
        { 20, 20, 180, 0, true },

        // What both sides have is nobody's fault.
        { 100, 50, 900, 450, false },
        { 2, 2, 20, 20, false },
        { 100, 60, 900, 450, false },
        { 1000, 600, 9000, 4500, true },

        // A little worse, within the bound and within chance.
        { 500, 5, 4500, 0, false },
        { 500, 9, 4500, 0, false },
        { 500, 14, 4500, 0, true },
        { 500, 30, 4500, 0, true },
        { 500, 0, 4500, 100, false },
    };

    [Theory]
    [MemberData(nameof(Shares))]
    public void AShareOfErrorsIsHarmBeyondTheBoundAndBeyondChance(int requests, int errors, int liveRequests, int liveErrors, bool harm)
    {
        foreach ((ExchangeEnd end, int status, bool byEdge) in new[] { (ExchangeEnd.OriginRefused, 502, true), (ExchangeEnd.Completed, 500, false), (ExchangeEnd.EdgeFault, 0, false) })
        {
            LaneFigures candidate = Lane(requests, errors, end, status, byEdge), live = Lane(liveRequests, liveErrors, end, status, byEdge);
            string? said = CanaryJudge.Harm(live, candidate, Bounds, mayBlock: false);
            Assert.Equal(harm, said is not null);
            Assert.True(said is null || said.StartsWith($"{errors} of its {requests} requests fail ", StringComparison.Ordinal), said);
        }
    }

    [Fact]
    public void MoreRefusalsAreHarmUnlessTheyAreMeant()
    {
        LaneFigures live = Lane(900, 9, ExchangeEnd.Blocked, 403, true), candidate = Lane(100, 40, ExchangeEnd.Blocked, 403, true);
        Assert.Equal("40 of its 100 requests are refused; of the others 9 of 900", CanaryJudge.Harm(live, candidate, Bounds, mayBlock: false));
        Assert.Null(CanaryJudge.Harm(live, candidate, Bounds, mayBlock: true));
        Assert.Null(CanaryJudge.Harm(live, Lane(100, 8, ExchangeEnd.RateLimited, 429, true), Bounds, mayBlock: false));
    }

    /// <summary>What a refused visitor does: each refusal ends the connection, and the next one may be on the other side; those who are served keep theirs.</summary>
    [Fact]
    public void RefusedVisitorsThatChanceHasSentToOneSideAreNoHarm()
    {
        LaneFigures live = new(), candidate = new();
        Visit(live, connections: 8, requests: 100, blocked: 0);
        Visit(live, connections: 200, requests: 1, blocked: 1);
        Visit(candidate, connections: 30, requests: 1, blocked: 1);
        Assert.InRange(live.DesignEffect, 10, 100);
        Assert.Null(CanaryJudge.Harm(live, candidate, Bounds, mayBlock: false));
    }

    [Fact]
    public void OneRefusedVisitorOfManyRequestsIsOneVisitor()
    {
        LaneFigures live = new(), candidate = new();
        Visit(live, connections: 36, requests: 50, blocked: 0);
        Visit(candidate, connections: 3, requests: 50, blocked: 0);
        Visit(candidate, connections: 1, requests: 50, blocked: 50);
        Assert.Null(CanaryJudge.Harm(live, candidate, Bounds, mayBlock: false));

        // Half of all visitors is more than chance.
        Visit(candidate, connections: 17, requests: 50, blocked: 0);
        Visit(candidate, connections: 19, requests: 50, blocked: 50);
        Assert.NotNull(CanaryJudge.Harm(live, candidate, Bounds, mayBlock: false));
    }

    [Fact]
    public void RefusalsOnEveryConnectionAreHarmThoughTheyAreFew()
    {
        LaneFigures live = new(), candidate = new();
        Visit(live, connections: 36, requests: 50, blocked: 0);
        Visit(candidate, connections: 4, requests: 50, blocked: 25);
        Assert.Equal(1, candidate.DesignEffect);
        Assert.NotNull(CanaryJudge.Harm(live, candidate, Bounds, mayBlock: false));
    }

    [Fact]
    public void TheDesignEffectIsThatOfAShareInClusters()
    {
        Random random = new(5);
        for (int round = 0; round < 100; round++)
        {
            LaneFigures lane = new();
            (int Requests, int Blocked)[] connections = [.. Enumerable.Range(0, random.Next(2, 30)).Select(_ => random.Next(1, 20)).Select(n => (n, random.Next(0, n + 1)))];
            foreach ((int requests, int blocked) in connections)
            {
                Visit(lane, 1, requests, blocked);
            }

            double all = connections.Sum(one => one.Requests), share = connections.Sum(one => one.Blocked) / all, m = connections.Length;
            double squares = connections.Sum(one => Math.Pow(one.Blocked - (share * one.Requests), 2));
            double expected = share is 0 or 1 ? 1 : Math.Max(1, squares * m / (m - 1) / (all * share * (1 - share)));
            Assert.Equal(expected, lane.DesignEffect, 6);
        }
    }

    [Fact]
    public void AConnectionBeginsAnewWithEachCanary()
    {
        LaneFigures first = new(), second = new();
        ClientConnection connection = Add(first, null, isBlocked: true);
        Add(first, connection, isBlocked: false);
        Add(second, connection, isBlocked: false);
        Add(second, null, isBlocked: true);

        // Two connections of one request each; with what came before, it would be more.
        Assert.Equal(2, second.DesignEffect, 6);
    }

    [Theory]
    [InlineData(50, 50_000, 50, 10_000, true)]
    [InlineData(49, 50_000, 50, 10_000, false)]
    [InlineData(50, 50_000, 49, 10_000, false)]
    [InlineData(50, 30_000, 50, 10_000, false)]
    [InlineData(50, 10_000, 50, 50_000, false)]
    public void MuchSlowerIsHarmOnceThereAreEnoughToCompare(int requests, int micros, int liveRequests, int liveMicros, bool harm)
    {
        LaneFigures candidate = new(), live = new();
        Fill(candidate.Durations, requests, micros);
        Fill(live.Durations, liveRequests, liveMicros);
        Assert.Equal(harm, CanaryJudge.Harm(live, candidate, Bounds, false)?.StartsWith("the slowest tenth of its requests takes", StringComparison.Ordinal) ?? false);

        // The same of the edge's own work.
        candidate = new();
        live = new();
        Fill(candidate.Work, requests, micros / 80);
        Fill(live.Work, liveRequests, liveMicros / 80);
        Assert.Equal(harm, CanaryJudge.Harm(live, candidate, Bounds, false)?.StartsWith("deciding about the slowest tenth", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData(ExchangeEnd.Completed, 200, false, "Fine")]
    [InlineData(ExchangeEnd.Completed, 404, false, "Fine")]
    [InlineData(ExchangeEnd.Completed, 503, false, "OriginError")]
    [InlineData(ExchangeEnd.OriginTruncated, 200, false, "OriginError")]
    [InlineData(ExchangeEnd.NoOrigin, 503, true, "Error")]
    [InlineData(ExchangeEnd.OriginTlsFailed, 502, true, "Error")]
    [InlineData(ExchangeEnd.EdgeFault, 500, true, "Error")]
    [InlineData(ExchangeEnd.Blocked, 503, true, "Blocked")]
    [InlineData(ExchangeEnd.Dropped, 0, false, "Blocked")]
    [InlineData(ExchangeEnd.RateLimited, 429, true, "Blocked")]
    [InlineData(ExchangeEnd.UnknownHost, 421, true, "Blocked")]
    [InlineData(ExchangeEnd.BadRequest, 431, true, "Blocked")]
    [InlineData(ExchangeEnd.AnsweredByEdge, 308, true, "Fine")]
    [InlineData(ExchangeEnd.ClientAborted, 0, false, "Fine")]
    [InlineData(ExchangeEnd.ClientTooSlow, 502, true, "Fine")]
    [InlineData(ExchangeEnd.HeaderTimeout, 408, true, "Fine")]
    [InlineData(ExchangeEnd.TunnelClosed, 101, false, "Fine")]
    public void WhatARequestCameToIsTheEdgesTheOriginsOrNobodysFault(ExchangeEnd end, int status, bool byEdge, string expected) =>
        Assert.Equal(expected, LaneFigures.Judge(byEdge, new ExchangeRecord { End = end, Status = status }).ToString());

    [Fact]
    public void TheTailIsThatOfTheBinomialDistribution()
    {
        foreach ((int count, double rate) in new[] { (1, 0.01), (5, 0.3), (30, 0.02), (200, 0.5), (1000, 0.01) })
        {
            for (int hits = 0; hits <= count; hits += Math.Max(1, count / 20))
            {
                Assert.Equal(Slow(hits, count, rate), CanaryJudge.Tail(hits, count, rate), 9);
            }
        }

        Assert.Equal((1, 0, 1), (CanaryJudge.Tail(0, 10, 0.5), CanaryJudge.Tail(1, 10, 0), CanaryJudge.Tail(3, 10, 1)));

        // Term by term, each by multiplication.
        static double Slow(int hits, int count, double rate)
        {
            double sum = 0;
            for (int k = hits; k <= count; k++)
            {
                double log = 0;
                for (int i = 1; i <= k; i++)
                {
                    log += Math.Log((count - k + i) * rate / i);
                }

                sum += Math.Exp(log + (count - k) * Math.Log(1 - rate));
            }

            return sum;
        }
    }

    [Fact]
    public void AQuantileIsOffByAnEighthAtMost()
    {
        Random random = new(11);
        for (int round = 0; round < 50; round++)
        {
            TimeHistogram histogram = new();
            long[] times = [.. Enumerable.Range(0, random.Next(1, 400)).Select(_ => (long)Math.Exp(random.NextDouble() * 20)).Order()];
            Array.ForEach(times, histogram.Add);
            foreach (double share in (double[])[0.01, 0.5, 0.9, 1])
            {
                long exact = times[(int)Math.Ceiling(share * times.Length) - 1];
                Assert.InRange(histogram.Quantile(share), exact, exact + exact / 8 + 1);
            }
        }

        TimeHistogram odd = new();
        Assert.Equal(0, odd.Quantile(0.5));
        odd.Add(-5);
        odd.Add(long.MaxValue);
        Assert.Equal((2, 0), (odd.Count, odd.Quantile(0.5)));
        Assert.InRange(odd.Quantile(1), 1L << 35, 1L << 37);
    }

    [Fact]
    public void ConnectionsAreSpreadEvenly()
    {
        ConnectionLane lanes = new(42), others = new(43);
        foreach (double share in (double[])[0.01, 0.1, 0.5, 1])
        {
            int hit = Enumerable.Range(0, 20_000).Count(i => lanes.Of(i.ToString("X")) < ConnectionLane.Below(share));
            Assert.InRange(hit / 20_000.0, share - 0.01, share + 0.01);
        }

        // Which ones is nobody's business: another secret, others.
        int same = Enumerable.Range(0, 20_000).Count(i => lanes.Of(i.ToString("X")) < ConnectionLane.Below(0.1) && others.Of(i.ToString("X")) < ConnectionLane.Below(0.1));
        Assert.InRange(same / 20_000.0, 0.005, 0.015);
        Assert.False(ConnectionLane.Never < ConnectionLane.Below(1));
    }

    private static LaneFigures Lane(int requests, int hits, ExchangeEnd end, int status, bool byEdge)
    {
        LaneFigures lane = new();
        for (int i = 0; i < requests; i++)
        {
            Exchange exchange = TestExchange.Over("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
            bool hit = i < hits;
            if (hit && byEdge)
            {
                exchange.AnswerWith(new LocalResponse { Status = status });
            }

            exchange.Record.End = hit ? end : ExchangeEnd.Completed;
            exchange.Record.Status = hit ? status : 200;
            exchange.Record.WorkMicros = -1;
            lane.Add(exchange);
        }

        return lane;
    }

    /// <summary>Counts requests of some connections, on each of which so many are refused.</summary>
    private static void Visit(LaneFigures lane, int connections, int requests, int blocked)
    {
        for (int i = 0; i < connections; i++)
        {
            ClientConnection? connection = null;
            for (int k = 0; k < requests; k++)
            {
                connection = Add(lane, connection, k < blocked);
            }
        }
    }

    private static ClientConnection Add(LaneFigures lane, ClientConnection? connection, bool isBlocked)
    {
        Exchange exchange = TestExchange.Get();
        exchange.Connection = connection ?? exchange.Connection;
        exchange.Record.End = isBlocked ? ExchangeEnd.Blocked : ExchangeEnd.Completed;
        exchange.Record.WorkMicros = -1;
        lane.Add(exchange);
        return exchange.Connection;
    }

    private static void Fill(TimeHistogram histogram, int count, int micros)
    {
        for (int i = 0; i < count; i++)
        {
            histogram.Add(micros);
        }
    }
}
