using System.Text;
using Breakwater.Edge.Waf;
using Breakwater.Waf.Engine;
using Breakwater.Waf.Rules;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Tests.Waf;

/// <summary>What transactions hold that nobody uses, or that wait, is bounded in bytes.</summary>
public sealed class WafTransactionsTests
{
    private static readonly WafOverlay Zone = WafOverlay.Create(WafProgram.Compile(BuiltinRules.Load().Ruleset!).Program!, new WafZone(), []);

    [Fact]
    public void One_that_was_returned_is_used_again_without_what_it_held()
    {
        WafTransactions transactions = new(new WafEnvironment());
        WafTransaction first = Judge(transactions.Rent(), 1 << 20);
        long large = first.HeldBytes;
        transactions.Return(first);
        Assert.InRange(transactions.PooledBytes, 1, 64 << 10);
        Assert.InRange(large, 1 << 20, long.MaxValue);
        Assert.Same(first, transactions.Rent());
        Assert.Equal(0, transactions.PooledBytes);
    }

    [Fact]
    public void The_pool_holds_no_more_than_it_may()
    {
        WafTransactions transactions = new(new WafEnvironment());
        WafTransaction[] many = [.. Enumerable.Range(0, 700).Select(_ => Judge(transactions.Rent(), 4 << 10))];
        Assert.InRange(many.Sum(t => t.HeldBytes), WafTransactions.MaxPooledBytes + 1, long.MaxValue);
        foreach (WafTransaction transaction in many) transactions.Return(transaction);
        Assert.InRange(transactions.PooledBytes, WafTransactions.MaxPooledBytes / 2, WafTransactions.MaxPooledBytes);
    }

    [Fact]
    public void Those_that_wait_hold_no_more_than_they_may()
    {
        WafTransactions transactions = new(new WafEnvironment());
        WafTransaction large = Judge(transactions.Rent(), 1 << 20);
        List<long> waiting = [];
        while (transactions.TryWait(large, out long bytes)) waiting.Add(bytes);
        Assert.Equal(waiting.Count, transactions.Waiting);
        Assert.InRange(waiting.Sum(), WafTransactions.MaxWaitingBytes / 2, WafTransactions.MaxWaitingBytes);
        foreach (long bytes in waiting) transactions.EndWait(bytes);
        Assert.Equal(0, transactions.Waiting);
        Assert.True(transactions.TryWait(large, out _));
    }

    private static WafTransaction Judge(WafTransaction transaction, int bytes)
    {
        transaction.Begin(Zone, new WafConnection { ClientAddress = "192.0.2.7"u8, ClientPort = 40000, UniqueId = "ray"u8 });
        transaction.SetRequestLine("POST"u8, "/"u8, "HTTP/1.1"u8);
        transaction.AddRequestHeader("Content-Type"u8, "application/x-www-form-urlencoded"u8);
        transaction.Evaluate(SecPhase.RequestHeaders);
        transaction.AppendRequestBody(Encoding.ASCII.GetBytes("remark=" + new string('x', bytes)));
        transaction.Evaluate(SecPhase.RequestBody);
        return transaction;
    }
}
