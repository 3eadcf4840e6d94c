using System.Buffers;
using System.Text;
using Breakwater.Rules.Evaluation;

namespace Breakwater.Rules.Functions;

/// <summary><c>url_decode()</c></summary>
internal sealed class UrlDecodeFunction(Node<ReadOnlySpan<byte>> source, bool recursive, bool unicode) : TextFunction(source)
{
    /// <summary>How often the recursive form decodes; nobody encodes more often for an honest reason, and each time costs a pass.</summary>
    private const int MostPasses = 16;

    private static readonly SearchValues<byte> Encoded = SearchValues.Create("%+"u8);

    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        if (!value.ContainsAny(Encoded)) return true;
        if (!scratch.TryReserve(value.Length, out Span<byte> result)) return false;
        value.CopyTo(result);
        int length = value.Length;
        for (int pass = 0; pass < (recursive ? MostPasses : 1); pass++)
        {
            int shorter = Decode(result[..length], unicode, out bool changed);
            length = shorter;
            if (!changed) break;
        }

        scratch.Trim(result.Length - length);
        value = result[..length];
        return true;
    }

    /// <summary>Decodes in place, once: the result is never longer. What is no escape stays as it is.</summary>
    internal static int Decode(Span<byte> text, bool unicode, out bool changed, bool plusIsSpace = true)
    {
        int to = 0;
        changed = false;
        for (int from = 0; from < text.Length;)
        {
            byte c = text[from];
            if (c == '+' && plusIsSpace)
            {
                text[to++] = (byte)' ';
                from++;
                changed = true;
            }
            else if (c == '%' && from + 2 < text.Length && Hex(text.Slice(from + 1, 2)) is >= 0 and int value)
            {
                text[to++] = (byte)value;
                from += 3;
                changed = true;
            }
            else if (c == '%' && unicode && from + 5 < text.Length && text[from + 1] is (byte)'u' or (byte)'U'
                && Hex(text.Slice(from + 2, 4)) is >= 0 and int unit)
            {
                to += Utf8(text, ref from, unit, to);
                changed = true;
            }
            else
            {
                text[to++] = c;
                from++;
            }
        }

        return to;
    }

    private static int Utf8(Span<byte> text, ref int from, int unit, int to)
    {
        from += 6;
        Rune rune;
        if (char.IsHighSurrogate((char)unit) && from + 5 < text.Length && text[from] == '%' && text[from + 1] is (byte)'u' or (byte)'U'
            && Hex(text.Slice(from + 2, 4)) is >= 0 and int low && Rune.TryCreate((char)unit, (char)low, out rune))
        {
            from += 6;
        }
        else if (!Rune.TryCreate(unit, out rune))
        {
            rune = Rune.ReplacementChar;
        }

        return rune.EncodeToUtf8(text[to..]);
    }

    private static int Hex(ReadOnlySpan<byte> digits)
    {
        int value = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit)) return -1;
            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return value;
    }
}

/// <summary><c>remove_query_args()</c></summary>
internal sealed class RemoveQueryArgsFunction(Node<ReadOnlySpan<byte>> source, IEnumerable<byte[]> names) : TextFunction(source)
{
    private readonly ByteStringSet _names = ByteStringSet.Create(names.Select(n => (ReadOnlyMemory<byte>)n));

    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        if (!scratch.TryReserve(value.Length, out Span<byte> result)) return false;
        int length = 0;
        bool first = true;
        foreach (Range range in value.Split((byte)'&'))
        {
            ReadOnlySpan<byte> argument = value[range];
            int equals = argument.IndexOf((byte)'=');
            if (_names.Contains(equals < 0 ? argument : argument[..equals])) continue;
            if (!first) result[length++] = (byte)'&';
            first = false;
            argument.CopyTo(result[length..]);
            length += argument.Length;
        }

        scratch.Trim(result.Length - length);
        value = result[..length];
        return true;
    }
}
