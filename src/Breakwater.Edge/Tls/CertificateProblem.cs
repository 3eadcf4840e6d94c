using Breakwater.Config;

namespace Breakwater.Edge.Tls;

/// <summary>Which of a pair's two files a problem is about.</summary>
internal enum CertificateFile : byte
{
    Certificate,
    Key,
}

/// <summary>Something wrong or doubtful with a certificate and its key. Immutable.</summary>
/// <param name="Source">The pair.</param>
/// <param name="File">The file to look at.</param>
/// <param name="IsError">True when the pair cannot serve; false when it can, but clients may refuse it.</param>
/// <param name="Problem">What is wrong, for a person.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record CertificateProblem(CertificateSource Source, CertificateFile File, bool IsError, string Problem, string Remedy)
{
    /// <summary>The path of <see cref="File"/>.</summary>
    public string Path => File == CertificateFile.Certificate ? Source.CertificatePath : Source.KeyPath;

    /// <summary>The problem as the configuration reports it, at the place where the file is named.</summary>
    public ConfigDiagnostic At(CertificateConfig node)
    {
        SourcePosition position = node.PositionOf(File == CertificateFile.Certificate ? "cert" : "key");
        return IsError ? ConfigDiagnostic.Error(position, $"{Path}: {Problem}", Remedy) : ConfigDiagnostic.Warning(position, $"{Path}: {Problem}", Remedy);
    }

    public override string ToString() => $"{Path}: {Problem}; {Remedy}";
}

/// <summary>Where a certificate comes from: two PEM files, by absolute paths. Immutable; equal when the paths are.</summary>
internal sealed record CertificateSource(string CertificatePath, string KeyPath);
