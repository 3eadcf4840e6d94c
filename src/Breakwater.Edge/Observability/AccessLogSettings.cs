using System.Text;
using Breakwater.Config;

namespace Breakwater.Edge.Observability;

/// <summary>What the access log writes and how much of it may wait. Immutable.</summary>
internal sealed record AccessLogSettings
{
    /// <summary>Fields that are never logged, whatever the configuration says: their values open doors.</summary>
    private static readonly string[] AlwaysSecret = ["Authorization", "Cookie", "Proxy-Authorization", "Set-Cookie"];

    /// <summary>The form of a line.</summary>
    public AccessLogFormat Format { get; init; } = AccessLogFormat.Json;

    /// <summary>Lines that may wait for the target; what exceeds it is dropped.</summary>
    public int MaxQueued { get; init; } = 16_384;

    /// <summary>The names of query arguments whose values are not written.</summary>
    public SecretNames SecretArguments { get; init; } = new(new AccessLogConfig().RedactQuery);

    /// <summary>Further request fields to log, by name, in JSON; secret ones taken out.</summary>
    public IReadOnlyList<byte[]> Headers { get; init; } = [];

    /// <summary>Fields whose values are not written, whoever asks for them.</summary>
    public IReadOnlyList<byte[]> SecretHeaders { get; init; } = NamesOf(AlwaysSecret.Concat(new AccessLogConfig().RedactHeaders));

    /// <summary>The settings of a configuration. A field that is to be redacted is not logged, also where it is asked for.</summary>
    public static AccessLogSettings Of(AccessLogConfig config) => new()
    {
        Format = config.Format,
        MaxQueued = config.MaxQueued,
        SecretArguments = new SecretNames(config.RedactQuery),
        Headers = NamesOf(config.Headers.Except(AlwaysSecret.Concat(config.RedactHeaders), StringComparer.OrdinalIgnoreCase)),
        SecretHeaders = NamesOf(AlwaysSecret.Concat(config.RedactHeaders)),
    };

    private static byte[][] NamesOf(IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => Encoding.ASCII.GetBytes(name.ToLowerInvariant()))];
}
