namespace Breakwater.Edge.Observability;

/// <summary>
/// Every metric of the edge, in one table: what is not here does not exist, and docs/metrics.md is held to it by a test.
/// All labels are bounded by the configuration or by an enum; nothing that a client sends becomes a label. Immutable.
/// </summary>
internal static class Instruments
{
    private static readonly List<Instrument> Table = [];

    // Connections of clients.

    public static readonly Instrument ConnectionsAccepted = Counter(
        "breakwater.connections.accepted", "{connection}", "Connections that a listener accepted, those refused right after it included.",
        "listener");

    public static readonly Instrument ConnectionsOpen = Gauge(
        "breakwater.connections.open", "{connection}", "Connections that are open now.", "listener");

    public static readonly Instrument ConnectionsEnded = Counter(
        "breakwater.connections.ended", "{connection}", "Connections that ended, by the reason (docs/end-reasons.md).",
        "listener", "protocol", "end");

    public static readonly Instrument TlsHandshakes = Counter(
        "breakwater.tls.handshakes", "{handshake}", "TLS handshakes that succeeded, by version.", "version");

    public static readonly Instrument TlsHandshakeFailures = Counter(
        "breakwater.tls.handshake.failures", "{handshake}", "TLS handshakes that failed, by the reason.", "reason");

    // Exchanges: one request and its response.

    public static readonly Instrument Exchanges = Counter(
        "breakwater.exchanges", "{exchange}",
        "Exchanges that ended, by the class of the status sent (none where no answer was sent) and by the reason (docs/end-reasons.md).",
        "zone", "status", "protocol", "end");

    public static readonly Instrument ExchangesActive = Gauge(
        "breakwater.exchanges.active", "{exchange}", "Exchanges that are in progress now, tunnels included.");

    public static readonly Instrument ExchangeDuration = Histogram(
        "breakwater.exchange.duration", "s",
        "Time from the end of the request's head to the end of the response, as far as the edge sent it. Tunnels (WebSocket) are left out.",
        "zone");

    public static readonly Instrument RequestBytes = Counter(
        "breakwater.request.body", "By", "Bytes of request bodies that were read, without framing.", "zone");

    public static readonly Instrument ResponseBytes = Counter(
        "breakwater.response.body", "By", "Bytes of response bodies that were sent, without framing.", "zone");

    public static readonly Instrument Violations = Counter(
        "breakwater.violations", "{message}", "Messages refused because they are malformed or ambiguous, by what is wrong with them.",
        "side", "violation");

    public static readonly Instrument BodyMemory = Gauge(
        "breakwater.body_memory", "By", "Memory that request bodies take while they are held for inspection (`limits.body_memory`).");

    public static readonly Instrument BodyMemoryRefused = Counter(
        "breakwater.body_memory.refused", "{request}", "Times that a request body was not read on for inspection because that memory was used up.");

    // The firewall.

    public static readonly Instrument WafTransactions = Counter(
        "breakwater.waf.transactions", "{request}", "Requests that the firewall looked at, by what became of them.", "zone", "outcome");

    public static readonly Instrument WafBodies = Counter(
        "breakwater.waf.bodies", "{request}", "Requests with a body that the firewall looked at, by how much of the body it saw.", "zone", "inspected");

    public static readonly Instrument WafWaiting = Gauge(
        "breakwater.waf.waiting", "{request}", "Requests that hold the firewall's memory while they wait for a body or for an origin.");

    // Fuses.

    public static readonly Instrument FuseBlown = Counter(
        "breakwater.fuse.blown", "{blow}", "Times that the fuse of a module blew (docs/fuses.md).", "module", "zone");

    public static readonly Instrument FuseFailures = Counter(
        "breakwater.fuse.failures", "{call}", "Calls of a module that failed, by the cause.", "module", "zone", "cause");

    public static readonly Instrument FusePassed = Counter(
        "breakwater.fuse.passed", "{call}", "Calls that went past a module because its fuse was blown or it was bypassed.", "module", "zone");

    public static readonly Instrument FuseOpen = Gauge(
        "breakwater.fuse.open", "{fuse}", "1 while a module is left out, because its fuse is blown or because it is bypassed.", "module", "zone");

    // Origins.

    public static readonly Instrument OriginExchanges = Counter(
        "breakwater.origin.exchanges", "{exchange}",
        "Exchanges that asked an origin, by what became of the (last) attempt: the class of its status, or the reason why there is none.",
        "zone", "origin", "outcome");

    public static readonly Instrument OriginDuration = Histogram(
        "breakwater.origin.duration", "s", "Time from the request being sent to the origin to its response's head being complete.", "zone");

    public static readonly Instrument OriginRetries = Counter(
        "breakwater.origin.retries", "{attempt}", "Second and later attempts of exchanges.", "zone");

    public static readonly Instrument OriginReused = Counter(
        "breakwater.origin.reused", "{exchange}", "Exchanges whose (last) origin connection had served before.", "zone");

    public static readonly Instrument OriginConnectionsOpened = Counter(
        "breakwater.origin.connections.opened", "{connection}", "HTTP/1.1 connections opened to an origin.", "zone", "origin");

    public static readonly Instrument OriginConnections = Gauge(
        "breakwater.origin.connections", "{connection}", "HTTP/1.1 connections to an origin: idle in the pool, or active.",
        "zone", "origin", "state");

    public static readonly Instrument OriginInFlight = Gauge(
        "breakwater.origin.in_flight", "{exchange}", "Exchanges that are at an origin now.", "zone", "origin");

    public static readonly Instrument OriginQueue = Gauge(
        "breakwater.origin.queue", "{exchange}", "Exchanges that wait for a connection to an origin.", "zone", "origin");

    public static readonly Instrument OriginHealthy = Gauge(
        "breakwater.origin.healthy", "{origin}", "1 while an origin is asked, 0 while it is left out.", "zone", "origin");

    public static readonly Instrument OriginEjections = Counter(
        "breakwater.origin.ejections", "{ejection}", "Times that an origin was left out because of what it answered.", "zone", "origin");

    public static readonly Instrument OriginHealthChecks = Counter(
        "breakwater.origin.health.checks", "{check}", "Active health checks, by result (passed, failed).", "zone", "origin", "result");

    public static readonly Instrument OriginPanic = Gauge(
        "breakwater.origin.panic", "{zone}", "1 while so many origins of a zone look down that health is ignored.", "zone");

    // The edge itself.

    public static readonly Instrument AccessLogLines = Counter(
        "breakwater.access_log.lines", "{line}", "Lines of the access log that were handed to its target.");

    public static readonly Instrument AccessLogDropped = Counter(
        "breakwater.access_log.dropped", "{line}", "Lines of the access log that were dropped because its target could not keep up.");

    public static readonly Instrument AccessLogErrors = Counter(
        "breakwater.access_log.errors", "{error}", "Writes to the access log's target that failed.");

    public static readonly Instrument EventsRecorded = Counter(
        "breakwater.events.recorded", "{event}", "Security events that were recorded: things that rules did, other than letting a request pass.");

    public static readonly Instrument EventsSuppressed = Counter(
        "breakwater.events.suppressed", "{event}", "Security events that were only counted, because their rule had too many of them.");

    public static readonly Instrument EventLogDropped = Counter(
        "breakwater.event_log.dropped", "{line}", "Lines of the event log that were dropped because its target failed or could not keep up.");

    public static readonly Instrument GenerationsPromoted = Counter(
        "breakwater.generations.promoted", "{generation}", "Configurations that were put in force.");

    public static readonly Instrument GenerationsRefused = Counter(
        "breakwater.generations.refused", "{generation}", "Configurations that were refused; the one in force stayed.");

    public static readonly Instrument GenerationsHeld = Counter(
        "breakwater.generations.held", "{generation}", "Changes that were held until somebody confirms them.");

    public static readonly Instrument GenerationsReverted = Counter(
        "breakwater.generations.reverted", "{generation}", "Configurations that did harm on canary and were taken back.");

    public static readonly Instrument GenerationNumber = Gauge(
        "breakwater.generation.number", "{generation}", "The number of the configuration in force.");

    public static readonly Instrument GenerationOnCanary = Gauge(
        "breakwater.generation.canary", "{generation}", "The number of the configuration that runs a share of the connections; 0 while there is none.");

    public static readonly Instrument GenerationProved = Gauge(
        "breakwater.generation.proved", "{generation}", "1 while the configuration in force is the last known good, 0 while it has to prove itself.");

    public static readonly Instrument GenerationsPinned = Gauge(
        "breakwater.generations.pinned", "{feed}", "Feeds that are pinned or frozen, and 1 for everything when that is.");

    public static readonly Instrument GenerationsUnkept = Gauge(
        "breakwater.generations.unkept", "{edge}", "1 while generations cannot be kept on disk to start from.");

    public static readonly Instrument FeedsRefused = Counter(
        "breakwater.feeds.refused", "{content}", "Contents of list files and databases that were refused, by what was wrong (docs/generations.md).", "fault");

    public static readonly Instrument GeoFaults = Counter(
        "breakwater.geo.faults", "{look_up}", "Look-ups of an address's place that failed because a database is damaged.");

    public static readonly Instrument OtlpFailures = Counter(
        "breakwater.otlp.failures", "{export}", "Exports to the OpenTelemetry collector that failed.");

    public static readonly Instrument Build = Gauge(
        "breakwater.build.info", "{edge}", "Always 1; the labels tell what runs.", "version", "runtime");

    // The process, named as OpenTelemetry's semantic conventions do.

    public static readonly Instrument ProcessUptime = Gauge("process.uptime", "s", "Time since the process started.");

    public static readonly Instrument ProcessCpu = Counter("process.cpu.time", "s", "Processor time used.", "cpu.mode");

    public static readonly Instrument ProcessMemory = Gauge("process.memory.usage", "By", "Resident memory.");

    public static readonly Instrument ProcessThreads = Gauge("process.thread.count", "{thread}", "Threads of the process.");

    public static readonly Instrument GcCollections = Counter(
        "dotnet.gc.collections", "{collection}", "Garbage collections, by the oldest generation that was collected.", "gc.heap.generation");

    public static readonly Instrument GcPause = Counter(
        "dotnet.gc.pause.time", "s", "Time that all threads stood still for the garbage collector.");

    public static readonly Instrument GcAllocated = Counter(
        "dotnet.gc.heap.total_allocated", "By", "Bytes ever allocated on the managed heap.");

    public static readonly Instrument GcHeap = Gauge("dotnet.gc.heap.size", "By", "The managed heap after the last collection.");

    public static readonly Instrument PoolThreads = Gauge("dotnet.thread_pool.thread.count", "{thread}", "Threads of the thread pool.");

    public static readonly Instrument PoolQueue = Gauge(
        "dotnet.thread_pool.queue.length", "{work_item}", "Work items that wait for the thread pool.");

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<Instrument> All => Table;

    private static Instrument Counter(string name, string unit, string help, params string[] labels) =>
        Define(InstrumentKind.Counter, name, unit, help, labels);

    private static Instrument Gauge(string name, string unit, string help, params string[] labels) =>
        Define(InstrumentKind.Gauge, name, unit, help, labels);

    private static Instrument Histogram(string name, string unit, string help, params string[] labels) =>
        Define(InstrumentKind.Histogram, name, unit, help, labels);

    private static Instrument Define(InstrumentKind kind, string name, string unit, string help, string[] labels)
    {
        Instrument instrument = new(name, kind, unit, help, labels) { Index = Table.Count };
        Table.Add(instrument);
        return instrument;
    }
}
