using System.Text.Json.Serialization;

namespace Breakwater.Edge.Admin;

/// <summary>What an edge is doing in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EdgeState>))]
public enum EdgeState
{
    /// <summary>Not serving yet.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    /// <summary>Serving.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Finishing what is in progress, before it stops.</summary>
    [JsonStringEnumMemberName("draining")]
    Draining,

    /// <summary>Over.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,
}

/// <summary>
/// A snapshot of the edge for people and their tools: what <c>GET /status</c> answers (in JSON with snake_case names) and <c>breakwater
/// status</c> shows. Immutable. Members may be added; none changes its meaning. Described in docs/cli.md.
/// </summary>
public sealed record EdgeStatus
{
    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The process to send signals to: the supervisor, or the edge where it runs without one.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The process that serves.</summary>
    public int EdgeProcessId { get; init; }

    /// <summary>Whether a supervisor restarts it when it falls.</summary>
    public bool Supervised { get; init; }

    /// <summary>How often an edge fell since the supervisor was started.</summary>
    public int Restarts { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required EdgeState State { get; init; }

    /// <summary>When the process started to serve.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Seconds since then.</summary>
    public required double UptimeSeconds { get; init; }

    /// <summary>The configuration file, or null when it runs from flags alone.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The data directory.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The master switch of all protections: on, detect or off.</summary>
    public required string Protection { get; init; }

    /// <summary>The configuration in force.</summary>
    public required GenerationStatus Generation { get; init; }

    /// <summary>The configuration on its way to be in force; null while there is none.</summary>
    public GenerationStatus? Candidate { get; init; }

    /// <summary>The last one that has proved itself, to start from when all else fails; null when there is none.</summary>
    public GenerationStatus? LastKnownGood { get; init; }

    /// <summary>Why the last change was refused, held or taken back; empty when it was not, or there was none.</summary>
    public IReadOnlyList<string> LastReloadProblems { get; init; } = [];

    /// <summary>Why the edge did not start with what it is configured to, as long as that holds; null when it did.</summary>
    public string? StartedInstead { get; init; }

    /// <summary>Why everything stays as it is; null when it does not.</summary>
    public string? Pinned { get; init; }

    /// <summary>Files of lists and databases whose last content was refused, or that are left as they are.</summary>
    public IReadOnlyList<string> FeedProblems { get; init; } = [];

    /// <summary>Why generations cannot be kept on disk; null when they can.</summary>
    public string? StorageProblem { get; init; }

    /// <summary>Modules that operators have bypassed, by a file of switches.</summary>
    public IReadOnlyList<BypassStatus> Bypasses { get; init; } = [];

    /// <summary>What is wrong with that file; null when nothing is.</summary>
    public string? BypassProblem { get; init; }

    /// <summary>Fuses that are not whole.</summary>
    public IReadOnlyList<FuseStatus> Fuses { get; init; } = [];

    /// <summary>Requests that are refused by their fingerprint, because the edge crashed at them.</summary>
    public int QuarantinedRequests { get; init; }

    /// <summary>Where it accepts connections.</summary>
    public required IReadOnlyList<ListenerStatus> Listeners { get; init; }

    /// <summary>The protected sites, in the order of the configuration.</summary>
    public required IReadOnlyList<ZoneStatus> Zones { get; init; }

    /// <summary>Connections of clients.</summary>
    public required ConnectionsStatus Connections { get; init; }

    /// <summary>Requests of clients.</summary>
    public required RequestsStatus Requests { get; init; }

    /// <summary>Physical memory of the process, bytes.</summary>
    public long MemoryBytes { get; init; }
}

/// <summary>A generation: a configuration with the files that it names. Immutable.</summary>
/// <param name="Number">Rises with each that serves.</param>
/// <param name="Hash">The first 12 hex digits of the SHA-256 of the effective document and the files that it names.</param>
/// <param name="PromotedAt">Since when it is in force; of one that is not, since when it is on its way.</param>
public sealed record GenerationStatus(long Number, string Hash, DateTimeOffset PromotedAt)
{
    /// <summary>Where it is, in a word of docs/generations.md.</summary>
    public string Stage { get; init; } = "";

    /// <summary>Who wanted it: start, reload, SIGHUP, a changed file, a rollback.</summary>
    public string Origin { get; init; } = "";
}

/// <summary>Modules that are bypassed. Immutable.</summary>
/// <param name="Module">The module; null = every one.</param>
/// <param name="Zone">The zone; null = every one.</param>
/// <param name="Until">The end.</param>
/// <param name="Reason">Why; may be empty.</param>
public sealed record BypassStatus(string? Module, string? Zone, DateTimeOffset Until, string Reason);

/// <summary>A fuse that is not whole. Immutable.</summary>
/// <param name="Module">The module.</param>
/// <param name="Zone">The zone.</param>
/// <param name="State">blown (the module rests); probing (it is tried again); bypassed (by a switch).</param>
/// <param name="Passed">Calls that went past the module, since the start.</param>
public sealed record FuseStatus(string Module, string Zone, string State, long Passed)
{
    /// <summary>What blew it; null where it is only bypassed.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when it is blown; null where it is only bypassed.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>One address on which the edge accepts connections. Immutable.</summary>
/// <param name="Address">The bound address as a URL, with the real port: <c>https://0.0.0.0:8443</c>, <c>unix:/run/x.sock</c>.</param>
/// <param name="Protocols">The HTTP versions: h1, h2, h3.</param>
public sealed record ListenerStatus(string Address, IReadOnlyList<string> Protocols);

/// <summary>A protected site. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hosts">The hosts it answers for.</param>
/// <param name="Origins">The servers behind it.</param>
public sealed record ZoneStatus(string Name, IReadOnlyList<string> Hosts, IReadOnlyList<ZoneOriginStatus> Origins)
{
    /// <summary>Requests since the start that are over.</summary>
    public long Requests { get; init; }
}

/// <summary>A server behind a zone, as the zone's operator sees it. Immutable.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Weight">Its share of the requests, relative to the others'.</param>
/// <param name="Health">
/// up; slow_start (up, with less than its share); down (its health checks fail); ejected (it failed requests); trial (one more chance).
/// </param>
public sealed record ZoneOriginStatus(string Url, int Weight, string Health)
{
    /// <summary>What went wrong last; null when it is up.</summary>
    public string? Reason { get; init; }

    /// <summary>Requests at it now.</summary>
    public int InFlight { get; init; }

    /// <summary>Requests that wait for it now.</summary>
    public int Queued { get; init; }

    /// <summary>Open connections to it, idle ones included.</summary>
    public int Connections { get; init; }

    /// <summary>Attempts to send it a request, since the start; a retry is another one.</summary>
    public long Requests { get; init; }

    /// <summary>Those that failed.</summary>
    public long Failures { get; init; }
}

/// <summary>Connections of clients. Immutable.</summary>
/// <param name="Open">Now.</param>
/// <param name="Accepted">Since the start.</param>
/// <param name="Refused">Since the start, for exceeding a limit.</param>
public sealed record ConnectionsStatus(long Open, long Accepted, long Refused);

/// <summary>Requests of clients. Immutable.</summary>
/// <param name="InFlight">Now.</param>
/// <param name="Total">Since the start.</param>
public sealed record RequestsStatus(long InFlight, long Total);
