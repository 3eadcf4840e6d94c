using System.Collections.Immutable;
using System.Globalization;

namespace Breakwater.Waf.SecLang;

/// <summary>
/// A text that may hold macros, <c>Matched %{TX.0} in %{MATCHED_VAR_NAME}</c>: of a message, an operator's argument, a variable's new
/// value. Immutable.
/// </summary>
public sealed class SecText
{
    private SecText(string source, ImmutableArray<SecTextPart> parts)
    {
        Source = source;
        Parts = parts;
    }

    /// <summary>The empty text.</summary>
    public static SecText Empty { get; } = new("", []);

    /// <summary>As it was written.</summary>
    public string Source { get; }

    /// <summary>Its pieces, in order; none for the empty text.</summary>
    public ImmutableArray<SecTextPart> Parts { get; }

    /// <summary>Whether there is no macro in it, so that <see cref="Source"/> is its value.</summary>
    public bool IsLiteral => Parts.IsEmpty || (Parts.Length == 1 && Parts[0].Literal is not null);

    /// <summary>A text in which <c>%{</c> means nothing.</summary>
    public static SecText Plain(string text) => text.Length == 0 ? Empty : new SecText(text, [new SecTextPart(text, default, null)]);

    /// <summary>The value as a whole number, when it is one.</summary>
    public bool TryInteger(out long value)
    {
        value = 0;
        return IsLiteral && long.TryParse(Source.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>As it was written.</summary>
    public override string ToString() => Source;

    /// <summary>Reads a text with macros.</summary>
    internal static SecFault? Parse(string source, out SecText text)
    {
        text = Empty;
        int open = source.IndexOf("%{", StringComparison.Ordinal);
        if (open < 0)
        {
            text = Plain(source);
            return null;
        }

        ImmutableArray<SecTextPart>.Builder parts = ImmutableArray.CreateBuilder<SecTextPart>();
        int at = 0;
        while (open >= 0)
        {
            if (open > at) parts.Add(new SecTextPart(source[at..open], default, null));
            int close = source.IndexOf('}', open);
            if (close < 0) return new SecFault(open, "a macro that is never closed", "end it with }");
            if (Macro(source.AsSpan(open + 2, close - open - 2), out SecTextPart part) is { } fault) return fault.At(open + 2);
            parts.Add(part);
            at = close + 1;
            open = source.IndexOf("%{", at, StringComparison.Ordinal);
        }

        if (at < source.Length) parts.Add(new SecTextPart(source[at..], default, null));
        text = new SecText(source, parts.ToImmutable());
        return null;
    }

    private static SecFault? Macro(ReadOnlySpan<char> macro, out SecTextPart part)
    {
        part = default;
        int split = macro.IndexOfAny('.', ':');
        ReadOnlySpan<char> name = split < 0 ? macro : macro[..split];
        ReadOnlySpan<char> member = split < 0 ? default : macro[(split + 1)..];
        if (!SecVariables.TryGet(name, out SecVariable variable)) return SecVariables.Unknown(name);
        bool scalar = SecVariables.ShapeOf(variable) == SecVariableShape.Scalar;
        if (scalar && split >= 0) return new SecFault($"{SecVariables.NameOf(variable)} is one value and has no members", "remove the point and what follows it");
        if (!scalar && split >= 0 && member.IsEmpty) return new SecFault("the member's name is missing", "write a name after the point");
        part = new SecTextPart(null, variable, split < 0 ? null : member.ToString());
        return null;
    }
}
