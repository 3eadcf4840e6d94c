using System.Runtime.CompilerServices;
using System.Text;

namespace Breakwater.Http;

/// <summary>
/// Names of the known fields, and the way from a name to its field. Immutable. A name is found through a collision-free table
/// over its length and its first, fourth-last and last letter, and one comparison.
/// </summary>
public static class KnownFields
{
    private const int TableBits = 10;

    private static readonly byte[][] Names = BuildNames();
    private static readonly byte[][] LowerNames = Array.ConvertAll(Names, name => Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(name).ToLowerInvariant()));
    private static readonly byte[] Table = BuildTable(out Seed);
    private static readonly uint Seed;

    /// <summary>Fields that concern one connection only and are never passed on (RFC 9110 §7.6.1, RFC 7540 §3.2.1).</summary>
    public static KnownFieldSet HopByHop { get; } = KnownFieldSet.Of(
        KnownField.Connection, KnownField.KeepAlive, KnownField.ProxyConnection, KnownField.Te, KnownField.TransferEncoding,
        KnownField.Upgrade, KnownField.Http2Settings);

    /// <summary>
    /// Fields that may not come as trailers: those for framing, routing, authentication, the client's identity,
    /// the request's conditions and the content's form (RFC 9110 §6.5.1).
    /// </summary>
    public static KnownFieldSet ForbiddenInTrailers { get; } = HopByHop.With(KnownFieldSet.Of(
        KnownField.ContentLength, KnownField.Host, KnownField.Trailer, KnownField.Expect, KnownField.MaxForwards,
        KnownField.Authorization, KnownField.ProxyAuthenticate, KnownField.ProxyAuthorization, KnownField.ProxyAuthenticationInfo,
        KnownField.WwwAuthenticate, KnownField.Cookie, KnownField.SetCookie, KnownField.ContentEncoding, KnownField.ContentType,
        KnownField.ContentRange, KnownField.ContentLanguage, KnownField.ContentLocation, KnownField.ContentDisposition,
        KnownField.CacheControl, KnownField.CdnCacheControl, KnownField.SurrogateControl, KnownField.Pragma, KnownField.Age,
        KnownField.Expires, KnownField.Vary, KnownField.Location, KnownField.RetryAfter, KnownField.Range, KnownField.IfMatch,
        KnownField.IfNoneMatch, KnownField.IfModifiedSince, KnownField.IfUnmodifiedSince, KnownField.IfRange, KnownField.Forwarded,
        KnownField.XForwardedFor, KnownField.XForwardedHost, KnownField.XForwardedPort, KnownField.XForwardedProto,
        KnownField.XRealIp, KnownField.TrueClientIp, KnownField.Via, KnownField.Origin, KnownField.Referer,
        KnownField.XHttpMethodOverride, KnownField.BreakwaterRay));

    /// <summary>The name in its usual spelling, such as <c>Content-Length</c>; empty for <see cref="KnownField.None"/>.</summary>
    public static ReadOnlySpan<byte> Name(KnownField field) => Names[(int)field];

    /// <summary>The name in lower case, such as <c>content-length</c>; empty for <see cref="KnownField.None"/>.</summary>
    public static ReadOnlySpan<byte> LowerName(KnownField field) => LowerNames[(int)field];

    /// <summary>The field of this name, in any case; <see cref="KnownField.None"/> when it is not a known one.</summary>
    public static KnownField Find(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return KnownField.None;
        }

        int candidate = Table[Hash(name, Seed)];
        return candidate != 0 && Matches(name, LowerNames[candidate]) ? (KnownField)candidate : KnownField.None;
    }

    /// <summary>Compares without regard to case, eight bytes at a time; the last eight may overlap those before.</summary>
    private static bool Matches(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lower)
    {
        if (name.Length != lower.Length)
        {
            return false;
        }

        if (name.Length < sizeof(ulong))
        {
            for (int i = 0; i < name.Length; i++)
            {
                if (Differ(name[i], lower[i]))
                {
                    return false;
                }
            }

            return true;
        }

        for (int i = 0; i < name.Length - sizeof(ulong); i += sizeof(ulong))
        {
            if (Differ(BitConverter.ToUInt64(name[i..]), BitConverter.ToUInt64(lower[i..])))
            {
                return false;
            }
        }

        return !Differ(BitConverter.ToUInt64(name[^sizeof(ulong)..]), BitConverter.ToUInt64(lower[^sizeof(ulong)..]));
    }

    /// <summary>Letters (bit 0x40 set; the names have but letters, digits and hyphens) may differ in bit 0x20, all else in nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Differ(ulong bytes, ulong lower) => ((bytes ^ lower) & ~((lower & 0x4040404040404040) >> 1)) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> name, uint seed)
    {
        uint letters = name[0] | (uint)name[Math.Max(0, name.Length - 4)] << 8 | (uint)name[^1] << 16 | 0x202020;
        return (letters ^ (uint)name.Length << 24) * seed >> (32 - TableBits);
    }

    /// <summary>Tries multipliers until no two names share a place: a few hundred, in microseconds, once per process.</summary>
    private static byte[] BuildTable(out uint seed)
    {
        for (uint attempt = 0; attempt < 1_000_000; attempt++)
        {
            seed = (attempt * 2 + 1) * 0x9E3779B1;
            byte[] table = new byte[1 << TableBits];
            if (Fill(table, seed))
            {
                return table;
            }
        }

        throw new InvalidOperationException("Two known fields agree in length and in first, fourth-last and last letter.");
    }

    private static bool Fill(byte[] table, uint seed)
    {
        for (int field = 1; field < Names.Length; field++)
        {
            ref byte place = ref table[Hash(Names[field], seed)];
            if (place != 0)
            {
                return false;
            }

            place = (byte)field;
        }

        return true;
    }

    /// <summary>Names follow from the members: a hyphen before each capital, save for the few that are spelt otherwise.</summary>
    private static byte[][] BuildNames()
    {
        KnownField[] fields = Enum.GetValues<KnownField>();
        byte[][] names = new byte[fields.Length][];
        foreach (KnownField field in fields)
        {
            names[(int)field] = field switch
            {
                KnownField.None => [],
                KnownField.Te => [.. "TE"u8],
                KnownField.ETag => [.. "ETag"u8],
                KnownField.Dnt => [.. "DNT"u8],
                KnownField.Http2Settings => [.. "HTTP2-Settings"u8],
                KnownField.TraceParent => [.. "traceparent"u8],
                KnownField.TraceState => [.. "tracestate"u8],
                KnownField.XRealIp => [.. "X-Real-IP"u8],
                KnownField.TrueClientIp => [.. "True-Client-IP"u8],
                KnownField.WwwAuthenticate => [.. "WWW-Authenticate"u8],
                KnownField.XHttpMethodOverride => [.. "X-HTTP-Method-Override"u8],
                KnownField.SecWebSocketAccept => [.. "Sec-WebSocket-Accept"u8],
                KnownField.SecWebSocketExtensions => [.. "Sec-WebSocket-Extensions"u8],
                KnownField.SecWebSocketKey => [.. "Sec-WebSocket-Key"u8],
                KnownField.SecWebSocketProtocol => [.. "Sec-WebSocket-Protocol"u8],
                KnownField.SecWebSocketVersion => [.. "Sec-WebSocket-Version"u8],
                KnownField.SecChUa => [.. "Sec-CH-UA"u8],
                KnownField.SecChUaMobile => [.. "Sec-CH-UA-Mobile"u8],
                KnownField.SecChUaPlatform => [.. "Sec-CH-UA-Platform"u8],
                _ => Hyphenated(field.ToString()),
            };
        }

        return names;
    }

    private static byte[] Hyphenated(string member)
    {
        StringBuilder name = new();
        foreach (char letter in member)
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0)
            {
                name.Append('-');
            }

            name.Append(letter);
        }

        return Encoding.ASCII.GetBytes(name.ToString());
    }
}
