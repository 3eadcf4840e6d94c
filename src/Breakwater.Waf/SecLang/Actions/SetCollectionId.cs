namespace Breakwater.Waf.SecLang;

/// <summary>
/// <c>setsid</c>, <c>setuid</c>, <c>setrsc</c>: opens the collection SESSION, USER or RESOURCE under a key, and sets SESSIONID or USERID.
/// Immutable.
/// </summary>
/// <param name="Collection">Which.</param>
/// <param name="Key">Whose.</param>
/// <param name="Position">Where it stands.</param>
public sealed record SetCollectionId(SecVariable Collection, SecText Key, SecPosition Position) : SecRuleAction(Position)
{
    internal static SecFault? Parse(SecVariable collection, string text, SecPosition position, out SetCollectionId? action)
    {
        action = null;
        if (text.Length == 0) return new SecFault("a key is missing", "write it after the colon");
        if (SecText.Parse(text, out SecText key) is { } fault) return fault;
        action = new SetCollectionId(collection, key, position);
        return null;
    }
}
