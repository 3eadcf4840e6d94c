namespace Breakwater.Config;

/// <summary>What flags and environment variables can set; all else is the document's.</summary>
public enum ConfigSetting
{
    /// <summary>The configuration file. Concerns the program, not the configuration.</summary>
    Config,

    /// <summary>Addresses to listen on.</summary>
    Listen,

    /// <summary>Origins of the only zone.</summary>
    Origin,

    /// <summary>The data directory.</summary>
    Data,

    /// <summary>The admin listener.</summary>
    Admin,

    /// <summary>The master switch of protections.</summary>
    Protection,

    /// <summary>Trusted proxies.</summary>
    TrustedProxies,

    /// <summary>The certificate file; goes with <see cref="Key"/>.</summary>
    Certificate,

    /// <summary>The key file; goes with <see cref="Certificate"/>.</summary>
    Key,

    /// <summary>The level of the diagnostic log.</summary>
    LogLevel,

    /// <summary>Where the access log goes.</summary>
    LogAccess,

    /// <summary>The format of the access log.</summary>
    LogFormat,
}

/// <summary>How a setting is spelled outside of the document, and what it does. Immutable.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Variable">The environment variable.</param>
/// <param name="Flag">The flag of <c>breakwater run</c>; null where there is none.</param>
/// <param name="IsList">Whether a flag may be repeated, and a variable hold several values with commas between them.</param>
/// <param name="Doc">What it does, one line.</param>
public sealed record ConfigSettingInfo(ConfigSetting Setting, string Variable, string? Flag, bool IsList, string Doc);
