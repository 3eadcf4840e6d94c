namespace Breakwater.Waf.Bodies;

/// <summary>Bounds of what a body may become. Immutable.</summary>
public sealed record BodyLimits
{
    /// <summary>The bounds used unless others are given.</summary>
    public static BodyLimits Default { get; } = new();

    /// <summary>
    /// Arguments kept (SecArgumentsLimit). More are <see cref="BodyError.TooManyArguments"/>; the recommended configuration refuses such a
    /// request.
    /// </summary>
    public int Arguments { get; init; } = 1000;

    /// <summary>Containers inside each other (SecRequestBodyJsonDepthLimit).</summary>
    public int JsonDepth { get; init; } = 512;

    /// <summary>Elements inside each other.</summary>
    public int XmlDepth { get; init; } = 256;

    /// <summary>Files (SecUploadFileLimit).</summary>
    public int Files { get; init; } = 100;

    /// <summary>Bytes of one header of a part, folded lines together.</summary>
    public int PartHeaderBytes { get; init; } = 4096;

    /// <summary>Header lines of one part.</summary>
    public int PartHeaders { get; init; } = 64;

    /// <summary>Bytes of all decoded names and values of a transaction.</summary>
    public int ArenaBytes { get; init; } = 8 << 20;

    /// <summary>What separates arguments (SecArgumentSeparator).</summary>
    public byte ArgumentSeparator { get; init; } = (byte)'&';

    /// <summary>Whether the content of files is kept for FILES_TMP_CONTENT: only where a rule asks for it.</summary>
    public bool KeepFileContent { get; init; }
}
