using System.Collections.Frozen;

namespace Breakwater.Edge.Tls;

/// <summary>
/// Which certificate serves which name: the exact name, else a wildcard for one label (RFC 9525 §6.3), else the default. For each there
/// may be one with an ECDSA and one with an RSA key; ECDSA is preferred where the client takes it, for it signs more than ten times faster.
/// Immutable.
/// </summary>
internal sealed class SniTable
{
    private readonly FrozenDictionary<string, Candidates> _byName;
    private readonly FrozenDictionary<string, Candidates>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly Candidates _default;

    /// <param name="certificates">In order of preference: the first of a name and kind is used, the first of all is the default.</param>
    /// <param name="now">One that is valid now goes before one that is not.</param>
    public SniTable(IReadOnlyList<ServerCertificate> certificates, DateTimeOffset now)
    {
        var byName = new Dictionary<string, Candidates>(StringComparer.Ordinal);
        foreach (var certificate in certificates.OrderBy(c => c.NotBefore <= now && now <= c.NotAfter ? 0 : 1))
            foreach (string name in certificate.Names)
                byName[name] = byName.GetValueOrDefault(name).With(certificate);

        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
        _bySpan = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        if (certificates.Count == 0) return;
        _default = certificates[0].Names.Count > 0 ? _byName[certificates[0].Names[0]] : default(Candidates).With(certificates[0]);
    }

    /// <summary>The one or two certificates of a name.</summary>
    private readonly record struct Candidates(ServerCertificate? Ecdsa, ServerCertificate? Rsa)
    {
        public Candidates With(ServerCertificate certificate) => certificate.Key == CertificateKey.Ecdsa
            ? this with { Ecdsa = Ecdsa ?? certificate }
            : this with { Rsa = Rsa ?? certificate };
    }

    /// <summary>The certificate for a connection; null only when there is none at all.</summary>
    /// <param name="serverName">The name asked for, in the form of <see cref="HostName.Normalize(ReadOnlySpan{byte})"/>; null for none.</param>
    /// <param name="hello">What the client can do; null when unknown, and then everything.</param>
    public ServerCertificate? Find(string? serverName, ClientHello? hello)
    {
        var candidates = FindCandidates(serverName);
        if (candidates.Rsa is null || candidates.Ecdsa is null) return candidates.Ecdsa ?? candidates.Rsa;
        return hello is null || EcdsaSupport.Takes(hello, candidates.Ecdsa.Curve) ? candidates.Ecdsa : candidates.Rsa;
    }

    private Candidates FindCandidates(string? serverName)
    {
        if (serverName is null) return _default;
        if (_byName.TryGetValue(serverName, out var exact)) return exact;

        int dot = serverName.IndexOf('.');
        if (dot <= 0) return _default;
        Span<char> wildcard = stackalloc char[HostName.MaxLength + 1];
        int length = serverName.Length - dot + 1;
        if (length > wildcard.Length) return _default;
        wildcard[0] = '*';
        serverName.AsSpan(dot).CopyTo(wildcard[1..]);
        return _bySpan.TryGetValue(wildcard[..length], out var byWildcard) ? byWildcard : _default;
    }
}
