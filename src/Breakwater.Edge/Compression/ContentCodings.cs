using System.Collections.Immutable;
using System.Text;
using Breakwater.Http;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Compression;

/// <summary>A content coding that the edge can make.</summary>
internal enum ContentCoding : byte
{
    /// <summary>As it is.</summary>
    Identity,

    /// <summary>gzip (RFC 1952).</summary>
    Gzip,

    /// <summary>br (RFC 7932).</summary>
    Brotli,

    /// <summary>zstd (RFC 8878).</summary>
    Zstd,
}

/// <summary>Which coding a client gets (RFC 9110 §12.5.3). Stateless.</summary>
internal static class ContentCodings
{
    /// <summary>Bodies that are known to be shorter are sent as they are: what coding saves would not save a packet.</summary>
    private const int MinBytes = 256;

    // By how much they save for what they cost.
    private static readonly ImmutableArray<ContentCoding> ByWorth = [ContentCoding.Zstd, ContentCoding.Brotli, ContentCoding.Gzip];

    /// <summary>The token of a coding.</summary>
    public static ReadOnlySpan<byte> NameOf(ContentCoding coding) => coding switch
    {
        ContentCoding.Zstd => "zstd"u8,
        ContentCoding.Brotli => "br"u8,
        ContentCoding.Gzip => "gzip"u8,
        _ => "identity"u8,
    };

    /// <summary>Whether the body of a response may be coded, whoever asks for it.</summary>
    public static bool IsSuitable(RequestHead request, ResponseHead response) =>
        request.MethodKind != MethodKind.Head
        && response.StatusCode is >= 200 and not (204 or 206 or 304)
        && response.Framing != BodyFraming.None
        && (response.Framing != BodyFraming.Length || response.ContentLength >= MinBytes)
        && !response.TryGet(KnownField.ContentEncoding, out _)
        && !ForbidsChange(response)
        && response.TryGet(KnownField.ContentType, out ReadOnlySpan<byte> type) && IsText(type);

    /// <summary>Whether any of these is a coding, so that what a client gets depends on what it takes.</summary>
    public static bool AreCodings(ImmutableArray<CompressionAlgorithm> algorithms) =>
        algorithms.AsSpan().IndexOfAnyExcept(CompressionAlgorithm.None, CompressionAlgorithm.Default) >= 0;

    /// <summary>The first of these codings that the client takes; for <see cref="CompressionAlgorithm.Auto"/> the one it likes best.</summary>
    public static ContentCoding Choose(RequestHead request, ImmutableArray<CompressionAlgorithm> algorithms)
    {
        if (!request.TryGet(KnownField.AcceptEncoding, out ReadOnlySpan<byte> accept))
        {
            return ContentCoding.Identity;
        }

        foreach (CompressionAlgorithm algorithm in algorithms)
        {
            ContentCoding coding = algorithm switch
            {
                CompressionAlgorithm.Zstd => ContentCoding.Zstd,
                CompressionAlgorithm.Brotli => ContentCoding.Brotli,
                CompressionAlgorithm.Gzip => ContentCoding.Gzip,
                CompressionAlgorithm.Auto => Best(accept),
                _ => ContentCoding.Identity,
            };
            if (coding == ContentCoding.Identity ? algorithm is CompressionAlgorithm.None or CompressionAlgorithm.Default : Weight(accept, NameOf(coding)) > 0)
            {
                return coding;
            }
        }

        return ContentCoding.Identity;
    }

    /// <summary><c>no-transform</c> (RFC 9111 §5.2.2.6).</summary>
    private static bool ForbidsChange(ResponseHead response)
    {
        for (int i = response.IndexOf(KnownField.CacheControl); i >= 0; i = response.IndexOf(KnownField.CacheControl, i + 1))
        {
            if (HeaderTokens.Contains(response.Value(i), "no-transform"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static ContentCoding Best(ReadOnlySpan<byte> accept)
    {
        ContentCoding best = ContentCoding.Identity;
        int weight = 0;
        foreach (ContentCoding coding in ByWorth)
        {
            int own = Weight(accept, NameOf(coding));
            if (own > weight)
            {
                best = coding;
                weight = own;
            }
        }

        return best;
    }

    /// <summary>How much the client wants a coding, in thousandths; 0 = not at all. What is malformed counts as not named.</summary>
    private static int Weight(ReadOnlySpan<byte> accept, ReadOnlySpan<byte> coding)
    {
        int any = 0;
        while (!accept.IsEmpty)
        {
            int comma = accept.IndexOf((byte)',');
            ReadOnlySpan<byte> item = comma < 0 ? accept : accept[..comma];
            accept = comma < 0 ? default : accept[(comma + 1)..];
            int semicolon = item.IndexOf((byte)';');
            ReadOnlySpan<byte> name = HeaderTokens.Trim(semicolon < 0 ? item : item[..semicolon]);
            int weight = semicolon < 0 ? 1000 : Quality(HeaderTokens.Trim(item[(semicolon + 1)..]));
            if (Ascii.EqualsIgnoreCase(name, coding))
            {
                return weight;
            }

            if (name.SequenceEqual("*"u8))
            {
                any = weight;
            }
        }

        return any;

        static int Quality(ReadOnlySpan<byte> parameter)
        {
            if (!parameter.StartsWith("q="u8) && !parameter.StartsWith("Q="u8))
            {
                return 1000;
            }

            ReadOnlySpan<byte> digits = parameter[2..];
            if (digits.IsEmpty || digits[0] is not ((byte)'0' or (byte)'1'))
            {
                return 0;
            }

            int value = (digits[0] - '0') * 1000;
            for (int i = 2, unit = 100; i < Math.Min(digits.Length, 5) && digits[i] is >= (byte)'0' and <= (byte)'9'; i++, unit /= 10)
            {
                value += (digits[i] - '0') * unit;
            }

            return Math.Min(value, 1000);
        }
    }

    /// <summary>Types whose bodies become smaller: text, and the formats that are text or raw inside.</summary>
    private static bool IsText(ReadOnlySpan<byte> type)
    {
        int end = type.IndexOfAny((byte)';', (byte)' ');
        ReadOnlySpan<byte> written = end < 0 ? type : type[..end];
        Span<byte> lower = stackalloc byte[64];
        if (written.Length > lower.Length)
        {
            return false;
        }

        Ascii.ToLower(written, lower, out int length);
        ReadOnlySpan<byte> name = lower[..length];

        // Events are to be seen one by one, and each would be a block of its own.
        return (name.StartsWith("text/"u8) && !name.SequenceEqual("text/event-stream"u8))
            || name.EndsWith("+json"u8) || name.EndsWith("+xml"u8)
            || name.SequenceEqual("application/json"u8) || name.SequenceEqual("application/javascript"u8) || name.SequenceEqual("application/xml"u8)
            || name.SequenceEqual("application/x-javascript"u8) || name.SequenceEqual("application/wasm"u8) || name.SequenceEqual("application/manifest+json"u8)
            || name.SequenceEqual("application/vnd.ms-fontobject"u8) || name.SequenceEqual("font/ttf"u8) || name.SequenceEqual("font/otf"u8)
            || name.SequenceEqual("image/svg+xml"u8) || name.SequenceEqual("image/bmp"u8) || name.SequenceEqual("image/x-icon"u8);
    }
}
