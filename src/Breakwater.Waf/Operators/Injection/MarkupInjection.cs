using static Breakwater.Waf.Operators.Injection.MarkupNames;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>
/// Whether a value would run script in a page that it was put into: as text, within a tag, or within an attribute's quotes of three kinds. The
/// method is that of libinjection, and so is every verdict. Linear time, no allocation. Stateless.
/// </summary>
internal static class MarkupInjection
{
    public static bool IsFound(ReadOnlySpan<byte> value) =>
        // What does harm is a tag, a comment or an attribute's value.
        value.ContainsAny((byte)'<', (byte)'=')
        && (IsFound(value, MarkupContext.Text)
        || IsFound(value, MarkupContext.Tag)
        || IsFound(value, MarkupContext.SingleQuotes)
        || IsFound(value, MarkupContext.DoubleQuotes)
        || IsFound(value, MarkupContext.BackQuotes));

    private static bool IsFound(ReadOnlySpan<byte> value, MarkupContext context)
    {
        MarkupTokenizer tokens = new(value, context);
        ReadOnlySpan<byte> attribute = default;
        while (tokens.TryNext(out MarkupToken token))
        {
            bool isDangerous = false;
            switch (token.Kind)
            {
                case MarkupTokenKind.TagName:
                    isDangerous = IsDangerousTag(token.Text);
                    break;
                case MarkupTokenKind.AttributeName:
                    attribute = token.Text;
                    break;
                case MarkupTokenKind.AttributeValue:
                    isDangerous = IsDangerousValue(KindOfAttribute(attribute), token.Text);
                    break;
                case MarkupTokenKind.Comment:
                    isDangerous = IsDangerousComment(token.Text);
                    break;
                case MarkupTokenKind.Doctype:
                    isDangerous = true;
                    break;
            }

            if (isDangerous) return true;
        }

        return false;
    }

    private static bool IsDangerousValue(MarkupAttribute attribute, ReadOnlySpan<byte> value) => attribute switch
    {
        MarkupAttribute.Dangerous => true,
        MarkupAttribute.Url => MarkupUrl.RunsScript(value),
        MarkupAttribute.NamesAttribute => KindOfAttribute(value) != MarkupAttribute.Harmless,
        _ => false,
    };

    /// <summary>Old versions of Internet Explorer end a comment at a back-quote, and run conditional comments and imports; XML has entities.</summary>
    private static bool IsDangerousComment(ReadOnlySpan<byte> text) =>
        text.Contains((byte)'`')
        || (text.Length > 3 && (StartsWithIgnoreCase(text, "[if"u8) || StartsWithIgnoreCase(text, "xml"u8)))
        || StartsWithIgnoreCase(text, "import"u8)
        || StartsWithIgnoreCase(text, "entity"u8);
}
