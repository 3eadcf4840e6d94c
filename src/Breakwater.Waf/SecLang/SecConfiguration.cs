using System.Collections.Immutable;

namespace Breakwater.Waf.SecLang;

/// <summary>SecRuleEngine.</summary>
public enum SecEngineMode
{
    /// <summary>No rule runs.</summary>
    Off,

    /// <summary>Rules run; nothing is refused.</summary>
    DetectionOnly,

    /// <summary>Rules run and refuse.</summary>
    On,
}

/// <summary>SecAuditEngine.</summary>
public enum SecAuditMode
{
    /// <summary>Nothing is recorded.</summary>
    Off,

    /// <summary>What a rule found, or what had a status that counts.</summary>
    RelevantOnly,

    /// <summary>Everything.</summary>
    On,
}

/// <summary>What to do with a body that is longer than its limit.</summary>
public enum SecLimitAction
{
    /// <summary>Refuse the transaction.</summary>
    Reject,

    /// <summary>Inspect the first part.</summary>
    ProcessPartial,
}

/// <summary>
/// What directives other than rules say about the engine. The defaults are ModSecurity's, where it has one and nothing else is said.
/// Sizes are in bytes. Immutable.
/// </summary>
public sealed record SecConfiguration
{
    /// <summary>SecRuleEngine; null when no file says it, so that the zone decides.</summary>
    public SecEngineMode? RuleEngine { get; init; }

    /// <summary>SecRequestBodyAccess.</summary>
    public bool RequestBodyAccess { get; init; }

    /// <summary>SecRequestBodyLimit.</summary>
    public long RequestBodyLimit { get; init; } = 134_217_728;

    /// <summary>SecRequestBodyNoFilesLimit.</summary>
    public long RequestBodyNoFilesLimit { get; init; } = 1_048_576;

    /// <summary>SecRequestBodyLimitAction.</summary>
    public SecLimitAction RequestBodyLimitAction { get; init; }

    /// <summary>SecRequestBodyJsonDepthLimit.</summary>
    public int RequestBodyJsonDepthLimit { get; init; } = 10_000;

    /// <summary>SecArgumentsLimit.</summary>
    public int ArgumentsLimit { get; init; } = 1000;

    /// <summary>SecArgumentSeparator.</summary>
    public char ArgumentSeparator { get; init; } = '&';

    /// <summary>SecUploadFileLimit.</summary>
    public int UploadFileLimit { get; init; } = 100;

    /// <summary>SecResponseBodyAccess.</summary>
    public bool ResponseBodyAccess { get; init; }

    /// <summary>SecResponseBodyLimit.</summary>
    public long ResponseBodyLimit { get; init; } = 524_288;

    /// <summary>SecResponseBodyLimitAction.</summary>
    public SecLimitAction ResponseBodyLimitAction { get; init; }

    /// <summary>SecResponseBodyMimeType, in small letters; <c>null</c> stands for a response without a type.</summary>
    public ImmutableArray<string> ResponseBodyMimeTypes { get; init; } = ["text/plain", "text/html"];

    /// <summary>SecAuditEngine.</summary>
    public SecAuditMode AuditEngine { get; init; }

    /// <summary>SecAuditLogRelevantStatus, a regular expression.</summary>
    public string? AuditLogRelevantStatus { get; init; }

    /// <summary>SecAuditLogParts.</summary>
    public string AuditLogParts { get; init; } = "ABCFHZ";

    /// <summary>SecCollectionTimeout, in seconds.</summary>
    public int CollectionTimeout { get; init; } = 3600;

    /// <summary>SecWebAppId.</summary>
    public string WebAppId { get; init; } = "default";

    /// <summary>SecComponentSignature, one entry each.</summary>
    public ImmutableArray<string> ComponentSignatures { get; init; } = [];

    /// <summary>SecUnicodeMapFile: the code page whose best-fit characters <c>t:urlDecodeUni</c> uses.</summary>
    public int UnicodeCodePage { get; init; } = 20127;
}
