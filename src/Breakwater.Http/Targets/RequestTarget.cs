using System.Buffers;

namespace Breakwater.Http;

/// <summary>
/// Views on a request target: its path and query, decoded and normalised forms. Immutable; everything is linear in its input.
/// What was received is never changed: a view is either a part of the input or lies in the caller's buffer.
/// </summary>
public static class RequestTarget
{
    /// <summary>unreserved, sub-delims, ":" and "@" (pchar without percent-encoding, RFC 3986 §3.3).</summary>
    private static readonly SearchValues<byte> PathByte = SearchValues.Create(
        "-._~!$&'()*+,;=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> PathByteOrSlash = SearchValues.Create(
        "/-._~!$&'()*+,;=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> Unreserved = SearchValues.Create(
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>The buffer that <see cref="NormalisePath"/> may need for a path of this length: every byte may become three.</summary>
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
    /// backslashes stay encoded. The result is a valid URI path, and normalising it again changes nothing.
    /// </summary>
    /// <param name="path">The raw path.</param>
    /// <param name="buffer">At least <see cref="MaxNormalisedLength"/> bytes; used only where the path is not normal already.</param>
    /// <param name="traits">What was unusual.</param>
    /// <returns><paramref name="path"/> itself where it is normal, else the filled part of the buffer.</returns>
    public static ReadOnlySpan<byte> NormalisePath(ReadOnlySpan<byte> path, Span<byte> buffer, out PathTraits traits)
    {
        traits = PathTraits.None;
        bool normal = !path.ContainsAnyExcept(PathByteOrSlash) && path.IndexOf("//"u8) < 0 && path.IndexOf("/."u8) < 0
            && !path.StartsWith((byte)'.');
        return normal ? path : Rewrite(path, buffer, ref traits);
    }

    private static ReadOnlySpan<byte> Rewrite(ReadOnlySpan<byte> path, Span<byte> buffer, scoped ref PathTraits traits)
    {
        int written = 0;
        int segment = 0;
        for (int at = 0; at < path.Length; at++)
        {
            byte value = path[at];
            if (value is (byte)'/' or (byte)'\\')
            {
                traits |= value == '\\' ? PathTraits.Backslash : PathTraits.None;
                EndSegment(buffer, ref written, ref segment, slash: true, ref traits);
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

        EndSegment(buffer, ref written, ref segment, slash: false, ref traits);
        return buffer[..written];
    }

    /// <summary>
    /// Resolves the segment that ends here. Going back over the segment before costs no more than writing it did, so all stays linear.
    /// </summary>
    private static void EndSegment(Span<byte> buffer, ref int written, ref int segment, bool slash, scoped ref PathTraits traits)
    {
        ReadOnlySpan<byte> text = buffer[segment..written];
        if (text.IsEmpty && slash && written > 0)
        {
            traits |= PathTraits.EmptySegments;
            return;
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
