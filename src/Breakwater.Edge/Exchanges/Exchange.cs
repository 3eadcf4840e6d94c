using Breakwater.Edge.Clients;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Time;
using Breakwater.Edge.Waf;
using Breakwater.Edge.Zones;
using Breakwater.Http;
using Breakwater.Rules;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// One request and its response. Owned by the front end that read the request and used by one flow at a time; pooled with its
/// connection or stream and cleared between requests, so nothing may keep a reference past the end of the exchange.
/// </summary>
internal sealed class Exchange(HeadLimits limits)
{
    private ForwardedChain? _proxies;
    private RewrittenTarget? _rewritten;
    private ExchangeChanges? _changes;
    private ExchangeValues? _values;
    private EvaluationContext? _evaluation;
    private RuleRun? _rules;
    private WafRun? _waf;
    private ReadAheadStream? _readAhead;
    private bool _isCovered;

    /// <summary>The request's head, as the client sent it: order, case and every byte kept.</summary>
    public RequestHead Request { get; } = new(limits);

    /// <summary>The origin's response head; empty until the origin answered, and for answers of the edge.</summary>
    public ResponseHead Response { get; } = new(HeadLimits.Default);

    /// <summary>The edge's clock; the system's unless whoever made this object has another.</summary>
    public EdgeClock Clock { get; init; } = EdgeClock.System;

    /// <summary>The client's half: body in, response out.</summary>
    public ClientStream Client { get; set; } = null!;

    /// <summary>The request's body as far as it was read before anything was forwarded; null where no module asked for that.</summary>
    public ReadAheadStream? ReadAhead { get; private set; }

    /// <summary>The module of the zone that goes on when the body was read.</summary>
    public int WaitingModule { get; set; }

    /// <summary>The connection that the request came over.</summary>
    public ClientConnection Connection { get; set; } = null!;

    /// <summary>
    /// The configuration that this exchange runs under from the first byte of its head to the end, whatever is promoted meanwhile.
    /// </summary>
    public Generation Generation { get; set; } = null!;

    /// <summary>The zone that serves the request's host; null when none does.</summary>
    public Zone? Zone { get; set; }

    /// <summary>The id of this exchange, as shown to people.</summary>
    public RayId Ray { get; set; }

    /// <summary>What knows its request again after a crash (<see cref="Fuses.Flight.HeadFingerprint"/>); 0 = nothing does.</summary>
    public ulong Fingerprint { get; set; }

    /// <summary>How it ends because a module failed that the zone does not do without; none where that did not happen.</summary>
    public ExchangeEnd KeptBackAs { get; set; }

    /// <summary>Who the client is: the peer, or whom trusted proxies say they speak for.</summary>
    public ClientAddress ClientAddress { get; set; }

    /// <summary>The proxies before the edge, as far as they are believed; null where the peer is no trusted proxy.</summary>
    public ForwardedChain? Proxies { get; private set; }

    /// <summary><c>https</c> at the client's end, seen by us or by a trusted proxy.</summary>
    public bool IsHttps { get; set; }

    /// <summary>Header fields to set, add or remove on the way to the origin.</summary>
    public HeadEdits RequestEdits { get; } = new();

    /// <summary>Header fields to set, add or remove on the way to the client.</summary>
    public HeadEdits ResponseEdits { get; } = new();

    /// <summary>
    /// Path and query that the origin gets instead of the client's; null where nothing was rewritten. A query alone says nothing to a request
    /// for the server as a whole (<c>OPTIONS *</c>).
    /// </summary>
    public RewrittenTarget? Rewritten =>
        _rewritten is { IsEmpty: false } rewritten && (rewritten.HasPath || Request.TargetForm != TargetForm.Asterisk) ? rewritten : null;

    /// <summary>Where a rule sends the request instead of to the zone's origins; null where none did.</summary>
    public OriginRoute? Route { get; set; }

    /// <summary>The Host field that a rule wants the origin to get; empty where none does.</summary>
    public ReadOnlySpan<byte> HostOverride => _changes is null ? default : _changes.Host;

    /// <summary>The answer of the edge that is on its way to the client; null while there is none, and for the origin's.</summary>
    public LocalResponse? Answer { get; private set; }

    /// <summary>What rules change about this exchange; made when the first one does, then kept.</summary>
    public ExchangeChanges Changes => _changes ??= new ExchangeChanges(this);

    /// <summary>What rules see of this exchange; made when the first one looks, then kept.</summary>
    public ExchangeValues Values => _values ??= new ExchangeValues(this);

    /// <summary>What rules are evaluated with; made when first needed, then kept.</summary>
    public EvaluationContext Evaluation => _evaluation ??= new EvaluationContext(Values);

    /// <summary>Its way through the rules of its zone; made when first needed, then kept.</summary>
    public RuleRun Rules => _rules ??= new RuleRun(this);

    /// <summary>As <see cref="Rules"/>, null where no rule has looked at an exchange of this object yet.</summary>
    public RuleRun? RulesIfAny => _rules;

    /// <summary>Its way through the firewall of its zone; made when first needed, then kept.</summary>
    public WafRun Waf => _waf ??= new WafRun(this);

    /// <summary>As <see cref="Waf"/>, null where no firewall has looked at an exchange of this object yet.</summary>
    public WafRun? WafIfAny => _waf;

    /// <summary>How the exchange ended when something took the place of the origin's response; none where that did not happen.</summary>
    public ExchangeEnd ReplacedBy =>
        _rules is { ReplacedBy: not ExchangeEnd.None } rules ? rules.ReplacedBy
        : _waf is { ReplacedBy: not ExchangeEnd.None } waf ? waf.ReplacedBy
        : KeptBackAs;

    /// <summary>Decodes the origin's chunks; made when first needed, then kept.</summary>
    public ChunkedReader ResponseChunks => field ??= new ChunkedReader();

    /// <summary>Holds trailer fields that came over HTTP/2; made when first needed, then kept.</summary>
    public ResponseHead ResponseTrailers => field ??= new ResponseHead(HeadLimits.Default);

    /// <summary>What is measured and logged of this exchange.</summary>
    public ExchangeRecord Record;

    /// <summary>The request's body, where it was read and may have to be sent again.</summary>
    public HeldBody HeldBody;

    /// <summary>Begins: what is known of every exchange before its request is understood. It has its generation already.</summary>
    public void Begin(RayId ray, long nowMicros)
    {
        Ray = ray;
        Record.StartMicros = nowMicros;
        Record.WorkMicros = -1;
        ClientAddress = Connection.Peer.Address;
        IsHttps = Connection.IsTls;
    }

    /// <summary>Finds out whom trusted proxies speak for.</summary>
    public void Identify(EdgeSettings settings)
    {
        ClientAddress peer = Connection.Peer.Address;
        if (settings.TrustedProxies.Contains(peer))
        {
            Proxies = _proxies ??= new ForwardedChain();
            ClientIdentity.Read(Request, Proxies, peer, settings.TrustedProxies, settings.ForwardedHeader);
            ClientAddress = Proxies.Client;
            IsHttps = Proxies.Scheme == ForwardedScheme.None ? IsHttps : Proxies.Scheme == ForwardedScheme.Https;
        }
    }

    /// <summary>The edge answers by itself: that is the response from now on, whatever an origin may have begun to say.</summary>
    public void AnswerWith(LocalResponse response)
    {
        Answer = response;
        Record.Status = response.Status;
        _values?.OnResponseChanged();
    }

    /// <summary>Puts a layer between the exchange and its client, to the exchange's end.</summary>
    public void Cover(ClientStreamLayer layer)
    {
        Client = layer;
        _isCovered = true;
    }

    /// <summary>Begins to read the request's body ahead, or goes on with it.</summary>
    public ReadAheadStream BeginReadAhead(BodyMemory memory)
    {
        if (ReadAhead is null)
        {
            ReadAhead = _readAhead ??= new ReadAheadStream();
            ReadAhead.Begin(this, memory);
            Cover(ReadAhead);
        }

        return ReadAhead;
    }

    /// <summary>What rules wanted to change takes effect.</summary>
    public void CommitChanges() => _changes?.Commit();

    /// <summary>Takes back what rules wanted to change and what has not taken effect.</summary>
    public void DiscardChanges() => _changes?.Discard();

    /// <summary>Where rewritten parts of the target are put. Only for <see cref="ExchangeChanges"/>.</summary>
    public RewrittenTarget BeginRewriting() => _rewritten ??= new RewrittenTarget();

    /// <summary>Makes the views of what was changed anew. Only for <see cref="ExchangeChanges"/>.</summary>
    public void OnChanged(bool target, bool requestFields, bool responseFields)
    {
        if (_values is not { } values)
        {
            return;
        }

        if (target)
        {
            values.OnTargetChanged();
        }

        if (requestFields)
        {
            values.OnRequestFieldsChanged();
        }

        if (responseFields)
        {
            values.OnResponseChanged();
        }
    }

    /// <summary>Makes the object ready for the next request.</summary>
    public void Clear()
    {
        ClearRules();
        Request.Clear();
        Response.Clear();
        Generation = null!;
        Zone = null;
        RequestEdits.Clear();
        ResponseEdits.Clear();
        ClientAddress = default;
        Proxies = null;
        IsHttps = false;
        Record = default;
        Fingerprint = 0;
        KeptBackAs = ExchangeEnd.None;
        HeldBody.Release();
        if (_isCovered)
        {
            Uncover();
        }
    }

    private void Uncover()
    {
        _isCovered = false;
        ReadAhead = null;
        while (Client is ClientStreamLayer layer)
        {
            Client = layer.Inner;
            layer.Dispose();
        }
    }

    /// <summary>What only exchanges have that rules looked at.</summary>
    private void ClearRules()
    {
        Route = null;
        Answer = null;
        _rules?.Clear();
        _waf?.Clear();
        _rewritten?.Clear();
        _changes?.Clear();
        if (_values is { } values)
        {
            values.Clear();
            _evaluation?.Reset(values);
        }
    }

    /// <summary>Clears, and lets go of whose it was: what happens between two users.</summary>
    public void Release()
    {
        Clear();
        Client = null!;
        Connection = null!;
    }
}

/// <summary>The measurements of one exchange: what access log, metrics and <c>explain</c> read when it is over.</summary>
internal struct ExchangeRecord
{
    /// <summary>When the head was complete, as <see cref="Time.EdgeClock.Micros"/>.</summary>
    public long StartMicros;

    /// <summary>When the exchange was over; 0 before.</summary>
    public long EndMicros;

    /// <summary>When the request had gone to the origin; 0 when no origin was asked.</summary>
    public long OriginSentMicros;

    /// <summary>When the origin's final response head was complete; 0 when it never was.</summary>
    public long OriginHeadMicros;

    /// <summary>How long it took to decide about it, where that was measured, as while a candidate is on canary; else -1.</summary>
    public long WorkMicros;

    /// <summary>The status sent to the client; 0 when none was.</summary>
    public int Status;

    /// <summary>The origin's own status; 0 when it did not answer.</summary>
    public int OriginStatus;

    /// <summary>How it ended.</summary>
    public ExchangeEnd End;

    /// <summary>What was wrong with the request or the response, where <see cref="End"/> says that something was.</summary>
    public HttpViolation Violation;

    /// <summary>The origin that was asked last, or null.</summary>
    public Origin? Origin;

    /// <summary>How many times an origin was asked (1 = no retry).</summary>
    public int Attempts;

    /// <summary>Whether the (last) origin connection had served before.</summary>
    public bool OriginConnectionReused;

    /// <summary>Bytes of the request's body that were read, decoded.</summary>
    public long RequestBodyBytes;

    /// <summary>Bytes of the response's body that were sent, before any chunked framing.</summary>
    public long ResponseBodyBytes;
}
