namespace Breakwater.Waf.SecLang;

/// <summary>The <c>tx.name</c> of actions that change variables. Stateless.</summary>
internal static class CollectionKey
{
    public static SecFault? Parse(ReadOnlySpan<char> text, string action, out SecVariable collection, out SecText key)
    {
        key = SecText.Empty;
        collection = default;
        int split = text.IndexOfAny('.', ':');
        ReadOnlySpan<char> name = split < 0 ? text : text[..split];
        if (!SecVariables.TryGet(name.Trim(), out collection)) return SecVariables.Unknown(name.Trim());
        if (collection != SecVariable.Tx && SecVariables.ShapeOf(collection) != SecVariableShape.Persistent)
        {
            return new SecFault($"{action} cannot change {SecVariables.NameOf(collection)}", "use TX, IP, SESSION, USER, RESOURCE or GLOBAL");
        }

        if (split < 0 || split + 1 == text.Length) return new SecFault($"{action} needs the name of a member", $"write {name.Trim()}.NAME");
        return SecText.Parse(text[(split + 1)..].ToString(), out key)?.At(split + 1);
    }
}
