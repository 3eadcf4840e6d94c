using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Time;
using Breakwater.Edge.Zones;
using Breakwater.Http;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <summary>An exclusion as a configuration has it. Immutable.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Message">What the rule finds.</param>
/// <param name="In">The part of the request; null = the whole of it.</param>
/// <param name="Path">The path; null where it cannot be written in a configuration.</param>
public sealed record WafExclusionLine(long Rule, string Message, string? In, string? Path);

/// <summary>What would have let a request pass. Immutable.</summary>
/// <param name="Ray">The exchange.</param>
/// <param name="Zone">The zone.</param>
/// <param name="Exclusions">The exclusions, as few and as narrow as there are; with them the request passes, which was tried.</param>
/// <param name="Why">Why there are none; null where there are.</param>
public sealed record WafExclusionAnswer(string Ray, string Zone, IReadOnlyList<WafExclusionLine> Exclusions, string? Why);

/// <summary>
/// Finds the narrowest exclusions that let a refused request pass: by leaving out all that rules with points found, then putting back what
/// need not be left out. Each step is tried on the request itself. Owned by one question.
/// </summary>
internal sealed class WafExclusionFinder(WafSample sample, Zone zone, Generation generation, EdgeClock clock, WafStores stores)
{
    /// <summary>Times that further rules may appear once those before them are silent.</summary>
    private const int MaxRounds = 8;

    /// <summary>Parts of a request that are tried; an attack may touch hundreds.</summary>
    private const int MaxParts = 64;

    private readonly Dictionary<(long Rule, string? In), string> _found = [];

    /// <summary>Finds them.</summary>
    public WafExclusionAnswer Find()
    {
        if (!sample.IsBodyWhole)
        {
            return None("its body was not kept whole, so nothing can be tried on it");
        }

        if (IsPassing([]))
        {
            return None("it passes now");
        }

        List<(long Rule, string? In)> all = [];
        for (int round = 0; round < MaxRounds && _found.Count > all.Count && _found.Count <= MaxParts; round++)
        {
            all = [.. _found.Keys];
            if (IsPassing(all))
            {
                // From the last to the first: what was found first is what the request was refused for.
                for (int i = all.Count - 1; i >= 0; i--)
                {
                    (long, string?)[] fewer = [.. all.Where((_, at) => at != i)];
                    if (IsPassing(fewer))
                    {
                        all.RemoveAt(i);
                    }
                }

                return new WafExclusionAnswer(
                    sample.Ray.ToString(), zone.Name, [.. all.Select(one => new WafExclusionLine(one.Rule, _found[one], one.In, Path()))], null);
            }
        }

        return None("no exclusion of rules lets it pass: it is refused for its form, or for too much at a time");
    }

    private WafExclusionAnswer None(string why) => new(sample.Ray.ToString(), zone.Name, [], why);

    /// <summary>Whether the request passes with these left out; what rules found is noted.</summary>
    private bool IsPassing(IReadOnlyList<(long Rule, string? In)> without)
    {
        Exchange exchange = new(generation.Settings.Head)
        {
            Clock = clock,
            Connection = new ExplainedClient(sample.Client, sample.IsTls).ToConnection(),
            Generation = generation,
            Zone = zone,
        };
        exchange.Begin(sample.Ray, clock.Micros);
        exchange.Request.Read(sample.Head, out _);
        WafTransaction transaction = stores.Transactions.Rent();
        try
        {
            return Evaluate(exchange, transaction, zone.Waf!.With(exchange, without.Select(Exclusion)));
        }
        finally
        {
            stores.Transactions.Return(transaction);
        }
    }

    private bool Evaluate(Exchange exchange, WafTransaction transaction, WafOverlay overlay)
    {
        Span<byte> client = stackalloc byte[Clients.ClientAddress.MaxTextLength];
        transaction.Begin(overlay, new WafConnection { ClientAddress = client[..sample.Client.Format(client)] });
        transaction.SetRequest(exchange.Request);
        WafVerdict verdict = transaction.Evaluate(SecPhase.RequestHeaders);
        if (verdict.IsContinue)
        {
            if (transaction.InspectsRequestBody && sample.Body.Length > 0)
            {
                transaction.AppendRequestBody(sample.Body);
            }

            verdict = transaction.Evaluate(SecPhase.RequestBody);
        }

        bool passes = verdict.IsContinue && transaction.Withheld.IsContinue;
        if (!passes)
        {
            Note(transaction);
        }

        return passes;
    }

    private void Note(WafTransaction transaction)
    {
        bool scores = false;
        foreach (WafMatch match in transaction.Matches)
        {
            scores |= match.Score > 0;
        }

        foreach (WafMatch match in transaction.Matches)
        {
            if (scores ? match.Score <= 0 && !(match.IsDisruptive && match.Target.Variable != SecVariable.Tx) : !match.IsDisruptive)
            {
                continue;
            }

            ReadOnlySpan<WafTarget> targets = transaction.MatchedTargets.Slice(match.FirstTarget, match.TargetCount);
            foreach (WafTarget target in targets)
            {
                string? name = target.HasName ? System.Text.Encoding.UTF8.GetString(transaction.BytesOf(target.Name)) : null;
                _found.TryAdd((match.Rule.Id, WafTargets.Of(target.Variable, name)), match.Rule.Message);
            }

            if (targets.IsEmpty)
            {
                _found.TryAdd((match.Rule.Id, null), match.Rule.Message);
            }
        }
    }

    private static WafExclusion Exclusion((long Rule, string? In) one)
    {
        var exclusion = new WafExclusion { Rules = [new SecIdRange(one.Rule, one.Rule)] };
        return one.In is null || !WafTargets.TryAdd(one.In, exclusion, out WafExclusion added) ? exclusion : added;
    }

    private string? Path()
    {
        RequestHead head = new(generation.Settings.Head);
        head.Read(sample.Head, out _);
        string path = System.Text.Encoding.Latin1.GetString(head.Path);
        return path.All(c => c is > ' ' and < '\x7f' and not '*') ? path : null;
    }
}
