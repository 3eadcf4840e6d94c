using Breakwater.Edge.Rules;
using Breakwater.Http;

namespace Breakwater.Edge.Exchanges;

/// <summary>What became of a change that a rule wants.</summary>
internal enum ChangeResult : byte
{
    /// <summary>It takes effect with the next commit.</summary>
    Noted,

    /// <summary>The name is no field name (RFC 9110 §5.1).</summary>
    BadName,

    /// <summary>The value has a control byte, CR, LF and NUL among them, or is no host.</summary>
    BadValue,

    /// <summary>The field belongs to the message's framing, to this connection or to the edge, and is not to be had.</summary>
    Reserved,

    /// <summary>The value is too long.</summary>
    TooLong,

    /// <summary>There are too many changes already.</summary>
    TooMany,
}

/// <summary>
/// What rules change about an exchange: path, query, header fields of request and response, the Host field that the origin gets, and which
/// origin that is. Changes are noted while the rules of a phase run, so that all of them see the same request, and take effect together
/// with <see cref="Commit"/>; then later phases and the origin see them. Noting checks: whatever a rule makes of what a client sent, no
/// change can break a message's framing or put a line into it. Owned by one exchange; allocates nothing in steady state.
/// </summary>
internal sealed class ExchangeChanges(Exchange exchange)
{
    /// <summary>Changes of one exchange.</summary>
    public const int MaxChanges = 256;

    /// <summary>Bytes of one value: path, query or field value.</summary>
    public const int MaxValue = 8 * 1024;

    /// <summary>Bytes of all names and values that are noted for one exchange.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly KnownFieldSet Reserved = KnownFields.HopByHop.With(KnownFieldSet.Of(
        KnownField.ContentLength, KnownField.Trailer, KnownField.BreakwaterRay));

    /// <summary>The Host field goes by <see cref="SetHost"/>; an expectation is between the client and the edge.</summary>
    private static readonly KnownFieldSet ReservedInRequests = Reserved.With(KnownFieldSet.Of(KnownField.Host, KnownField.Expect));

    private readonly ViewArena _arena = new();
    private ViewList<Change> _noted;
    private ViewList<Change> _waiting;
    private ViewSlice _host;
    private int _count;
    private int _bytes;

    private enum Kind : byte
    {
        Path,
        Query,
        Host,
        SetRequestField,
        AddRequestField,
        RemoveRequestField,
        SetResponseField,
        AddResponseField,
        RemoveResponseField,
    }

    /// <summary>While this is not 0, what is noted waits until <see cref="Resume"/> is called with the same number.</summary>
    public int Awaited { get; set; }

    /// <summary>Whether something was noted that has not taken effect.</summary>
    public bool IsPending => _noted.Count > 0;

    /// <summary>The Host field that the origin gets whatever its settings say; empty where no rule set one.</summary>
    public ReadOnlySpan<byte> Host => _host.IsNone ? default : _host.Span;

    /// <summary>Puts another path in place of the client's. What may not stand in a path is encoded.</summary>
    public ChangeResult SetPath(ReadOnlySpan<byte> path) => Note(Kind.Path, default, path);

    /// <summary>Puts another query in place of the client's; an empty one takes it away. What may not stand in a query is encoded.</summary>
    public ChangeResult SetQuery(ReadOnlySpan<byte> query) => Note(Kind.Query, default, query);

    /// <summary>Sets the Host field that the origin gets: a host and, if need be, a port.</summary>
    public ChangeResult SetHost(ReadOnlySpan<byte> authority) =>
        UriAuthority.TryParse(authority, out _, out _) ? Note(Kind.Host, default, authority) : ChangeResult.BadValue;

    /// <summary>Replaces every request field of that name by one.</summary>
    public ChangeResult SetRequestField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        NoteField(Kind.SetRequestField, ReservedInRequests, name, value);

    /// <summary>Adds a request field.</summary>
    public ChangeResult AddRequestField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        NoteField(Kind.AddRequestField, ReservedInRequests, name, value);

    /// <summary>Removes every request field of that name.</summary>
    public ChangeResult RemoveRequestField(ReadOnlySpan<byte> name) => NoteField(Kind.RemoveRequestField, ReservedInRequests, name, default);

    /// <summary>Replaces every response field of that name by one.</summary>
    public ChangeResult SetResponseField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        NoteField(Kind.SetResponseField, Reserved, name, value);

    /// <summary>Adds a response field.</summary>
    public ChangeResult AddResponseField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        NoteField(Kind.AddResponseField, Reserved, name, value);

    /// <summary>Removes every response field of that name.</summary>
    public ChangeResult RemoveResponseField(ReadOnlySpan<byte> name) => NoteField(Kind.RemoveResponseField, Reserved, name, default);

    /// <summary>
    /// Whether a field name may be used in a change: for configurations, so that an operator learns of it when a rule is loaded.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="ofRequest">Whether it is a field of requests; of responses otherwise.</param>
    public static ChangeResult CheckName(ReadOnlySpan<byte> name, bool ofRequest) => Check(name, ofRequest ? ReservedInRequests : Reserved);

    /// <summary>What waits for this takes effect with the next commit.</summary>
    public void Resume(int awaited)
    {
        foreach (ref readonly Change change in _waiting.Items)
        {
            if (change.Awaited == awaited)
            {
                _noted.Add(change);
            }
        }
    }

    /// <summary>Makes what was noted take effect, in the order in which it was noted.</summary>
    public void Commit()
    {
        if (_noted.Count == 0)
        {
            return;
        }

        bool target = false, request = false, response = false;
        foreach (ref readonly Change change in _noted.Items)
        {
            ReadOnlySpan<byte> name = change.Name.Span;
            ReadOnlySpan<byte> value = change.Value.Span;
            switch (change.Kind)
            {
                case Kind.Path:
                    exchange.BeginRewriting().SetPath(value);
                    break;
                case Kind.Query:
                    exchange.BeginRewriting().SetQuery(value);
                    break;
                case Kind.Host:
                    _host = change.Value;
                    break;
                default:
                    Apply(change.Kind is Kind.SetRequestField or Kind.AddRequestField or Kind.RemoveRequestField ? exchange.RequestEdits : exchange.ResponseEdits, change.Kind, name, value);
                    break;
            }

            target |= change.Kind is Kind.Path or Kind.Query;
            request |= change.Kind is Kind.SetRequestField or Kind.AddRequestField or Kind.RemoveRequestField;
            response |= change.Kind >= Kind.SetResponseField;
        }

        _noted.Clear();
        exchange.OnChanged(target, request, response);
    }

    /// <summary>Forgets what was noted since the last commit.</summary>
    public void Discard()
    {
        _noted.Clear();
        Awaited = 0;
    }

    /// <summary>Forgets everything: the exchange is over.</summary>
    public void Clear()
    {
        _noted.Clear();
        _waiting.Clear();
        _host = default;
        _count = _bytes = 0;
        _arena.Clear();
    }

    private static void Apply(HeadEdits edits, Kind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case Kind.SetRequestField or Kind.SetResponseField:
                edits.Set(name, value);
                break;
            case Kind.AddRequestField or Kind.AddResponseField:
                edits.Add(name, value);
                break;
            default:
                edits.Remove(name);
                break;
        }
    }

    private static ChangeResult Check(ReadOnlySpan<byte> name, KnownFieldSet reserved) =>
        !HeaderTokens.IsToken(name) ? ChangeResult.BadName
        : reserved.Contains(KnownFields.Find(name)) ? ChangeResult.Reserved
        : ChangeResult.Noted;

    private ChangeResult NoteField(Kind kind, KnownFieldSet reserved, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ChangeResult result = Check(name, reserved);
        return result != ChangeResult.Noted ? result
            : !HeaderTokens.IsFieldValue(value) ? ChangeResult.BadValue
            : Note(kind, name, HeaderTokens.Trim(value));
    }

    private ChangeResult Note(Kind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.Length > MaxValue || name.Length > MaxValue)
        {
            return ChangeResult.TooLong;
        }

        if (_count == MaxChanges || _bytes + name.Length + value.Length > MaxBytes)
        {
            return ChangeResult.TooMany;
        }

        _count++;
        _bytes += name.Length + value.Length;
        (Awaited == 0 ? ref _noted : ref _waiting).Add(new Change(kind, _arena.Copy(name), _arena.Copy(value), Awaited));
        return ChangeResult.Noted;
    }

    private readonly record struct Change(Kind Kind, ViewSlice Name, ViewSlice Value, int Awaited);
}
