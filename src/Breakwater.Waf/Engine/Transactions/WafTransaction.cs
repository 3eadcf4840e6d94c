using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>
/// One request and its response, seen by the rules of a zone. Reused: <see cref="Begin"/> empties it and keeps its room, so that a transaction
/// after the first allocates next to nothing. The order of calls:
/// <code>
///   Begin → SetRequestLine → AddRequestHeader… → Evaluate(1) → AppendRequestBody… → Evaluate(2)
///         → SetResponse → AddResponseHeader… → Evaluate(3) → AppendResponseBody… → Evaluate(4) → Evaluate(5)
/// </code>
/// A phase may be left out where nothing came for it; phase 5 always runs. Nothing a visitor sends makes it throw. Owned by one request,
/// one thread at a time.
/// </summary>
public sealed partial class WafTransaction : IDisposable
{
    private const int KeptTargets = 128;

    private readonly WafEnvironment _environment;
    private readonly WorkMeter _work = new();
    private TransactionParts? _parts;
    private WafOverlay? _overlay;
    private WafVerdict _verdict;
    private WafVerdict _withheld;
    private ByteSlice _redirect;
    private SecPhase _phase;
    private WafProfile? _profile;

    /// <summary>Makes one; it takes memory when it first begins.</summary>
    public WafTransaction(WafEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        _environment = environment;
        Controls = new TransactionControls();
        Log = new MatchLog();
        Matched = new MatchedVariables();
    }

    /// <summary>The zone's overlay.</summary>
    public WafOverlay Overlay => _overlay ?? throw new InvalidOperationException("The transaction has not begun.");

    /// <summary>The rules.</summary>
    public WafProgram Program => Overlay.Program;

    /// <summary>Whether rules run at all.</summary>
    public bool IsActive => Controls.Engine != SecEngineMode.Off;

    /// <summary>What the rules decided last; it does not change after a refusal.</summary>
    public WafVerdict Verdict => _verdict;

    /// <summary>What the rules would have decided first if the mode had let them; <see cref="WafVerdictKind.Continue"/> for nothing.</summary>
    public WafVerdict Withheld => _withheld;

    /// <summary>Where a redirection leads.</summary>
    public ReadOnlySpan<byte> RedirectLocation => Memory[_redirect];

    /// <summary>The rules that matched and log, in order.</summary>
    public ReadOnlySpan<WafMatch> Matches => Log.Matches;

    /// <summary>How many more matches there were than are kept.</summary>
    public int DroppedMatches => Log.Dropped;

    /// <summary>What the rules of <see cref="Matches"/> matched.</summary>
    public ReadOnlySpan<WafTarget> MatchedTargets => Log.Targets;

    /// <summary>Whether the transaction is to go into the audit log, as SecAuditEngine and <c>ctl:auditEngine</c> say, the status aside.</summary>
    public bool IsAuditRelevant => Controls.Audit == SecAuditMode.On || (Controls.Audit == SecAuditMode.RelevantOnly && _auditMatch);

    /// <summary>The bytes of a value of this transaction.</summary>
    public ReadOnlySpan<byte> BytesOf(ByteSlice value) => Memory[value];

    /// <summary>The name of a target as rules see it, such as <c>ARGS:comment</c>.</summary>
    public ReadOnlySpan<byte> NameOf(WafTarget target) => Memory[FullName(target)];

    /// <summary>The value of a member of TX; empty where it has none.</summary>
    public ReadOnlySpan<byte> TxValue(ReadOnlySpan<byte> name) => Memory[Tx.Get(name)];

    /// <summary>Work done so far, as <see cref="WafZone.WorkBytes"/> counts it.</summary>
    internal long WorkDone => Overlay.Zone.WorkBytes - _work.Left;

    /// <summary>Whether no budget is left.</summary>
    internal bool IsSpent => _work.IsSpent;

    internal TransactionMemory Memory => _parts!.Memory;

    internal BufferTable Buffers => _parts!.Buffers;

    internal TransactionVariables Variables => _parts!.Variables;

    internal TxTable Tx => _parts!.Tx;

    internal OpenCollections Collections => _parts!.Collections;

    internal TransactionClock Clock => _parts!.Clock;

    internal TransactionControls Controls { get; }

    internal MatchLog Log { get; }

    internal MatchedVariables Matched { get; }

    internal int HighestSeverity { get; private set; }

    /// <summary>The rule that runs, for the variable RULE.</summary>
    internal WafRule? Running { get; private set; }

    private bool _auditMatch;

    /// <summary>Begins a transaction; what the last one held is gone.</summary>
    public void Begin(WafOverlay overlay, in WafConnection connection)
    {
        ArgumentNullException.ThrowIfNull(overlay);
        if (_parts is null || !ReferenceEquals(_parts.Program, overlay.Program))
        {
            _parts?.Memory.Dispose();
            _parts = new TransactionParts(this, overlay.Program, _environment, _work);
        }

        _overlay = overlay;
        WafProgram program = overlay.Program;
        _work.Reset(overlay.Zone.WorkBytes);
        _parts.Empty(overlay.Plan);
        Tx.Reset(program, overlay.PinnedSlots);
        foreach ((int slot, byte[] value) in overlay.Pins) Tx.Pin(slot, Memory.Keep(value));
        Collections.Reset(_environment.Collections, _environment.CollectionLimits, overlay.Scope, program.Configuration.CollectionTimeout);
        Clock.Reset();
        Controls.Reset(overlay);
        Log.Reset();
        Matched.Reset();
        _profile = null;
        _verdict = _withheld = default;
        _redirect = default;
        _phase = default;
        _auditMatch = false;
        HighestSeverity = 255;
        Running = null;
        ResetRequest();
        ResetResponse();
        NextEpoch(VariableSource.Head);

        Variables.Set(SecVariable.RemoteAddr, connection.ClientAddress);
        Variables.Set(SecVariable.ServerAddr, connection.ServerAddress);
        Variables.Set(SecVariable.RemotePort, connection.ClientPort);
        Variables.Set(SecVariable.ServerPort, connection.ServerPort);
        Variables.Set(SecVariable.UniqueId, connection.UniqueId);
    }

    /// <summary>Times the rules that are still to run, to the end of the transaction.</summary>
    public void Time(WafProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        _profile = profile;
        profile.CountTransaction();
    }

    /// <summary>Bytes that it holds, about: a few ten thousand, and more with the request's size until it is emptied.</summary>
    public long HeldBytes => _parts?.HeldBytes ?? 0;

    /// <summary>The request is over: nothing of it can be asked for any more, and the room that only a large one needs is given back.</summary>
    public void Empty()
    {
        _parts?.Empty(plan: null);
        Log.Reset();
        Matched.Reset();
        _found.Clear();
        if (_found.Capacity > KeptTargets) _found.Capacity = 0;
    }

    /// <summary>Gives the memory back. It can begin again.</summary>
    public void Dispose()
    {
        _parts?.Memory.Dispose();
        _parts = null;
        _overlay = null;
    }

    /// <summary>The name of a target, in the transaction's memory.</summary>
    internal ByteSlice FullName(WafTarget target)
    {
        ByteSlice variable = Program.VariableNames[(int)target.Variable];
        if (!target.HasName) return variable;
        int start = Memory.Body.Arena.Used;
        bool fits = Memory.TryAppendCopy(variable) && Memory.Body.Arena.TryAppend(":"u8, out _) && Memory.TryAppendCopy(target.Name);
        return fits ? new ByteSlice(start, Memory.Body.Arena.Used - start) : variable;
    }
}

/// <summary>The parts of a transaction whose size depends on the rules. Owned by it.</summary>
internal sealed class TransactionParts
{
    public TransactionParts(WafTransaction transaction, WafProgram program, WafEnvironment environment, WorkMeter work)
    {
        Program = program;
        SecConfiguration configuration = program.Configuration;
        BodyLimits limits = new()
        {
            Arguments = configuration.ArgumentsLimit,
            JsonDepth = configuration.RequestBodyJsonDepthLimit,
            Files = configuration.UploadFileLimit,
            ArenaBytes = environment.ArenaBytes,
            ArgumentSeparator = (byte)configuration.ArgumentSeparator,
            KeepFileContent = program.KeepsFileContent,
        };
        Memory = new TransactionMemory(work, program.Literals, limits, environment.TransformedBytes);
        Buffers = new BufferTable(Memory, work, program);
        Variables = new TransactionVariables(transaction, Memory);
        Tx = new TxTable(Memory, work);
        Collections = new OpenCollections(Memory);
        Clock = new TransactionClock(Memory, environment.Time);
        Feeds = new FeedTable(transaction, program);
    }

    public WafProgram Program { get; }

    /// <summary>Bytes that they hold, what is of fixed size and small left out.</summary>
    public long HeldBytes => Memory.HeldBytes + Buffers.HeldBytes + Feeds.HeldBytes;

    public TransactionMemory Memory { get; }

    public BufferTable Buffers { get; }

    public TransactionVariables Variables { get; }

    public TxTable Tx { get; }

    public OpenCollections Collections { get; }

    public TransactionClock Clock { get; }

    public FeedTable Feeds { get; }

    /// <summary>Forgets the request, and gives back the room that only a large one needs; the next one is searched for what a plan says.</summary>
    public void Empty(ScanPlan? plan)
    {
        Memory.Reset();
        Buffers.Reset(plan);
        Feeds.Reset();
        Variables.Reset();
    }
}
