using Breakwater.Edge.Generations.Keeping;
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

    /// <summary>Where generations are kept to start from; null = nowhere.</summary>
    internal GenerationStore? Store { get; init; }

    /// <summary>Where the edge keeps a development certificate; null = where the configuration says.</summary>
    internal string? DataDirectory { get; init; }
}
