using System.Buffers.Binary;

namespace Breakwater.Edge.Tls;

/// <summary>Why bytes are no ClientHello that the edge goes on with. <see cref="None"/> for a good one.</summary>
internal enum ClientHelloError : byte
{
    None,

    /// <summary>A record is empty, longer than 2^14 bytes, or not a handshake record (RFC 8446 §5.1).</summary>
    BadRecord,

    /// <summary>The first handshake message is something else.</summary>
    NotClientHello,

    /// <summary>The message is longer than <see cref="ClientHelloReader.MaxMessageLength"/>.</summary>
    MessageTooLong,

    /// <summary>The message is cut into more than <see cref="ClientHelloReader.MaxRecords"/> records.</summary>
    TooManyRecords,

    /// <summary>A length field points past its container, or does not fill it, or a list is shorter than the standard allows.</summary>
    Malformed,

    /// <summary>A list has more entries than any real client sends (see the limits of <see cref="ClientHelloParser"/>).</summary>
    TooManyEntries,

    /// <summary>The same extension twice (RFC 8446 §4.2 forbids it).</summary>
    DuplicateExtension,
}

/// <summary>
/// Reads the body of a ClientHello message (RFC 8446 §4.1.2; without record and handshake headers). Pure; never throws; one pass,
/// bounded by the length of the message. What TLS itself would refuse for its structure is refused here already, before any
/// cryptography is paid for. Values are not judged: that is the TLS library's task.
/// </summary>
internal static class ClientHelloParser
{
    /// <summary>Most entries in one list of codes. About 370 cipher suites exist; scanners that offer them all fit.</summary>
    public const int MaxCodes = 512;

    /// <summary>Most extensions. Browsers send about 18.</summary>
    public const int MaxExtensions = 256;

    /// <summary>Most key shares. Clients send one to three.</summary>
    public const int MaxKeyShares = 64;

    /// <summary>Most bytes of the ALPN list. Browsers send 12: it is kept with the connection, so it must stay small.</summary>
    public const int MaxAlpnLength = 512;

    private const int RandomLength = 32;
    private const int HandshakeHeaderLength = 4;
    private const int MaxSessionIdLength = 32;

    /// <summary>The lists as they lie in the message. Nothing of it outlives the parse.</summary>
    private ref struct Lists
    {
        public ReadOnlySpan<byte> CipherSuites, Versions, Groups, Signatures, Alpn, ServerName;
        public Span<ushort> Extensions, KeyShares;
        public int ExtensionCount, KeyShareCount;
        public bool SentServerName;
    }

    /// <summary>Parses <paramref name="body"/>; <paramref name="hello"/> is set exactly when the result is <see cref="ClientHelloError.None"/>.</summary>
    public static ClientHelloError Parse(ReadOnlySpan<byte> body, out ClientHello? hello)
    {
        hello = null;
        var lists = new Lists { Extensions = stackalloc ushort[MaxExtensions], KeyShares = stackalloc ushort[MaxKeyShares] };
        var reader = new TlsVectors(body);

        if (!reader.TryReadUInt16(out ushort legacyVersion)
            || !reader.TrySkip(RandomLength)
            || !reader.TryReadVector8(out var sessionId) || sessionId.Length > MaxSessionIdLength
            || !reader.TryReadVector16(out lists.CipherSuites) || !IsCodeList(lists.CipherSuites)
            || !reader.TryReadVector8(out var compressionMethods) || compressionMethods.IsEmpty)
        {
            return ClientHelloError.Malformed;
        }

        // Before TLS 1.3 the whole block may be missing.
        if (!reader.AtEnd)
        {
            if (!reader.TryReadVector16(out var extensions) || !reader.AtEnd) return ClientHelloError.Malformed;
            var error = ReadExtensions(extensions, ref lists);
            if (error != ClientHelloError.None) return error;
        }

        if (lists.CipherSuites.Length > MaxCodes * 2 || lists.Versions.Length > MaxCodes * 2 || lists.Groups.Length > MaxCodes * 2
            || lists.Signatures.Length > MaxCodes * 2 || lists.Alpn.Length > MaxAlpnLength)
        {
            return ClientHelloError.TooManyEntries;
        }

        hello = Copy(legacyVersion, lists, body);
        return ClientHelloError.None;
    }

    private static ClientHelloError ReadExtensions(ReadOnlySpan<byte> block, scoped ref Lists lists)
    {
        var reader = new TlsVectors(block);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadUInt16(out ushort type) || !reader.TryReadVector16(out var data)) return ClientHelloError.Malformed;
            if (lists.ExtensionCount == MaxExtensions) return ClientHelloError.TooManyEntries;
            if (lists.Extensions[..lists.ExtensionCount].Contains(type)) return ClientHelloError.DuplicateExtension;
            lists.Extensions[lists.ExtensionCount++] = type;

            var error = ReadExtension(type, data, ref lists);
            if (error != ClientHelloError.None) return error;
        }
        return ClientHelloError.None;
    }

    private static ClientHelloError ReadExtension(ushort type, ReadOnlySpan<byte> data, scoped ref Lists lists)
    {
        bool good = true;
        switch (type)
        {
            case TlsExtension.ServerName:
                lists.SentServerName = true;
                good = TryReadServerName(data, out lists.ServerName);
                break;
            case TlsExtension.SupportedVersions:
                good = TlsVectors.IsOneVector8(data, out lists.Versions) && IsCodeList(lists.Versions);
                break;
            case TlsExtension.SupportedGroups:
                good = TlsVectors.IsOneVector16(data, out lists.Groups) && IsCodeList(lists.Groups);
                break;
            case TlsExtension.SignatureAlgorithms:
                good = TlsVectors.IsOneVector16(data, out lists.Signatures) && IsCodeList(lists.Signatures);
                break;
            case TlsExtension.Alpn:
                good = TlsVectors.IsOneVector16(data, out lists.Alpn) && IsAlpnList(lists.Alpn);
                break;
            case TlsExtension.KeyShare:
                return ReadKeyShares(data, ref lists);
        }
        return good ? ClientHelloError.None : ClientHelloError.Malformed;
    }

    /// <summary>A list of 16-bit codes with at least one entry.</summary>
    private static bool IsCodeList(ReadOnlySpan<byte> list) => list.Length >= 2 && (list.Length & 1) == 0;

    /// <summary>RFC 7301 §3.1: at least one name, no name empty.</summary>
    private static bool IsAlpnList(ReadOnlySpan<byte> list)
    {
        var names = new TlsVectors(list);
        do
        {
            if (!names.TryReadVector8(out var name) || name.IsEmpty) return false;
        }
        while (!names.AtEnd);
        return true;
    }

    /// <summary>RFC 6066 §3: a list of names, at most one of each type; only host_name (0) was ever defined.</summary>
    private static bool TryReadServerName(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> hostName)
    {
        hostName = default;
        if (!TlsVectors.IsOneVector16(data, out var list) || list.IsEmpty) return false;
        bool sawHostName = false;
        var names = new TlsVectors(list);
        while (!names.AtEnd)
        {
            if (!names.TryReadUInt8(out byte nameType) || !names.TryReadVector16(out var name) || name.IsEmpty) return false;
            if (nameType != 0) continue;
            if (sawHostName) return false;
            sawHostName = true;
            hostName = name;
        }
        return true;
    }

    private static ClientHelloError ReadKeyShares(ReadOnlySpan<byte> data, scoped ref Lists lists)
    {
        if (!TlsVectors.IsOneVector16(data, out var list)) return ClientHelloError.Malformed;
        var shares = new TlsVectors(list);
        while (!shares.AtEnd)
        {
            if (!shares.TryReadUInt16(out ushort group) || !shares.TryReadVector16(out var key) || key.IsEmpty) return ClientHelloError.Malformed;
            if (lists.KeyShareCount == MaxKeyShares) return ClientHelloError.TooManyEntries;
            lists.KeyShares[lists.KeyShareCount++] = group;
        }
        return ClientHelloError.None;
    }

    private static ClientHello Copy(ushort legacyVersion, scoped in Lists lists, ReadOnlySpan<byte> body)
    {
        int extensionsAt = lists.CipherSuites.Length / 2;
        int versionsAt = extensionsAt + lists.ExtensionCount;
        int groupsAt = versionsAt + lists.Versions.Length / 2;
        int signaturesAt = groupsAt + lists.Groups.Length / 2;
        int keySharesAt = signaturesAt + lists.Signatures.Length / 2;

        var codes = new ushort[keySharesAt + lists.KeyShareCount];
        CopyCodes(lists.CipherSuites, codes);
        lists.Extensions[..lists.ExtensionCount].CopyTo(codes.AsSpan(extensionsAt));
        CopyCodes(lists.Versions, codes.AsSpan(versionsAt));
        CopyCodes(lists.Groups, codes.AsSpan(groupsAt));
        CopyCodes(lists.Signatures, codes.AsSpan(signaturesAt));
        lists.KeyShares[..lists.KeyShareCount].CopyTo(codes.AsSpan(keySharesAt));

        return new ClientHello(
            legacyVersion,
            codes,
            new ClientHello.ListStarts(extensionsAt, versionsAt, groupsAt, signaturesAt, keySharesAt),
            lists.Alpn.IsEmpty ? [] : lists.Alpn.ToArray(),
            lists.SentServerName,
            HostName.Normalize(lists.ServerName),
            body.Slice(sizeof(ushort), RandomLength).ToArray(),
            HandshakeHeaderLength + body.Length);
    }

    private static void CopyCodes(ReadOnlySpan<byte> list, Span<ushort> destination)
    {
        for (int i = 0; i + 1 < list.Length; i += 2) destination[i / 2] = BinaryPrimitives.ReadUInt16BigEndian(list[i..]);
    }
}
