using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Breakwater.Rules.Evaluation;

namespace Breakwater.Rules.Functions;

/// <summary><c>decode_base64()</c>: either alphabet, padded or not; missing when the string is no base64.</summary>
internal sealed class DecodeBase64Function(Node<ReadOnlySpan<byte>> source) : TextFunction(source)
{
    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        if (!scratch.TryReserve(value.Length, out Span<byte> result)) return false;
        if (!TryDecode(value, result, out int length)) return false;
        scratch.Trim(result.Length - length);
        value = result[..length];
        return true;
    }

    /// <param name="text">Base64 or base64url (RFC 4648 §4, §5).</param>
    /// <param name="result">At least as long.</param>
    /// <param name="length">How many bytes it stands for.</param>
    internal static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> result, out int length)
    {
        text = text.TrimEnd((byte)'=');
        text.CopyTo(result);
        Span<byte> url = result[..text.Length];
        url.Replace((byte)'+', (byte)'-');
        url.Replace((byte)'/', (byte)'_');
        length = 0;
        if (url.ContainsAnyExcept(Alphabet)) return false;
        // In place: the three bytes are written after the four characters are read.
        return Base64Url.DecodeFromUtf8(url, result, out _, out length) == OperationStatus.Done;
    }

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);
}

/// <summary><c>encode_base64()</c></summary>
internal sealed class EncodeBase64Function(Node<ReadOnlySpan<byte>> source, bool url, bool padded) : TextFunction(source)
{
    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        if (value.Length > ScratchMemory.Largest / 2
            || !scratch.TryReserve(Base64.GetMaxEncodedToUtf8Length(value.Length), out Span<byte> result))
        {
            return false;
        }

        Base64.EncodeToUtf8(value, result, out _, out int length);
        if (url)
        {
            result.Replace((byte)'+', (byte)'-');
            result.Replace((byte)'/', (byte)'_');
        }

        if (!padded) length = result[..length].TrimEnd((byte)'=').Length;
        scratch.Trim(result.Length - length);
        value = result[..length];
        return true;
    }
}

/// <summary><c>sha256()</c>: 32 bytes.</summary>
internal sealed class Sha256Function(Node<ReadOnlySpan<byte>> source) : TextFunction(source)
{
    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        if (!scratch.TryReserve(SHA256.HashSizeInBytes, out Span<byte> result)) return false;
        SHA256.HashData(value, result);
        value = result;
        return true;
    }
}

/// <summary><c>uuidv4()</c> (RFC 9562 §5.4) from random bytes; missing when there are fewer than 16.</summary>
internal sealed class UuidFunction(Node<ReadOnlySpan<byte>> source) : TextFunction(source)
{
    private const int TextLength = 36;

    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        if (value.Length < 16 || !scratch.TryReserve(TextLength, out Span<byte> result)) return false;
        Span<byte> bytes = stackalloc byte[16];
        value[..16].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        int at = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i is 4 or 6 or 8 or 10) result[at++] = (byte)'-';
            result[at++] = Digit(bytes[i] >> 4);
            result[at++] = Digit(bytes[i] & 15);
        }

        value = result;
        return true;
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}

/// <summary>
/// <c>is_timed_hmac_valid_v0()</c>: a message, a separator, ten digits of Unix time, a dash, and the base64 of HMAC-SHA256 over message
/// and time.
/// </summary>
internal sealed class TimedHmacFunction(
    byte[] key, Node<ReadOnlySpan<byte>> signed, long lifetime, Node<long> now, int separatorLength, bool urlSafe) : Node<bool>
{
    private const int TimeLength = 10;

    /// <summary>32 bytes in base64 without padding.</summary>
    private const int ShortestMac = 43;

    public override double Cost => signed.Cost + now.Cost + 1000;

    public override bool TryGet(EvaluationContext context, out bool value)
    {
        value = false;
        if (!signed.TryGet(context, out ReadOnlySpan<byte> text) || !now.TryGet(context, out long time)) return false;
        (int, int) mark = context.Scratch.Mark;
        value = IsValid(context.Scratch, text, time);
        context.Scratch.Release(mark);
        return true;
    }

    private bool IsValid(ScratchMemory scratch, ReadOnlySpan<byte> text, long time)
    {
        int at = FindTime(text);
        if (at <= separatorLength) return false;
        ReadOnlySpan<byte> digits = text.Slice(at, TimeLength);
        if (!Utf8Parser.TryParse(digits, out long issued, out _) || (Int128)time - issued > lifetime) return false;
        ReadOnlySpan<byte> mac = text[(at + TimeLength + 1)..];
        int messageLength = at - separatorLength;
        if (!scratch.TryReserve(mac.Length, out Span<byte> given) || !TryDecode(mac, given, out int length)
            || length != HMACSHA256.HashSizeInBytes
            || !scratch.TryReserve(messageLength + TimeLength, out Span<byte> message))
        {
            return false;
        }

        text[..messageLength].CopyTo(message);
        digits.CopyTo(message[messageLength..]);
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, given[..length]);
    }

    // The last place where ten digits, a dash and enough for a MAC follow one another: the message is as long as it can be.
    private static int FindTime(ReadOnlySpan<byte> text)
    {
        int end = text.Length - ShortestMac;
        while (end > TimeLength)
        {
            int dash = text[..end].LastIndexOf((byte)'-');
            if (dash < TimeLength + 1) return -1;
            if (!text.Slice(dash - TimeLength, TimeLength).ContainsAnyExceptInRange((byte)'0', (byte)'9')) return dash - TimeLength;
            end = dash;
        }

        return -1;
    }

    private bool TryDecode(ReadOnlySpan<byte> mac, Span<byte> result, out int length)
    {
        length = 0;
        if (urlSafe) return mac.Length == ShortestMac && !mac.ContainsAny("+/"u8)
            && DecodeBase64Function.TryDecode(mac, result, out length);
        mac.CopyTo(result);
        int decoded = UrlDecodeFunction.Decode(result[..mac.Length], unicode: false, out _, plusIsSpace: false);
        return DecodeBase64Function.TryDecode(result[..decoded], result, out length);
    }
}
