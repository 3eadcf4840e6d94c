namespace Breakwater.Edge.Observability;

/// <summary>
/// How much of what a client sent is written to a line of the access log, in bytes before escaping; docs/logs.md states them. Escaping
/// makes a byte six bytes at most, so that a line always fits the slab that it is written to.
/// </summary>
internal static class LogLimits
{
    public const int Method = 32;
    public const int Target = 2048;
    public const int Host = 256;
    public const int UserAgent = 512;
    public const int Referer = 1024;
    public const int Header = 256;

    /// <summary>How many further request fields one line may show.</summary>
    public const int Headers = 16;
}
