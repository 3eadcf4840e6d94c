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
    /// <summary>The longest Location that is sent; a rule that makes a longer one does not match.</summary>
    private const int MaxLocation = 8 * 1024;

    // What may stand in a URI (RFC 3986 §2); anything else that a rule or a client put there is encoded.
    private static readonly SearchValues<byte> UriBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%"u8);

    /// <summary>What a rule answers that ends an exchange; null when it can't be made from this request, so that the rule does not match.</summary>
    public static Verdict? Of(CompiledRule rule, Exchange exchange, EvaluationContext context, RuleState state, RateLimitReading? limit) => rule.Action switch
    {
        BlockAction { Response: { } own } => Verdict.Answer(Of(own, 403), rule.RateLimit is null ? ExchangeEnd.Blocked : ExchangeEnd.RateLimited),
        RedirectAction => Redirect(rule.Redirect!, exchange, context),
        BulkRedirectAction => Redirect(state.Redirect!, exchange),
        { Kind: RuleActionKind.ForceConnectionClose } => Verdict.Drop,
        { Kind: RuleActionKind.Challenge or RuleActionKind.JsChallenge or RuleActionKind.ManagedChallenge } => Verdict.Refuse(ExchangeEnd.Challenged),
        _ when rule.RateLimit is not null => Limited(exchange, limit),
        _ => Verdict.Refuse(ExchangeEnd.Blocked),
    };

    /// <summary>The response that a rule holds.</summary>
    /// <param name="response">The rule's.</param>
    /// <param name="status">The status where the rule leaves it open.</param>
    public static LocalResponse Of(RuleResponse response, int status) => new()
    {
        Status = response.StatusCode == 0 ? status : response.StatusCode,
        Fields = Encoding.ASCII.GetBytes($"Content-Type: {response.ContentType}; charset=utf-8\r\nCache-Control: no-store\r\n"),
        Body = Encoding.UTF8.GetBytes(response.Content),
    };

    private static Verdict Limited(Exchange exchange, RateLimitReading? limit)
    {
        if (limit is { } reading)
        {
            Span<byte> seconds = stackalloc byte[20];
            Utf8Formatter.TryFormat(reading.RetryAfterSeconds, seconds, out int length);
            exchange.ResponseEdits.Set("Retry-After"u8, seconds[..length]);
        }

        return Verdict.Refuse(ExchangeEnd.RateLimited);
    }

    private static Verdict? Redirect(CompiledRedirect redirect, Exchange exchange, EvaluationContext context)
    {
        if (!redirect.Target.TryGet(context, out ReadOnlySpan<byte> target) || target.IsEmpty || target.Length > MaxLocation)
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
        if (location.Length > MaxLocation)
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
