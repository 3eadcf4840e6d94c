namespace Breakwater.Edge.Tls;

/// <summary>
/// What a TLS client said first (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2), as facts: the offers in the client's own order, GREASE
/// included. Immutable; a copy, it keeps no reference to the bytes it was read from. All lists share one array: a browser's
/// hello takes about 320 bytes for as long as its connection lives.
/// </summary>
internal sealed class ClientHello
{
    private readonly ushort[] _codes;
    private readonly byte[] _alpn;
    private readonly byte[] _random;
    private readonly int _extensionsAt, _versionsAt, _groupsAt, _signaturesAt, _keySharesAt;

    internal ClientHello(ushort legacyVersion, ushort[] codes, in ListStarts starts, byte[] alpn, bool sentServerName, string? serverName, byte[] random, int length)
    {
        _random = random;
        Length = length;
        LegacyVersion = legacyVersion;
        _codes = codes;
        _extensionsAt = starts.Extensions;
        _versionsAt = starts.Versions;
        _groupsAt = starts.Groups;
        _signaturesAt = starts.Signatures;
        _keySharesAt = starts.KeyShares;
        _alpn = alpn;
        SentServerName = sentServerName;
        ServerName = serverName;
    }

    /// <summary>Where each list begins in the shared array: cipher suites first, then these, in this order.</summary>
    internal readonly record struct ListStarts(int Extensions, int Versions, int Groups, int Signatures, int KeyShares);

    /// <summary>The length of the message in bytes, its header of four bytes included.</summary>
    public int Length { get; }

    /// <summary>The client's 32 random bytes.</summary>
    public ReadOnlySpan<byte> Random => _random;

    /// <summary>The version field of the message itself: 0x0303 from every TLS 1.3 client; the highest version offered by older ones.</summary>
    public ushort LegacyVersion { get; }

    /// <summary>Cipher suites, most wanted first.</summary>
    public ReadOnlySpan<ushort> CipherSuites => _codes.AsSpan(0, _extensionsAt);

    /// <summary>Types of the extensions, in the order sent.</summary>
    public ReadOnlySpan<ushort> Extensions => _codes.AsSpan(_extensionsAt, _versionsAt - _extensionsAt);

    /// <summary>Versions of <c>supported_versions</c>; empty when the client did not send it.</summary>
    public ReadOnlySpan<ushort> SupportedVersions => _codes.AsSpan(_versionsAt, _groupsAt - _versionsAt);

    /// <summary>Groups of <c>supported_groups</c>; empty when the client did not send it.</summary>
    public ReadOnlySpan<ushort> SupportedGroups => _codes.AsSpan(_groupsAt, _signaturesAt - _groupsAt);

    /// <summary>Schemes of <c>signature_algorithms</c>; empty when the client did not send it.</summary>
    public ReadOnlySpan<ushort> SignatureAlgorithms => _codes.AsSpan(_signaturesAt, _keySharesAt - _signaturesAt);

    /// <summary>Groups for which the client sent a key share already.</summary>
    public ReadOnlySpan<ushort> KeyShares => _codes.AsSpan(_keySharesAt);

    /// <summary>Whether a <c>server_name</c> extension was there at all, usable or not.</summary>
    public bool SentServerName { get; }

    /// <summary>The host name asked for (RFC 6066 §3): lower case, without a trailing dot, letters, digits, hyphens, underscores
    /// and dots only. Null when absent, or when what was sent is no host name (an IP address, other bytes).</summary>
    public string? ServerName { get; }

    /// <summary>The protocols offered by ALPN (RFC 7301), in order, as raw bytes.</summary>
    public AlpnProtocols Alpn => new(_alpn);

    /// <summary>The highest version offered, GREASE ignored: from <see cref="SupportedVersions"/> if it was sent, else <see cref="LegacyVersion"/>.</summary>
    public ushort HighestVersion
    {
        get
        {
            ushort highest = 0;
            foreach (ushort version in SupportedVersions)
                if (version > highest && !Grease.IsGrease(version)) highest = version;
            return highest == 0 ? LegacyVersion : highest;
        }
    }

    /// <summary>Steps through ALPN names without allocating: <c>foreach (ReadOnlySpan&lt;byte&gt; name in hello.Alpn)</c>.</summary>
    internal ref struct AlpnProtocols(ReadOnlySpan<byte> list)
    {
        private ReadOnlySpan<byte> _rest = list;

        public ReadOnlySpan<byte> Current { get; private set; }

        public readonly AlpnProtocols GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_rest.IsEmpty) return false;
            int length = _rest[0];   // The reader has checked that the names fill the list exactly.
            Current = _rest.Slice(1, length);
            _rest = _rest[(1 + length)..];
            return true;
        }
    }
}

/// <summary>Extension types that the edge looks into (IANA "TLS ExtensionType Values").</summary>
internal static class TlsExtension
{
    public const ushort ServerName = 0;
    public const ushort SupportedGroups = 10;
    public const ushort SignatureAlgorithms = 13;
    public const ushort Alpn = 16;
    public const ushort SupportedVersions = 43;
    public const ushort KeyShare = 51;
}
