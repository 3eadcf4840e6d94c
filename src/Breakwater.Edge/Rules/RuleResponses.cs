using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Rules;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Rules;

/// <summary>The answers that rules give. Stateless.</summary>
internal static class RuleResponses
{
    // What may stand in a URI (RFC 3986 §2); anything else that a rule or a client put there is encoded.
    private static readonly SearchValues<byte> UriBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%"u8);

    /// <summary>What a rule answers that ends an exchange; null when it can't be made from this request, so that the rule does not match.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="rules">The rules of its zone.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="context">Its values.</param>
    /// <param name="state">What rules decided.</param>
    /// <param name="limit">What the rule's rate limit says; null where it has none.</param>
    public static Verdict? Of(
        CompiledRule rule, ZoneRules rules, Exchange exchange, EvaluationContext context, RuleState state, RateLimitReading? limit) => rule.Action switch
        {
            ServeErrorAction => Verdict.Answer(Own(rule, rules, exchange.Record.Status)),
            BlockAction { Response: not null } when limit is { } reading => Limited(exchange, reading, Verdict.Answer(Own(rule, rules, 429), ExchangeEnd.RateLimited)),
            BlockAction { Response: not null } => Verdict.Answer(Own(rule, rules, 403), ExchangeEnd.Blocked),
            RedirectAction => Redirect(rule.Redirect!, exchange, context),
            BulkRedirectAction => Redirect(state.Redirect!, exchange),
            { Kind: RuleActionKind.ForceConnectionClose } => Verdict.Drop,
            { Kind: RuleActionKind.Challenge or RuleActionKind.JsChallenge or RuleActionKind.ManagedChallenge } => Verdict.Refuse(ExchangeEnd.Challenged),
            _ when limit is { } reading => Limited(exchange, reading, Verdict.Refuse(ExchangeEnd.RateLimited)),
            _ => Verdict.Refuse(ExchangeEnd.Blocked),
        };

    /// <summary>The response that a rule holds, for <see cref="ZoneRules.Answers"/>; null where it holds none.</summary>
    public static LocalResponse? Prepare(CompiledRule rule) => rule.Action switch
    {
        BlockAction { Response: { } own } => Prepare(own),
        ServeErrorAction error => Prepare(error.Response),
        _ => null,
    };

    private static LocalResponse Prepare(RuleResponse response) => new()
    {
        Status = response.StatusCode,
        Fields = Encoding.ASCII.GetBytes($"Content-Type: {response.ContentType}; charset=utf-8\r\nCache-Control: no-store\r\n"),
        Body = Encoding.UTF8.GetBytes(response.Content),
    };

    /// <summary>The rule's own response, with a status where it leaves that open.</summary>
    private static LocalResponse Own(CompiledRule rule, ZoneRules rules, int status)
    {
        LocalResponse own = rules.Answers[rule];
        return own.Status != 0 ? own : new LocalResponse { Status = status, Fields = own.Fields, Body = own.Body };
    }

    private static Verdict Limited(Exchange exchange, RateLimitReading limit, Verdict verdict)
    {
        Span<byte> seconds = stackalloc byte[20];
        Utf8Formatter.TryFormat(limit.RetryAfterSeconds, seconds, out int length);
        exchange.ResponseEdits.Set("Retry-After"u8, seconds[..length]);
        return verdict;
    }

    private static Verdict? Redirect(CompiledRedirect redirect, Exchange exchange, EvaluationContext context)
    {
        if (!redirect.Target.TryGet(context, out ReadOnlySpan<byte> target) || target.IsEmpty || target.Length > RedirectAction.MaxLocation)
        {
            return null;
        }

        var location = new ArrayBufferWriter<byte>(target.Length + 256);
        ReadOnlySpan<byte> query = exchange.Values.Target.Query;
        if (!redirect.PreserveQuery || query.IsEmpty)
        {
            location.Write(target);
            return Redirect(redirect.StatusCode, location.WrittenSpan);
        }

        // The query goes before a fragment, and behind a query that the target has already.
        int fragment = target.IndexOf((byte)'#');
        ReadOnlySpan<byte> address = fragment < 0 ? target : target[..fragment];
        location.Write(address);
        location.Write(address.Contains((byte)'?') ? "&"u8 : "?"u8);
        location.Write(query);
        location.Write(fragment < 0 ? default : target[fragment..]);
        return Redirect(redirect.StatusCode, location.WrittenSpan);
    }

    private static Verdict? Redirect(RedirectItem item, Exchange exchange)
    {
        var location = new ArrayBufferWriter<byte>(256);
        item.WriteLocation(exchange.Values.RawTarget.Path, exchange.Values.RawTarget.Query, location);
        return Redirect(item.StatusCode, location.WrittenSpan);
    }

    private static Verdict? Redirect(int status, ReadOnlySpan<byte> location)
    {
        if (location.Length > RedirectAction.MaxLocation)
        {
            return null;
        }

        var fields = new ArrayBufferWriter<byte>(location.Length + 64);
        fields.Write("Location: "u8);
        foreach (byte one in location)
        {
            if (UriBytes.Contains(one))
            {
                fields.Write([one]);
            }
            else
            {
                fields.Write([(byte)'%', Digit(one >> 4), Digit(one & 15)]);
            }
        }

        fields.Write("\r\n"u8);
        return Verdict.Answer(new LocalResponse { Status = status, Fields = fields.WrittenMemory });

        static byte Digit(int value) => "0123456789ABCDEF"u8[value];
    }
}
