namespace Breakwater.Edge.Tls;

/// <summary>Whether a client can be served with an ECDSA certificate. Pure functions.</summary>
internal static class EcdsaSupport
{
    private const ushort Tls12 = 0x0303, Tls13 = 0x0304;
    private const ushort FirstCurve = 23;   // P-256; then P-384 and P-521

    /// <summary>True when the client says that it verifies signatures of a key on <paramref name="curve"/> (a named group, 23–25).</summary>
    public static bool Takes(ClientHello hello, ushort curve)
    {
        if (hello.HighestVersion < Tls12) return false;
        bool isTls13 = hello.HighestVersion >= Tls13;

        // ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512: TLS 1.3 binds curve and hash (RFC 8446 §4.2.3).
        ushort bound = (ushort)(0x0403 + ((curve - FirstCurve) << 8));
        var signatures = hello.SignatureAlgorithms;
        if (isTls13) return signatures.Contains(bound);
        if (!signatures.ContainsAny((ushort)0x0403, (ushort)0x0503, (ushort)0x0603)) return false;

        // TLS 1.2 negotiates the curve by supported_groups, if sent (RFC 8422 §5.1.1), and the kind of signature by the cipher suite.
        if (!hello.SupportedGroups.IsEmpty && !hello.SupportedGroups.Contains(curve)) return false;
        foreach (ushort suite in hello.CipherSuites)
            if (IsEcdheEcdsa(suite)) return true;
        return false;
    }

    /// <summary>Suites TLS_ECDHE_ECDSA_* that servers still use (IANA "TLS Cipher Suites").</summary>
    private static bool IsEcdheEcdsa(ushort suite) => suite is
        0xC009 or 0xC00A or               // AES CBC SHA
        0xC023 or 0xC024 or               // AES CBC SHA-2
        0xC02B or 0xC02C or               // AES GCM
        (>= 0xC0AC and <= 0xC0AF) or      // AES CCM
        0xCCA9;                           // ChaCha20-Poly1305
}
