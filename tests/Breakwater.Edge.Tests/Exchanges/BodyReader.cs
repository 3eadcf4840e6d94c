using System.Collections.Concurrent;
using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;

namespace Breakwater.Edge.Tests.Exchanges;

/// <summary>A module that reads bodies ahead, keeps what it saw of each, and lets pass what has no <c>!</c> in it. Thread-safe.</summary>
/// <param name="limit">How much it wants to see.</param>
internal sealed class BodyReader(int limit) : IRequestModule
{
    private int _asked;

    public string Name => "reader";

    public ModuleId Module => ModuleId.CustomRules;

    public RequestPhase Phase => RequestPhase.WafBody;

    /// <summary>What was seen of the bodies.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    /// <summary>Whether the last one was seen to its end.</summary>
    public bool WasWhole { get; private set; }

    /// <summary>Whether the last one was cut for lack of memory.</summary>
    public bool WasOutOfMemory { get; private set; }

    /// <summary>Exchanges that came by.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public Verdict OnRequest(Exchange exchange)
    {
        if (exchange.ReadAhead is not { } body)
        {
            Interlocked.Increment(ref _asked);
            return exchange.Client.BodyEnded ? Verdict.Continue : Verdict.ReadBody(limit);
        }

        byte[] copy = [.. Enumerable.Range(0, body.PartCount).SelectMany(i => body.Part(i).ToArray())];
        Assert.Equal(body.Length, copy.Length);
        string text = Encoding.Latin1.GetString(copy);
        WasWhole = body.IsWhole;
        WasOutOfMemory = body.IsOutOfMemory;
        Seen.Enqueue(text);
        return text.Contains('!', StringComparison.Ordinal) ? Verdict.Refuse(ExchangeEnd.Blocked) : Verdict.Continue;
    }

    /// <summary>Waits until so many exchanges came by.</summary>
    public async Task AskedAsync(int count, CancellationToken cancel)
    {
        while (Asked < count)
        {
            await Task.Delay(1, cancel);
        }
    }
}

/// <summary>The same without keeping anything, for measurements. Stateless.</summary>
internal sealed class SilentBodyReader : IRequestModule
{
    public string Name => "reader";

    public ModuleId Module => ModuleId.CustomRules;

    public RequestPhase Phase => RequestPhase.WafBody;

    public Verdict OnRequest(Exchange exchange) =>
        exchange.ReadAhead is not null || exchange.Client.BodyEnded ? Verdict.Continue : Verdict.ReadBody(1 << 20);
}
