using Breakwater.Edge.Fuses;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Taste;
using Breakwater.Edge.Listeners.Sockets;
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

    /// <summary>Starts tasters of candidates; null = they are tasted in this process.</summary>
    internal TasteProcess? Taster { get; init; }

    /// <summary>How long a canary takes at most, whatever the configuration says; null = as it says. Zero for tests that are about something else.</summary>
    internal TimeSpan? CanaryTime { get; init; }

    /// <summary>Where the edge keeps a development certificate; null = where the configuration says.</summary>
    internal string? DataDirectory { get; init; }

    /// <summary>Whether what is configured, and what was in force, crashed too often to be tried again where there is something older.</summary>
    internal bool StartsWithPrevious { get; init; }

    /// <summary>Sockets that outlive the edge; null = it has its own.</summary>
    internal PassedSockets? Sockets { get; init; }

    /// <summary>Whether connections are taken; null = always.</summary>
    internal AcceptGate? Gate { get; init; }

    /// <summary>How modules are guarded.</summary>
    internal FuseOptions Fuses { get; init; } = new();
}
