namespace Breakwater.Waf.SecLang;

/// <summary>How a <see cref="SecSelector"/> chooses.</summary>
public enum SecSelectorKind
{
    /// <summary>One name; case does not matter.</summary>
    Name,

    /// <summary>A regular expression searched in each name; case does not matter.</summary>
    Regex,

    /// <summary>One of the two XPath expressions there are: <c>/*</c> (all text) and <c>//@*</c> (all attributes' values).</summary>
    XPath,
}

/// <summary>The part after the colon of a target: which members of a collection. Immutable.</summary>
/// <param name="Kind">How it chooses.</param>
/// <param name="Text">The name, the expression without its slashes, or the XPath.</param>
public sealed record SecSelector(SecSelectorKind Kind, string Text)
{
    /// <summary>All text of an XML body.</summary>
    public static SecSelector XmlText { get; } = new(SecSelectorKind.XPath, "/*");

    /// <summary>The values of all attributes of an XML body.</summary>
    public static SecSelector XmlAttributes { get; } = new(SecSelectorKind.XPath, "//@*");

    /// <summary>As SecLang writes it.</summary>
    public override string ToString() => Kind == SecSelectorKind.Regex ? $"/{Text}/" : Text;

    /// <summary>Whether both choose the same members: names and expressions are compared without case.</summary>
    public bool Equals(SecSelector? other) =>
        other is not null && Kind == other.Kind && string.Equals(Text, other.Text, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Text.GetHashCode(StringComparison.OrdinalIgnoreCase));
}
