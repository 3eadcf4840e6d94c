namespace Breakwater.Config;

/// <summary>What the edge writes down. Immutable.</summary>
public sealed record LoggingConfig : ConfigNode
{
    /// <summary>The least important messages that the diagnostic log (standard error) shows.</summary>
    public LoggingLevel Level { get; init; } = LoggingLevel.Info;

    /// <summary>The access log: one record for every exchange.</summary>
    public AccessLogConfig Access { get; init; } = new();

    /// <summary>The log of security events: what rules did.</summary>
    public EventLogConfig Events { get; init; } = new();
}

/// <summary>Importance of a message in the diagnostic log.</summary>
public enum LoggingLevel
{
    /// <summary>For people who work on Breakwater.</summary>
    Debug,

    /// <summary>What happens in ordinary operation.</summary>
    Info,

    /// <summary>Something an operator should look at.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Error,
}

/// <summary>The access log. Immutable.</summary>
public sealed record AccessLogConfig : ConfigNode
{
    /// <summary>Where records go.</summary>
    public LogTarget To { get; init; } = LogTarget.Stdout;

    /// <summary>What a record looks like.</summary>
    public AccessLogFormat Format { get; init; } = AccessLogFormat.Json;

    /// <summary>Records that may wait for the writer; what exceeds it is dropped and counted.</summary>
    public int MaxQueued { get; init; } = 16_384;

    /// <summary>Names of further request fields to log.</summary>
    public ConfigList<string> Headers { get; init; } = [];

    /// <summary>Names of query arguments whose values are never logged; compared without regard to case.</summary>
    public ConfigList<string> RedactQuery { get; init; } =
    [
        "access_token", "api_key", "apikey", "auth", "client_secret", "code", "credential", "id_token", "jwt", "key", "otp", "pass",
        "passwd", "password", "pwd", "refresh_token", "secret", "session", "sid", "sig", "signature", "token",
    ];

    /// <summary>Names of header fields whose values are never logged; compared without regard to case.</summary>
    public ConfigList<string> RedactHeaders { get; init; } =
        ["authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key", "x-auth-token", "x-csrf-token"];
}

/// <summary>The log of security events. Immutable. The events themselves are kept in memory whatever it says.</summary>
public sealed record EventLogConfig : ConfigNode
{
    /// <summary>Where events go, as JSON lines.</summary>
    public LogTarget To { get; init; } = LogTarget.Off;
}

/// <summary>The form of an access log record.</summary>
public enum AccessLogFormat
{
    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>The combined log format of Apache and nginx.</summary>
    Combined,
}

/// <summary>Where a log goes: <c>stdout</c>, <c>stderr</c>, <c>off</c> or a file. Immutable, compared by value.</summary>
public sealed record LogTarget
{
    private readonly string _name;

    private LogTarget(string name, string? path)
    {
        _name = name;
        Path = path;
    }

    /// <summary>Standard output.</summary>
    public static LogTarget Stdout { get; } = new("stdout", null);

    /// <summary>Standard error.</summary>
    public static LogTarget Stderr { get; } = new("stderr", null);

    /// <summary>Nowhere.</summary>
    public static LogTarget Off { get; } = new("off", null);

    /// <summary>A file, appended to.</summary>
    public static LogTarget File(string path) => new(path, path);

    /// <summary>The file's absolute path; null for the other targets.</summary>
    public string? Path { get; }

    /// <summary>The target as the document writes it.</summary>
    public override string ToString() => _name;
}

/// <summary>How metrics leave the edge. Immutable.</summary>
public sealed record MetricsConfig : ConfigNode
{
    /// <summary>Whether the admin listener answers <c>/metrics</c>.</summary>
    public bool Prometheus { get; init; } = true;

    /// <summary>Push to an OpenTelemetry collector; null = none.</summary>
    public OtlpConfig? Otlp { get; init; }
}

/// <summary>Push of metrics to an OpenTelemetry collector. Immutable.</summary>
public sealed record OtlpConfig : ConfigNode
{
    /// <summary>The collector, http or https.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Time between two pushes.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The carrier of OTLP.</summary>
    public OtlpProtocol Protocol { get; init; }
}

/// <summary>The carrier of OTLP.</summary>
public enum OtlpProtocol
{
    /// <summary>gRPC, port 4317 by custom.</summary>
    Grpc,

    /// <summary>HTTP with protobuf, port 4318 by custom.</summary>
    Http,
}
