using System.Text;
using Breakwater.Waf.Engine;
using Breakwater.Waf.Rules;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Engine;

/// <summary>What requests through the embedded rules allocate once everything has its room: only what is kept of values that come again.</summary>
public sealed class AllocationTests : IDisposable
{
    private readonly WafOverlay _zone = WafOverlay.Create(WafProgram.Compile(BuiltinRules.Load().Ruleset!).Program!, new WafZone(), []);
    private readonly WafTransaction _transaction = new(new WafEnvironment());

    public void Dispose() => _transaction.Dispose();

    [Fact]
    public void Visitors_who_send_eight_requests_each_cost_half_a_kibibyte_a_request_at_most()
    {
        const int Requests = 2000;
        (byte[] Target, byte[] Cookie)[] sent =
        [
            .. Enumerable.Range(0, 2 * Requests).Select(static i => (
                Encoding.ASCII.GetBytes($"/catalogue/lamps/desk-lamp-{i:D6}?colour=brass&q=brass+lamp+{i:D6}"),
                Encoding.ASCII.GetBytes($"session=4b3f9a2e7c1d{i / 8:D6}; consent=necessary; basket=3-items-{i / 8:D6}"))),
        ];
        for (int i = 0; i < Requests; i++) Judge(sent[i].Target, sent[i].Cookie);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = Requests; i < 2 * Requests; i++) Judge(sent[i].Target, sent[i].Cookie);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Requests, 1, 512);
    }

    [Fact]
    public void A_request_of_very_many_values_that_come_again_keeps_only_some()
    {
        using EngineUnderTest engine = new("SecRule ARGS|ARGS_NAMES \"@rx select.+from\" \"id:1,phase:1,pass\"");
        foreach (string name in new[] { "once", "again" })
        {
            // Seen once; then coming again, so that a part of them is kept.
            long before = 0;
            string target = "/?" + string.Join('&', Enumerable.Range(0, 1000).Select(i => $"{name}{i}=v{name}{i}"));
            for (int i = 0; i < 2; i++)
            {
                WafTransaction transaction = engine.Begin(target);
                before = GC.GetAllocatedBytesForCurrentThread();
                transaction.Evaluate(SecPhase.RequestHeaders);
            }

            // 290 KB are the request's own room, which is given back behind it; 100 what is kept of 512 readings. All of them would take 520.
            if (name == "again") Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 450_000);
        }
    }

    private void Judge(ReadOnlySpan<byte> target, ReadOnlySpan<byte> cookie)
    {
        _transaction.Begin(_zone, new WafConnection { ClientAddress = "192.0.2.7"u8, ClientPort = 40000, UniqueId = "ray"u8 });
        _transaction.SetRequestLine("GET"u8, target, "HTTP/1.1"u8);
        _transaction.AddRequestHeader("Host"u8, "shop.example.com"u8);
        _transaction.AddRequestHeader("User-Agent"u8, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"u8);
        _transaction.AddRequestHeader("Cookie"u8, cookie);
        _transaction.Evaluate(SecPhase.RequestHeaders);
        _transaction.Evaluate(SecPhase.RequestBody);
        _transaction.Evaluate(SecPhase.Logging);
    }
}
