using Breakwater.Edge.Events;
using Breakwater.Edge.Files;
using Breakwater.Edge.Lists;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Rules;

/// <summary>
/// What rules need that outlives a generation: watched files, lists, counters. One per edge, disposed with it; its parts are thread-safe.
/// </summary>
internal sealed class RuleStores : IDisposable
{
    public RuleStores(EdgeClock clock, ILoggerFactory loggers)
    {
        Log = loggers.CreateLogger("Breakwater.Rules");
        Limits = new RateLimitCounters(clock);
        Files = new FileWatch(clock, loggers.CreateLogger<FileWatch>());
        Lists = new ListRegistry(Files, loggers.CreateLogger<ListRegistry>());
    }

    /// <summary>Where changes of databases are told.</summary>
    public ILogger Log { get; }

    /// <summary>Watches the operator's files.</summary>
    public FileWatch Files { get; }

    /// <summary>The lists.</summary>
    public ListRegistry Lists { get; }

    /// <summary>What rate limits have counted.</summary>
    public RateLimitCounters Limits { get; }

    /// <summary>How many matches become events.</summary>
    public EventSampler Events { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => Files.Dispose();
}
