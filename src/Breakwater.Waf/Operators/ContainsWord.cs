namespace Breakwater.Waf.Operators;

/// <summary>
/// <c>@containsWord</c>: the argument is somewhere in the value with no letter right before or after it. Only ASCII letters count, digits and
/// underscores do not: so libmodsecurity has it. An empty argument always is.
/// </summary>
public sealed class ContainsWord : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument)
    {
        if (argument.IsEmpty) return true;
        int at = 0;
        // Each place is looked at once: after one that fails the search goes on behind its first byte.
        while (value[at..].IndexOf(argument) is >= 0 and int next)
        {
            int start = at + next;
            int end = start + argument.Length;
            if ((start == 0 || !IsLetter(value[start - 1])) && (end == value.Length || !IsLetter(value[end]))) return true;
            at = start + 1;
        }

        return false;
    }

    private static bool IsLetter(byte b) => char.IsAsciiLetter((char)b);
}
