using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>A text with macros, ready to be expanded: its fixed pieces lie in the literal pool, its variables are resolved. Immutable.</summary>
internal sealed class MacroText
{
    /// <summary>The empty text.</summary>
    public static MacroText Empty { get; } = new([]);

    private MacroText(Part[] parts) => Parts = parts;

    /// <summary>The pieces in order.</summary>
    public Part[] Parts { get; }

    /// <summary>Whether there is nothing to expand.</summary>
    public bool IsLiteral => Parts.Length == 0 || (Parts.Length == 1 && Parts[0].IsLiteral);

    /// <summary>The text of a literal.</summary>
    public ByteSlice Literal => Parts.Length == 0 ? default : Parts[0].Literal;

    public static MacroText Compile(SecText? text, ProgramNames names)
    {
        if (text is null || text.Parts.IsEmpty) return Empty;
        Part[] parts = new Part[text.Parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            SecTextPart part = text.Parts[i];
            if (part.Literal is { } literal)
            {
                parts[i] = new Part(true, names.Pool.Add(literal), default, null, -1);
                continue;
            }

            NameSelector? member = part.Member is null ? null : NameSelector.OfName(part.Member);
            int slot = part.Variable == SecVariable.Tx && part.Member is not null ? names.TxSlot(part.Member) : -1;
            parts[i] = new Part(false, default, part.Variable, member, slot);
        }

        return new MacroText(parts);
    }

    /// <summary>One piece: a fixed text, or the first value of a variable.</summary>
    internal readonly record struct Part(bool IsLiteral, ByteSlice Literal, SecVariable Variable, NameSelector? Member, int TxSlot);
}
