using System.Net;
using System.Net.Sockets;
using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Tests.Origins;

public class OriginResolverTests
{
    private static readonly OriginSettings EveryTen = new() { DnsRefresh = 10_000_000 };

    private static readonly IPAddress One = IPAddress.Parse("10.0.0.1"), Two = IPAddress.Parse("10.0.0.2"), Three = IPAddress.Parse("10.0.0.3");

    [Theory]
    [InlineData("http://127.0.0.1:3000", "127.0.0.1:3000")]
    [InlineData("http://10.0.0.5", "10.0.0.5:80")]
    [InlineData("https://[::1]:8443", "[::1]:8443")]
    [InlineData("unix:/run/app.sock", "/run/app.sock")]
    public async Task LiteralsNeedNoLookup(string url, string expected)
    {
        using var lab = new OriginLab { Lookup = (_, _) => throw new InvalidOperationException("no look-up was due") };
        OriginGroup group = lab.Registry.Compose("shop", new OriginGroupSettings(), [new OriginDefinition(new Uri(url))]);
        lab.Registry.Adopt([group]);
        lab.Advance(100);
        Assert.Equal(expected, (await group.Origins[0].Resolver.GetEndPointAsync())?.ToString());
        Assert.Equal(0, group.Origins[0].Resolver.Failures);
    }

    [Fact]
    public void ARequestAfterTheFirstAnswerNeverWaits()
    {
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(EveryTen);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 80), Next(origin));

        lab.Lookup = (_, _) => new TaskCompletionSource<IPAddress[]>().Task;
        for (int i = 0; i < 100; i++)
        {
            lab.Advance(1);
            Assert.Equal(new IPEndPoint(IPAddress.Loopback, 80), Next(origin));
        }
    }

    [Fact]
    public async Task RequestsBeforeTheFirstAnswerWaitForTheSameLookup()
    {
        using var lab = new OriginLab();
        int lookups = 0;
        var answer = new TaskCompletionSource<IPAddress[]>();
        lab.Lookup = (_, _) =>
        {
            lookups++;
            return answer.Task;
        };
        Origin origin = lab.UseOne(EveryTen);
        Task<EndPoint?>[] waiting = [.. Enumerable.Range(0, 10).Select(_ => origin.Resolver.GetEndPointAsync().AsTask())];
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));

        answer.SetResult([One]);
        Assert.All(await Task.WhenAll(waiting), endPoint => Assert.Equal(new IPEndPoint(One, 80), endPoint));
        Assert.Equal(1, lookups);
    }

    [Fact]
    public void TheNameIsLookedUpAgainAtTheInterval()
    {
        using var lab = new OriginLab();
        int lookups = 0;
        lab.Lookup = (_, _) => Task.FromResult<IPAddress[]>([++lookups == 1 ? One : Two]);
        Origin origin = lab.UseOne(EveryTen);
        Assert.Equal(new IPEndPoint(One, 80), Next(origin));
        lab.Advance(9.75);
        Assert.Equal(new IPEndPoint(One, 80), Next(origin));
        lab.Advance(0.25);
        Assert.Equal(new IPEndPoint(Two, 80), Next(origin));
        Assert.False(origin.Resolver.IsCurrent(new IPEndPoint(One, 80)));
        Assert.True(origin.Resolver.IsCurrent(new IPEndPoint(Two, 80)));
        Assert.Equal(2, lookups);
        Assert.Equal(["Zone shop: origin http://a.example/ is now at 10.0.0.2:80"], lab.Log);
    }

    // What DNS does after the first good answer; the last good answer must stay for all of them.
    [Theory]
    [InlineData("throws", "the name does not exist")]
    [InlineData("finds nothing", "it has no addresses")]
    [InlineData("hangs", "no answer in time")]
    public void TheLastGoodAnswerStays(string dns, string problem)
    {
        using var lab = new OriginLab();
        lab.Lookup = (_, _) => Task.FromResult<IPAddress[]>([One, Two]);
        Origin origin = lab.UseOne(EveryTen);
        lab.Lookup = (_, _) => dns switch
        {
            "throws" => throw new SocketException((int)SocketError.HostNotFound, "the name does not exist"),
            "finds nothing" => Task.FromResult<IPAddress[]>([]),
            _ => new TaskCompletionSource<IPAddress[]>().Task,
        };
        lab.Advance(10);
        lab.Advance(5);
        Assert.True(SpinWait.SpinUntil(() => origin.Resolver.Failures > 0, 5000));
        lab.Advance(1000);
        Assert.Equal(2, origin.Resolver.Count);
        Assert.Equal([$"Zone shop: origin http://a.example/: the name a.example does not resolve any more: {problem}. Its last 2 addresses stay in use"], lab.Log);

        lab.Lookup = (_, _) => Task.FromResult<IPAddress[]>([One, Two]);
        Assert.True(SpinWait.SpinUntil(() =>
        {
            lab.Advance(10);
            return lab.Log.Count == 2;
        }, 5000));
        Assert.Equal("Zone shop: origin http://a.example/: the name a.example resolves again", lab.Log[1]);
    }

    [Fact]
    public async Task ANameThatNeverResolvedAnswersNullAtOnceAndIsTriedAgainEverySecond()
    {
        using var lab = new OriginLab();
        int lookups = 0;
        lab.Lookup = (_, _) =>
        {
            lookups++;
            return Task.FromResult<IPAddress[]>([]);
        };
        Origin origin = lab.UseOne(EveryTen);
        for (int i = 0; i < 100; i++)
        {
            Assert.Null(await origin.Resolver.GetEndPointAsync());
        }

        Assert.Equal(1, lookups);
        lab.Advance(5);
        Assert.Equal(6, lookups);
        Assert.Single(lab.Log);
        lab.Lookup = (_, _) => Task.FromResult<IPAddress[]>([One]);
        lab.Advance(1);
        Assert.Equal(new IPEndPoint(One, 80), await origin.Resolver.GetEndPointAsync());
    }

    [Fact]
    public void SeveralAddressesTakeTurns()
    {
        using var lab = new OriginLab { Lookup = (_, _) => Task.FromResult<IPAddress[]>([One, Two, Three]) };
        Origin origin = lab.UseOne(EveryTen);
        Assert.Equal(3, origin.Resolver.MaxTries);
        Assert.Equal([One, Two, Three, One, Two, Three], Turns(origin, 6));
    }

    [Fact]
    public void WhatCouldNotBeConnectedToIsPutAsideForAWhile()
    {
        using var lab = new OriginLab { Lookup = (_, _) => Task.FromResult<IPAddress[]>([One, Two, Three]) };
        Origin origin = lab.UseOne(new OriginSettings { DnsRefresh = 1_000_000 });
        origin.Resolver.OnConnectFailed(new IPEndPoint(Two, 80));
        lab.Advance(9);
        Assert.DoesNotContain(Two, Turns(origin, 10));

        lab.Advance(1);
        Assert.Contains(Two, Turns(origin, 10));
    }

    [Fact]
    public void WhenAllAreAsideAllAreTried()
    {
        using var lab = new OriginLab { Lookup = (_, _) => Task.FromResult<IPAddress[]>([One, Two]) };
        Origin origin = lab.UseOne(EveryTen);
        origin.Resolver.OnConnectFailed(new IPEndPoint(One, 80));
        origin.Resolver.OnConnectFailed(new IPEndPoint(Two, 80));
        Assert.Equal([One, Two, One, Two], Turns(origin, 4));
    }

    [Fact]
    public void TheSameAddressesInAnotherOrderAreNoChange()
    {
        using var lab = new OriginLab();
        int lookups = 0;
        lab.Lookup = (_, _) => Task.FromResult<IPAddress[]>(lookups++ % 2 == 0 ? [One, Two] : [Two, One]);
        lab.UseOne(EveryTen);
        lab.Advance(100);
        Assert.Empty(lab.Log);
    }

    private static EndPoint? Next(Origin origin) => origin.Resolver.GetEndPointAsync().Now();

    private static IPAddress[] Turns(Origin origin, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => ((IPEndPoint)Next(origin)!).Address)];
}
