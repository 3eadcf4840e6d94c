using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <content>Macros: texts made of variables.</content>
public sealed partial class WafTransaction
{
    /// <summary>Bytes of one value in a message; a value can be as long as a body, and a message is for people.</summary>
    private const int ValueInMessage = 512;

    /// <summary>A text with its macros expanded. What is one variable and nothing else is that variable's own bytes, not a copy.</summary>
    internal ByteSlice Expand(MacroText text)
    {
        if (text.IsLiteral) return text.Literal;
        if (text.Parts.Length == 1)
        {
            ByteSlice value = First(text.Parts[0]);
            return TransactionMemory.IsPresent(value) ? value : default;
        }

        return Join(text, int.MaxValue);
    }

    private ByteSlice ExpandMessage(MacroText text) => text.IsLiteral ? text.Literal : Join(text, ValueInMessage);

    private ByteSlice Join(MacroText text, int valueBytes)
    {
        // A variable that has to be made first appends too, so all are there before the text begins.
        Span<ByteSlice> values = text.Parts.Length <= 32 ? stackalloc ByteSlice[text.Parts.Length] : new ByteSlice[text.Parts.Length];
        for (int i = 0; i < values.Length; i++) values[i] = text.Parts[i].IsLiteral ? text.Parts[i].Literal : First(text.Parts[i]);
        int length = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (!TransactionMemory.IsPresent(values[i])) values[i] = default;
            else if (!text.Parts[i].IsLiteral && values[i].Length > valueBytes) values[i] = values[i] with { Length = valueBytes };
            length += values[i].Length;
        }

        return Memory.KeepAll(values, length);
    }

    /// <summary>The first value that a macro means; absent where there is none.</summary>
    private ByteSlice First(MacroText.Part part)
    {
        if (part.TxSlot >= 0) return Tx[part.TxSlot];
        if (Variables.TryViews(part.Variable, isXmlAttributes: false, out CollectionView first, out CollectionView? second, out bool areNames))
        {
            if (!first.TryFirst(part.Member, Memory, out Member member) && !(second?.TryFirst(part.Member, Memory, out member) ?? false)) return TransactionMemory.Absent;
            return areNames ? member.Name : member.Value;
        }

        if (SecVariables.ShapeOf(part.Variable) == SecVariableShape.Persistent)
        {
            return part.Member?.Name is { } name ? Collections.Read(part.Variable, name) : TransactionMemory.Absent;
        }

        return part.Variable switch
        {
            SecVariable.Rule => RuleValue(part.Member),
            SecVariable.MatchedVars or SecVariable.MatchedVarsNames => FirstMatched(part),
            _ => Variables.Get(part.Variable),
        };
    }

    private ByteSlice FirstMatched(MacroText.Part part)
    {
        foreach (WafTarget target in Matched.All)
        {
            ByteSlice name = FullName(target);
            if (part.Member is null || part.Member.Matches(Memory[name])) return part.Variable == SecVariable.MatchedVars ? target.Value : name;
        }

        return TransactionMemory.Absent;
    }

    /// <summary>A member of RULE: what the running rule says about itself.</summary>
    private ByteSlice RuleValue(NameSelector? member)
    {
        if (Running is not { } rule || member?.Name is not { } name) return TransactionMemory.Absent;
        if (NameText.AreEqual(name, "id"u8)) return Memory.KeepNumber(rule.Id);
        if (NameText.AreEqual(name, "severity"u8)) return rule.Severity is { } severity ? Memory.KeepNumber(severity) : TransactionMemory.Absent;
        string? text = NameText.AreEqual(name, "rev"u8) ? rule.Source.Rev
            : NameText.AreEqual(name, "msg"u8) ? rule.Message
            : NameText.AreEqual(name, "logdata"u8) ? rule.Source.LogData?.Source
            : null;
        if (text is null) return TransactionMemory.Absent;
        int room = System.Text.Encoding.UTF8.GetMaxByteCount(text.Length);
        if (!Memory.Body.Arena.TryReserve(room, out Span<byte> bytes)) return TransactionMemory.Absent;
        return Memory.Body.Arena.Commit(System.Text.Encoding.UTF8.GetBytes(text, bytes));
    }
}
