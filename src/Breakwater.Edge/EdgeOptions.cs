using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breakwater.Edge;

/// <summary>What an edge is started with besides its configuration. Immutable.</summary>
public sealed record EdgeOptions
{
    /// <summary>Where the edge's own log goes; nowhere by default.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The time; tests move it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
