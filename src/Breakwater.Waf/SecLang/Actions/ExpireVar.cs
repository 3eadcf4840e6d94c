namespace Breakwater.Waf.SecLang;

/// <summary><c>expirevar:ip.block=300</c>: removes a member of a persistent collection after some seconds. Immutable.</summary>
/// <param name="Collection">The persistent collection.</param>
/// <param name="Key">The member's name.</param>
/// <param name="Seconds">How long it stays.</param>
/// <param name="Position">Where it stands.</param>
public sealed record ExpireVar(SecVariable Collection, SecText Key, SecText Seconds, SecPosition Position) : SecRuleAction(Position)
{
    internal static SecFault? Parse(string text, SecPosition position, out ExpireVar? action)
    {
        action = null;
        int equals = text.LastIndexOf('=');
        if (equals < 0) return new SecFault("expirevar needs the seconds", "write expirevar:ip.NAME=SECONDS");
        if (CollectionKey.Parse(text.AsSpan(0, equals), "expirevar", out SecVariable collection, out SecText key) is { } fault) return fault;
        if (SecText.Parse(text[(equals + 1)..], out SecText seconds) is { } badSeconds) return badSeconds.At(equals + 1);
        if (seconds.IsLiteral && !(seconds.TryInteger(out long value) && value is >= 0 and <= int.MaxValue))
        {
            return new SecFault(equals + 1, $"{SecNames.Quote(seconds.Source)} is not a number of seconds", "write a whole number from 0 to 2147483647");
        }

        action = new ExpireVar(collection, key, seconds, position);
        return null;
    }
}
