namespace Breakwater.Waf.SecLang;

/// <summary>What <see cref="SetVar"/> does with the value.</summary>
public enum SetVarMode
{
    /// <summary>Puts it in the old one's place.</summary>
    Set,

    /// <summary>Adds it; what is no number counts as 0.</summary>
    Add,

    /// <summary>Subtracts it.</summary>
    Subtract,

    /// <summary>Removes the variable.</summary>
    Unset,
}

/// <summary><c>setvar:tx.score=+%{tx.critical_anomaly_score}</c>. Immutable.</summary>
/// <param name="Collection">TX, or a persistent collection.</param>
/// <param name="Key">The member's name; case does not matter.</param>
/// <param name="Mode">What to do.</param>
/// <param name="Value">The value; <c>1</c> where none is written.</param>
/// <param name="Position">Where it stands.</param>
public sealed record SetVar(SecVariable Collection, SecText Key, SetVarMode Mode, SecText Value, SecPosition Position)
    : SecRuleAction(Position)
{
    internal static SecFault? Parse(string text, SecPosition position, out SetVar? action)
    {
        action = null;
        bool unset = text is ['!', ..];
        ReadOnlySpan<char> rest = unset ? text.AsSpan(1) : text;
        int equals = EqualsOutsideMacro(rest);
        ReadOnlySpan<char> target = equals < 0 ? rest : rest[..equals];
        if (CollectionKey.Parse(target, "setvar", out SecVariable collection, out SecText key) is { } fault) return fault.At(unset ? 1 : 0);
        if (unset && equals >= 0) return new SecFault("setvar:! takes a variable away and has no value", "remove the ! or the value");
        if (equals < 0)
        {
            action = new SetVar(collection, key, unset ? SetVarMode.Unset : SetVarMode.Set, SecText.Plain(unset ? "" : "1"), position);
            return null;
        }

        string value = rest[(equals + 1)..].ToString();
        SetVarMode mode = value is ['+', ..] ? SetVarMode.Add : value is ['-', ..] ? SetVarMode.Subtract : SetVarMode.Set;
        if (SecText.Parse(mode == SetVarMode.Set ? value : value[1..], out SecText parsed) is { } badValue) return badValue.At(text.Length - value.Length);
        action = new SetVar(collection, key, mode, parsed, position);
        return null;
    }

    private static int EqualsOutsideMacro(ReadOnlySpan<char> text)
    {
        for (int i = 0, depth = 0; i < text.Length; i++)
        {
            if (text[i] == '{' && i > 0 && text[i - 1] == '%') depth++;
            else if (text[i] == '}' && depth > 0) depth--;
            else if (text[i] == '=' && depth == 0) return i;
        }

        return -1;
    }
}
