using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Tls;

/// <summary>Thrown inside the loading of a pair, and caught there: what is wrong with one file and what to do.</summary>
internal sealed class BadPemException(string problem, string remedy) : Exception(problem)
{
    public string Remedy => remedy;
}

/// <summary>A PEM file in memory (RFC 7468), with the hash that tells whether it has changed. Immutable.</summary>
internal sealed class PemFile
{
    /// <summary>Most bytes that are read. Chains take a few KiB.</summary>
    public const int MaxLength = 1 << 20;

    private const string RsaOid = "1.2.840.113549.1.1.1", EcOid = "1.2.840.10045.2.1";

    private readonly string _text;
    private readonly bool _isDer;

    private PemFile(byte[] bytes)
    {
        Hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _isDer = bytes is [0x30, 0x80 or 0x81 or 0x82 or 0x83, ..];
        _text = System.Text.Encoding.Latin1.GetString(bytes);
    }

    /// <summary>SHA-256 of the content.</summary>
    public string Hash { get; }

    /// <summary>Reads <paramref name="path"/>.</summary>
    /// <exception cref="BadPemException">It cannot be read.</exception>
    public static PemFile Read(string path, ConfigurationFiles files)
    {
        try
        {
            return new PemFile(files.Read(path, MaxLength));
        }
        catch (FileTooLargeException)
        {
            throw new BadPemException($"is longer than {MaxLength >> 20} MiB", "name the file with this certificate or key only");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadPemException("there is no such file", "create it or correct the path");
        }
        catch (UnauthorizedAccessException)
        {
            throw new BadPemException(
                Directory.Exists(path) ? "is a directory" : $"may not be read by user {Environment.UserName}",
                Directory.Exists(path) ? "name a file in it" : "give that user the right to read it");
        }
        catch (IOException exception)
        {
            throw new BadPemException($"cannot be read ({exception.Message})", "see to the file system");
        }
    }

    /// <summary>The certificates in the file, in its order.</summary>
    /// <exception cref="BadPemException">There is none, or a broken one.</exception>
    public List<X509Certificate2> Certificates()
    {
        var found = new List<X509Certificate2>();
        foreach (var (label, data) in Blocks())
        {
            if (label is not ("CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE")) continue;
            try
            {
                found.Add(X509CertificateLoader.LoadCertificate(data));
            }
            catch (CryptographicException)
            {
                throw new BadPemException($"certificate {found.Count + 1} in it is broken", "copy the file again from who issued it");
            }
        }
        if (found.Count > 0) return found;
        throw _isDer
            ? new BadPemException("is binary (DER), not PEM", "convert it: openssl x509 -inform der -in FILE -out FILE.pem")
            : new BadPemException("holds no certificate", "name the PEM file with the certificate first, then its intermediates");
    }

    /// <summary>The private key in the file: an <see cref="RSA"/> or an <see cref="ECDsa"/>.</summary>
    /// <exception cref="BadPemException">There is none, or one of no use.</exception>
    public AsymmetricAlgorithm Key()
    {
        foreach (var (label, data) in Blocks())
        {
            switch (label)
            {
                case "ENCRYPTED PRIVATE KEY":
                    throw Encrypted();
                case "PRIVATE KEY":
                    return Import(AlgorithmOf(data), data, isPkcs8: true);
                case "RSA PRIVATE KEY":
                    return Import(RsaOid, data, isPkcs8: false);
                case "EC PRIVATE KEY":
                    return Import(EcOid, data, isPkcs8: false);
            }
        }
        // The old form of OpenSSL has header lines within the block, so it is no block by RFC 7468.
        if (_text.Contains("ENCRYPTED", StringComparison.Ordinal)) throw Encrypted();
        throw _isDer
            ? new BadPemException("is binary (DER), not PEM", "convert it: openssl pkey -inform der -in FILE -out FILE.pem")
            : new BadPemException("holds no private key", "name the PEM file with the certificate's key");
    }

    private static BadPemException Encrypted() => new(
        "the private key is encrypted, and nobody is there at start to give the password",
        "store it decrypted, readable by the edge's user only: openssl pkey -in FILE -out FILE.plain");

    private static BadPemException BrokenKey() => new(
        "the private key in it is broken, or of a kind unknown here", "copy the file again, or have a certificate issued for a new key");

    private List<(string Label, byte[] Data)> Blocks()
    {
        var blocks = new List<(string, byte[])>();
        ReadOnlySpan<char> rest = _text;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            byte[] data = new byte[fields.DecodedDataLength];
            if (Convert.TryFromBase64Chars(rest[fields.Base64Data], data, out _)) blocks.Add((rest[fields.Label].ToString(), data));
            rest = rest[fields.Location.End..];
        }
        return blocks;
    }

    private static AsymmetricAlgorithm Import(string algorithm, byte[] data, bool isPkcs8)
    {
        AsymmetricAlgorithm key = algorithm switch
        {
            RsaOid => RSA.Create(),
            EcOid => ECDsa.Create(),
            _ => throw new BadPemException("is a key that is neither RSA nor ECDSA", "have a certificate issued for a P-256 or RSA key"),
        };
        try
        {
            if (isPkcs8) key.ImportPkcs8PrivateKey(data, out _);
            else if (key is RSA rsa) rsa.ImportRSAPrivateKey(data, out _);
            else ((ECDsa)key).ImportECPrivateKey(data, out _);
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            key.Dispose();
            throw BrokenKey();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(data);
        }
    }

    /// <summary>RFC 5208 §5: PrivateKeyInfo ::= SEQUENCE { version INTEGER, privateKeyAlgorithm SEQUENCE { OBJECT IDENTIFIER … } … }.</summary>
    private static string AlgorithmOf(byte[] privateKeyInfo)
    {
        try
        {
            AsnReader info = new AsnReader(privateKeyInfo, AsnEncodingRules.BER).ReadSequence();
            info.ReadInteger();
            return info.ReadSequence().ReadObjectIdentifier();
        }
        catch (AsnContentException)
        {
            throw BrokenKey();
        }
    }
}
