using System.Buffers;

namespace Breakwater.Http;

/// <summary>
/// Views on a request target: its path and query, decoded and normalised forms. Immutable; everything is linear in its input.
/// What was received is never changed: a view is either a part of the input or lies in the caller's buffer.
/// </summary>
public static class RequestTarget
{
    /// <summary>
    /// unreserved, sub-delims, ":" and "@" (pchar without percent-encoding, RFC 3986 §3.3), and the brackets: reserved characters are the
    /// same neither when they are encoded nor when they are decoded (§2.2), so none of them is changed.
    /// </summary>
    private static readonly SearchValues<byte> PathByte = SearchValues.Create(
        "-._~!$&'()*+,;=:@[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> PathByteOrSlash = SearchValues.Create(
        "/-._~!$&'()*+,;=:@[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What a query may hold as it is: all but control bytes, space, quotes, angle brackets, "#" and bytes from 0x80 up.</summary>
    private static readonly SearchValues<byte> QueryByte = SearchValues.Create(
        "%/?\\^`{|}-._~!$&'()*+,;=:@[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> Unreserved = SearchValues.Create(
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>The buffer that <see cref="NormalisePath(ReadOnlySpan{byte}, Span{byte}, PathNormalisation, out PathTraits)"/>, <see cref="EncodePath"/> and <see cref="EncodeQuery"/> may need for so many bytes: each may become three.</summary>
    public static int MaxNormalisedLength(int pathLength) => checked(3 * pathLength);

    /// <summary>Splits an origin-form target at its first question mark.</summary>
    /// <returns>Whether there is a query, possibly an empty one.</returns>
    public static bool Split(ReadOnlySpan<byte> target, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> query)
    {
        int question = target.IndexOf((byte)'?');
        path = question < 0 ? target : target[..question];
        query = question < 0 ? default : target[(question + 1)..];
        return question >= 0;
    }

    /// <summary>
    /// Decodes percent-encoding once. A percent sign without two hexadecimal digits stays as it is.
    /// </summary>
    /// <param name="text">The encoded text.</param>
    /// <param name="buffer">At least as long as the text; used only where something is encoded.</param>
    /// <param name="plusIsSpace">Whether a plus means a space, as in form data (WHATWG URL §5.1).</param>
    /// <param name="malformed">Whether there was a percent sign without two hexadecimal digits.</param>
    /// <returns>The decoded text: <paramref name="text"/> itself where nothing is encoded, else the filled part of the buffer.</returns>
    public static ReadOnlySpan<byte> PercentDecode(ReadOnlySpan<byte> text, Span<byte> buffer, bool plusIsSpace, out bool malformed)
    {
        malformed = false;
        byte other = plusIsSpace ? (byte)'+' : (byte)'%';
        int encoded = text.IndexOfAny((byte)'%', other);
        if (encoded < 0)
        {
            return text;
        }

        int written = 0;
        ReadOnlySpan<byte> rest = text;
        while (encoded >= 0)
        {
            rest[..encoded].CopyTo(buffer[written..]);
            written += encoded;
            int used = 1;
            byte value = rest[encoded];
            if (value == '+')
            {
                value = Octets.Space;
            }
            else if (TryDecode(rest[encoded..], out byte decoded))
            {
                value = decoded;
                used = 3;
            }
            else
            {
                malformed = true;
            }

            buffer[written++] = value;
            rest = rest[(encoded + used)..];
            encoded = rest.IndexOfAny((byte)'%', other);
        }

        rest.CopyTo(buffer[written..]);
        return buffer[..(written + rest.Length)];
    }

    /// <summary>
    /// The one form in which rules should compare a path (RFC 3986 §6.2.2, and what servers commonly do beyond it):
    /// encoded unreserved characters are decoded, any other encoding has upper-case digits, everything that should be encoded is;
    /// backslashes become slashes, runs of slashes become one, then dot segments are resolved. Encoded slashes and
    /// backslashes stay encoded. Normalising the result again changes nothing.
    /// </summary>
    /// <param name="path">The raw path.</param>
    /// <param name="buffer">At least <see cref="MaxNormalisedLength"/> bytes; used only where the path is not normal already.</param>
    /// <param name="traits">What was unusual.</param>
    /// <returns><paramref name="path"/> itself where it is normal, else the filled part of the buffer.</returns>
    public static ReadOnlySpan<byte> NormalisePath(ReadOnlySpan<byte> path, Span<byte> buffer, out PathTraits traits) =>
        NormalisePath(path, buffer, PathNormalisation.Merging, out traits);

    /// <summary>As <see cref="NormalisePath(ReadOnlySpan{byte}, Span{byte}, out PathTraits)"/>, as far as <paramref name="how"/> says.</summary>
    /// <param name="path">The raw path.</param>
    /// <param name="buffer">At least <see cref="MaxNormalisedLength"/> bytes; used only where the path is not normal already.</param>
    /// <param name="how">How far it goes.</param>
    /// <param name="traits">What was unusual, as far as that was looked at.</param>
    /// <returns><paramref name="path"/> itself where it is normal, else the filled part of the buffer.</returns>
    public static ReadOnlySpan<byte> NormalisePath(ReadOnlySpan<byte> path, Span<byte> buffer, PathNormalisation how, out PathTraits traits)
    {
        traits = PathTraits.None;
        bool merging = how == PathNormalisation.Merging;
        bool normal = how == PathNormalisation.Off
            || (!path.ContainsAnyExcept(PathByteOrSlash) && path.IndexOf("/."u8) < 0 && !path.StartsWith((byte)'.')
                && !(merging && path.IndexOf("//"u8) >= 0));
        return normal ? path : Rewrite(path, buffer, merging, ref traits);
    }

    /// <summary>
    /// The last segment's text behind its last dot: <c>html</c> of <c>/a/index.html</c>. Empty where there is none, where nothing follows the
    /// dot, and where the dot is the segment's first byte and its only one.
    /// </summary>
    public static ReadOnlySpan<byte> Extension(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> segment = path[(path.LastIndexOf((byte)'/') + 1)..];
        int dot = segment.LastIndexOf((byte)'.');
        return dot <= 0 ? default : segment[(dot + 1)..];
    }

    /// <summary>
    /// Makes any bytes a path that can stand in a request line: it begins with a slash, and whatever may not stand in a path is encoded, a
    /// question mark and a stray percent sign included. What is encoded already stays so.
    /// </summary>
    /// <param name="text">The bytes.</param>
    /// <param name="buffer">At least <see cref="MaxNormalisedLength"/> bytes, and one.</param>
    /// <returns>The length.</returns>
    public static int EncodePath(ReadOnlySpan<byte> text, Span<byte> buffer)
    {
        int written = 0;
        if (!text.StartsWith((byte)'/'))
        {
            buffer[written++] = (byte)'/';
        }

        for (int i = 0; i < text.Length; i++)
        {
            bool stays = PathByteOrSlash.Contains(text[i]) || (text[i] == '%' && TryDecode(text[i..], out _));
            written += Put(text[i], stays, buffer[written..]);
        }

        return written;
    }

    /// <summary>
    /// Makes any bytes a query that can stand in a request line: control bytes, spaces, quotes, <c>&lt;</c>, <c>&gt;</c>, <c>#</c> and bytes
    /// from 0x80 up are encoded, all else stays.
    /// </summary>
    /// <param name="text">The bytes, without a question mark before them.</param>
    /// <param name="buffer">At least <see cref="MaxNormalisedLength"/> bytes.</param>
    /// <returns>The length.</returns>
    public static int EncodeQuery(ReadOnlySpan<byte> text, Span<byte> buffer)
    {
        int written = 0;
        foreach (byte value in text)
        {
            written += Put(value, QueryByte.Contains(value), buffer[written..]);
        }

        return written;
    }

    private static int Put(byte value, bool stays, Span<byte> destination)
    {
        if (!stays)
        {
            return Encode(value, destination);
        }

        destination[0] = value;
        return 1;
    }

    private static ReadOnlySpan<byte> Rewrite(ReadOnlySpan<byte> path, Span<byte> buffer, bool merging, scoped ref PathTraits traits)
    {
        int written = 0;
        int segment = 0;
        for (int at = 0; at < path.Length; at++)
        {
            byte value = path[at];
            traits |= value == '\\' ? PathTraits.Backslash : PathTraits.None;
            if (value == '/' || (merging && value == '\\'))
            {
                EndSegment(buffer, ref written, ref segment, slash: true, merging, ref traits);
            }
            else if (PathByte.Contains(value))
            {
                buffer[written++] = value;
            }
            else if (value != '%')
            {
                traits |= value >= 0x80 ? PathTraits.NonAscii : PathTraits.None;
                written += Encode(value, buffer[written..]);
            }
            else if (!TryDecode(path[at..], out byte decoded))
            {
                traits |= PathTraits.MalformedEncoding;
                written += Encode(value, buffer[written..]);
            }
            else
            {
                at += 2;
                traits |= TraitOf(decoded);
                if (Unreserved.Contains(decoded))
                {
                    buffer[written++] = decoded;
                }
                else
                {
                    written += Encode(decoded, buffer[written..]);
                }
            }
        }

        EndSegment(buffer, ref written, ref segment, slash: false, merging, ref traits);
        return buffer[..written];
    }

    /// <summary>
    /// Resolves the segment that ends here. Going back over the segment before costs no more than writing it did, so all stays linear.
    /// </summary>
    private static void EndSegment(Span<byte> buffer, ref int written, ref int segment, bool slash, bool merging, scoped ref PathTraits traits)
    {
        ReadOnlySpan<byte> text = buffer[segment..written];
        if (text.IsEmpty && slash && written > 0)
        {
            traits |= PathTraits.EmptySegments;
            if (merging)
            {
                return;
            }
        }

        if (text is [(byte)'.'])
        {
            traits |= PathTraits.DotSegments;
            written = segment;
            return;
        }

        if (text is [(byte)'.', (byte)'.'])
        {
            traits |= segment <= 1 ? PathTraits.DotSegments | PathTraits.AboveRoot : PathTraits.DotSegments;
            written = segment <= 1 ? segment : buffer[..(segment - 1)].LastIndexOf((byte)'/') + 1;
            segment = written;
            return;
        }

        if (text.StartsWith("."u8) && (text[1..].StartsWith(";"u8) || text[1..].StartsWith(".;"u8)))
        {
            traits |= PathTraits.DotSegmentWithParameter;
        }

        if (slash)
        {
            buffer[written++] = (byte)'/';
        }

        segment = written;
    }

    private static PathTraits TraitOf(byte decoded) => decoded switch
    {
        (byte)'/' => PathTraits.EncodedSlash,
        (byte)'\\' => PathTraits.EncodedBackslash,
        < 0x20 or 0x7F => PathTraits.EncodedControl,
        _ => Unreserved.Contains(decoded) ? PathTraits.EncodedUnreserved : PathTraits.None,
    };

    private static bool TryDecode(ReadOnlySpan<byte> text, out byte decoded)
    {
        int high = text.Length > 2 ? Octets.HexValue(text[1]) : -1;
        int low = high >= 0 ? Octets.HexValue(text[2]) : -1;
        decoded = (byte)(high << 4 | low);
        return low >= 0;
    }

    private static int Encode(byte value, Span<byte> destination)
    {
        destination[0] = (byte)'%';
        destination[1] = "0123456789ABCDEF"u8[value >> 4];
        destination[2] = "0123456789ABCDEF"u8[value & 15];
        return 3;
    }
}
