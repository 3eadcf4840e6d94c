using System.Security.Authentication;
using System.Text;
using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Tls;

/// <summary>
/// What is known of a connection's TLS, in the words that rules compare with: as OpenSSL and its users write versions and cipher suites,
/// not as IANA does. Made once per connection; immutable. All are empty without TLS.
/// </summary>
internal sealed class TlsText(ClientConnection connection)
{
    private readonly byte[] _version = Encoding.ASCII.GetBytes(VersionOf(connection.TlsProtocol));
    private readonly byte[] _cipher = Encoding.ASCII.GetBytes(connection.TlsCipher is { } cipher ? CipherOf(cipher) : "");
    private readonly byte[] _ja4 = Encoding.ASCII.GetBytes(connection.Ja4 ?? "");
    private readonly byte[] _random = connection.Hello is { } hello ? Encoding.ASCII.GetBytes(Convert.ToBase64String(hello.Random)) : [];

    /// <summary>The version: <c>TLSv1.3</c>.</summary>
    public ReadOnlySpan<byte> Version => _version;

    /// <summary>The cipher suite: <c>ECDHE-ECDSA-AES128-GCM-SHA256</c>, and for TLS 1.3 <c>AEAD-AES128-GCM-SHA256</c>.</summary>
    public ReadOnlySpan<byte> Cipher => _cipher;

    /// <summary>The JA4 fingerprint.</summary>
    public ReadOnlySpan<byte> Ja4 => _ja4;

    /// <summary>The client's random bytes in Base64.</summary>
    public ReadOnlySpan<byte> Random => _random;

    /// <summary>Turns an IANA name into that of OpenSSL: <c>TLS_RSA_WITH_AES_128_CBC_SHA</c> is <c>AES128-SHA</c> there.</summary>
    internal static string CipherOf(string iana)
    {
        string name = iana.StartsWith("TLS_", StringComparison.Ordinal) ? iana[4..] : iana;
        int with = name.IndexOf("_WITH_", StringComparison.Ordinal);
        string exchange = with < 0 ? "AEAD-" : name[..with].Replace('_', '-') + "-";
        string suite = (with < 0 ? name : name[(with + 6)..])
            .Replace("AES_128", "AES128", StringComparison.Ordinal)
            .Replace("AES_256", "AES256", StringComparison.Ordinal)
            .Replace("_CBC", "", StringComparison.Ordinal)
            .Replace("CHACHA20_POLY1305_SHA256", with < 0 ? "CHACHA20_POLY1305_SHA256" : "CHACHA20_POLY1305", StringComparison.Ordinal)
            .Replace('_', '-');
        return (exchange == "RSA-" ? "" : exchange) + suite;
    }

#pragma warning disable SYSLIB0039, CA5397 // Old versions are named here, not offered.
    private static string VersionOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls => "TLSv1",
        SslProtocols.Tls11 => "TLSv1.1",
        SslProtocols.Tls12 => "TLSv1.2",
        SslProtocols.Tls13 => "TLSv1.3",
        _ => "",
    };
#pragma warning restore SYSLIB0039, CA5397
}
