namespace Breakwater.Waf.SecLang;

/// <summary><c>initcol:ip=%{remote_addr}</c>: opens a persistent collection for this transaction. Immutable.</summary>
/// <param name="Collection">Which.</param>
/// <param name="Key">Whose: each key has a collection of its own.</param>
/// <param name="Position">Where it stands.</param>
public sealed record InitCol(SecVariable Collection, SecText Key, SecPosition Position) : SecRuleAction(Position)
{
    internal static SecFault? Parse(string text, SecPosition position, out InitCol? action)
    {
        action = null;
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        ReadOnlySpan<char> name = (equals < 0 ? text : text.AsSpan(0, equals)).Trim();
        if (!SecVariables.TryGet(name, out SecVariable collection) || SecVariables.ShapeOf(collection) != SecVariableShape.Persistent)
        {
            return new SecFault($"{SecNames.Quote(name)} is no persistent collection", "use IP, SESSION, USER, RESOURCE or GLOBAL");
        }

        if (equals < 0 || equals + 1 == text.Length) return new SecFault("initcol needs a key", $"write initcol:{name}=KEY");
        if (SecText.Parse(text[(equals + 1)..], out SecText key) is { } fault) return fault.At(equals + 1);
        action = new InitCol(collection, key, position);
        return null;
    }
}
