using System.Buffers;

namespace Breakwater.Edge.Observability;

/// <summary>
/// Text from strangers inside the quotes of the combined log format: as nginx writes it, so that both its readers and Apache's understand.
/// A quote, a backslash and all that is not visible ASCII or a blank becomes <c>\xHH</c>.
/// </summary>
internal readonly struct CombinedText : ILogText
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5F).Select(value => (byte)value).Where(value => value is not ((byte)'"' or (byte)'\\'))]);

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> CutMark => "..."u8;

    /// <summary>Writes the text without quotes around it. Linear in its length.</summary>
    public static void Append(ref LineBuilder line, scoped ReadOnlySpan<byte> text)
    {
        while (true)
        {
            int plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                line.Append(text);
                return;
            }

            ReadOnlySpan<byte> hex = "0123456789ABCDEF"u8;
            byte other = text[plain];
            line.Append(text[..plain]);
            line.Append([(byte)'\\', (byte)'x', hex[other >> 4], hex[other & 15]]);
            text = text[(plain + 1)..];
        }
    }
}
