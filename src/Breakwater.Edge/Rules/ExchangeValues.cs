using System.Security.Cryptography;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;
using Breakwater.Rules;
using Fields = Breakwater.Http.KnownField;

namespace Breakwater.Edge.Rules;

/// <summary>
/// The fields of the rules language for one exchange. Each view is made when the first rule asks for it and kept until what it shows
/// changes; what is made lies in an arena of the exchange, so that nothing is allocated in steady state. Everything is bounded by the size
/// of the heads. Owned by one exchange, and as long-lived as that object, which serves many requests.
/// </summary>
/// <remarks>
/// <para>What <c>http.*</c> shows stays the same while a phase runs: changes are noted in <see cref="ExchangeChanges"/> and take effect when
/// that is told to commit, which is when the views are made anew. <c>raw.*</c> never changes.</para>
/// <para>A header field that the request does not have is an empty string where it has a field of its own (<c>http.user_agent</c>,
/// <c>http.referer</c>, <c>http.cookie</c>, <c>http.x_forwarded_for</c>), because rules have always asked <c>eq ""</c>; all else that is not
/// known is missing.</para>
/// <para>This file is the request and the response; <c>ExchangeValues.Lookup.cs</c> finds them by <see cref="FieldId"/>;
/// <c>ExchangeValues.Connection.cs</c> has what is known of the connection and of the client.</para>
/// </remarks>
internal sealed partial class ExchangeValues : FieldValues
{
    /// <summary>Bytes of <c>cf.random_seed</c>.</summary>
    private const int SeedBytes = 32;

    private readonly Exchange _exchange;
    private readonly ViewArena _arena = new();
    private readonly TargetView _target;
    private readonly TargetView _rawTarget;
    private readonly FieldIndex _requestFields;
    private readonly FieldIndex _responseFields;
    private readonly FieldIndex _rawResponseFields;
    private readonly CookieView _cookies;
    private readonly LanguageView _languages = new();
    private ViewSlice _host;
    private ViewSlice _userAgent;
    private ViewSlice _referer;
    private ViewSlice _cookie;
    private ViewSlice _forwardedFor;
    private ViewSlice _acceptLanguage;
    private ViewSlice _mediaType;
    private ViewSlice _seed;
    private ViewSlice _ray;
    private long _unixMillis;

    // What may have been made since the exchange began: what was not need not be forgotten, nor be brought into a cache for that.
    private Views _made;

    public ExchangeValues(Exchange exchange)
    {
        _exchange = exchange;
        _target = new TargetView(exchange, _arena, isRaw: false);
        _rawTarget = new TargetView(exchange, _arena, isRaw: true);
        _requestFields = new FieldIndex(_arena);
        _responseFields = new FieldIndex(_arena);
        _rawResponseFields = new FieldIndex(_arena);
        _cookies = new CookieView(_arena);
    }

    [Flags]
    private enum Views : byte
    {
        None = 0,
        Target = 1,
        RawTarget = 2,
        RequestFields = 4,
        Response = 8,
        Other = 16,
    }

    /// <summary>Path, query and what follows from them: normalised, and with what rules changed in earlier phases.</summary>
    public TargetView Target
    {
        get
        {
            _made |= Views.Target;
            return _target;
        }
    }

    /// <summary>Path and query as they came.</summary>
    public TargetView RawTarget
    {
        get
        {
            _made |= Views.RawTarget;
            return _rawTarget;
        }
    }

    /// <summary>The request's header fields, with what rules changed in earlier phases.</summary>
    public FieldIndex RequestFields
    {
        get
        {
            if (!_requestFields.IsRead)
            {
                _made |= Views.RequestFields;
                _requestFields.Read(_exchange.Request, _exchange.RequestEdits);
            }

            return _requestFields;
        }
    }

    /// <summary>The response's header fields, with what rules changed in earlier phases; none before there is a response.</summary>
    public FieldIndex ResponseFields => Read(_responseFields, _exchange.ResponseEdits);

    /// <summary>The response's header fields as they came from the origin, or as the edge made them.</summary>
    public FieldIndex RawResponseFields => Read(_rawResponseFields, null);

    /// <summary>The request's cookies.</summary>
    public CookieView Cookies
    {
        get
        {
            if (!_cookies.IsRead)
            {
                _cookies.Read(RequestFields);
            }

            return _cookies;
        }
    }

    /// <summary>
    /// The host that the request is for: lower case, without port and without the dot that a name may end with, so that it is the zone's name
    /// however it was spelt.
    /// </summary>
    public ReadOnlySpan<byte> Host
    {
        get
        {
            ReadOnlySpan<byte> host = _exchange.Request.HostName;
            if (host.EndsWith("."u8))
            {
                host = host[..^1];
            }

            if (host.IndexOfAnyInRange((byte)'A', (byte)'Z') < 0)
            {
                return host;
            }

            if (_host.IsNone)
            {
                _made |= Views.Other;
                _host = _arena.Lower(host);
            }

            return _host.Span;
        }
    }

    /// <summary>Whether there is a response to look at: the origin's, or an answer of the edge.</summary>
    public bool HasResponse => _exchange.Record.Status != 0;

    /// <summary>The response's media type in lower case, without parameters; empty where it states none.</summary>
    public ReadOnlySpan<byte> ResponseMediaType
    {
        get
        {
            if (_mediaType.IsNone)
            {
                int i = ResponseFields.IndexOf(Fields.ContentType);
                _mediaType = _arena.Lower(i < 0 ? default : MediaTypes.WithoutParameters(ResponseFields.Value(i)));
            }

            return _mediaType.Span;
        }
    }

    /// <summary>The wall-clock time at which the request's head was complete, in milliseconds since 1970.</summary>
    public long UnixMillis
    {
        get
        {
            if (_unixMillis == 0)
            {
                long sinceMicros = Math.Max(0, _exchange.Clock.Micros - _exchange.Record.StartMicros);
                _unixMillis = _exchange.Clock.UtcNow.ToUnixTimeMilliseconds() - sinceMicros / 1000;
            }

            return _unixMillis;
        }
    }

    /// <summary>The languages that the client takes.</summary>
    private LanguageView Languages
    {
        get
        {
            if (!_languages.IsRead)
            {
                _made |= Views.RequestFields;
                _languages.Read(Joined(Fields.AcceptLanguage, ", "u8, ref _acceptLanguage));
            }

            return _languages;
        }
    }

    private ReadOnlySpan<byte> Seed
    {
        get
        {
            if (_seed.IsNone)
            {
                _made |= Views.Other;
                RandomNumberGenerator.Fill(_arena.Reserve(SeedBytes));
                _seed = _arena.Take(SeedBytes);
            }

            return _seed.Span;
        }
    }

    private ReadOnlySpan<byte> Ray
    {
        get
        {
            if (_ray.IsNone)
            {
                _made |= Views.Other;
                _exchange.Ray.Format(_arena.Reserve(RayId.Length));
                _ray = _arena.Take(RayId.Length);
            }

            return _ray.Span;
        }
    }

    private ReadOnlySpan<byte> Version => _exchange.Request.Version switch
    {
        HttpVersion.Http10 => "HTTP/1.0"u8,
        HttpVersion.Http11 => "HTTP/1.1"u8,
        HttpVersion.Http2 => "HTTP/2"u8,
        _ => "HTTP/3"u8,
    };

    /// <summary>Path or query were rewritten.</summary>
    public void OnTargetChanged()
    {
        if ((_made & Views.Target) != 0)
        {
            _target.Clear();
        }
    }

    /// <summary>Fields of the request were edited.</summary>
    public void OnRequestFieldsChanged()
    {
        if ((_made & Views.RequestFields) == 0)
        {
            return;
        }

        _requestFields.Clear();
        _cookies.Clear();
        _languages.Clear();
        _userAgent = _referer = _cookie = _forwardedFor = _acceptLanguage = default;
    }

    /// <summary>There is a response, another one, or its fields were edited.</summary>
    public void OnResponseChanged()
    {
        if ((_made & Views.Response) == 0)
        {
            return;
        }

        _responseFields.Clear();
        _rawResponseFields.Clear();
        _mediaType = default;
    }

    /// <summary>Forgets everything: the exchange is over.</summary>
    public void Clear()
    {
        _unixMillis = 0;
        ClearConnection();
        if (_made == Views.None)
        {
            return;
        }

        OnTargetChanged();
        OnRequestFieldsChanged();
        OnResponseChanged();
        if ((_made & Views.RawTarget) != 0)
        {
            _rawTarget.Clear();
        }

        _host = _seed = _ray = default;
        _arena.Clear();
        _made = Views.None;
    }

    private FieldIndex Read(FieldIndex fields, HeadEdits? edits)
    {
        if (!fields.IsRead)
        {
            _made |= Views.Response;
            if (_exchange.Answer is { } answer)
            {
                fields.Read(answer.Fields, edits);
            }
            else
            {
                fields.Read(_exchange.Response, edits);
            }
        }

        return fields;
    }

    /// <summary>
    /// The value of a field, several lines as one (RFC 9110 §5.3): which of them an origin would take nobody knows. Empty where there is none.
    /// </summary>
    private ReadOnlySpan<byte> Joined(Fields field, ReadOnlySpan<byte> separator, ref ViewSlice joined)
    {
        if (!joined.IsNone)
        {
            return joined.Span;
        }

        // One line that nobody has touched needs no index of all fields.
        RequestHead request = _exchange.Request;
        if (!_requestFields.IsRead && _exchange.RequestEdits.IsEmpty)
        {
            int only = request.IndexOf(field);
            if (only < 0 || request.IndexOf(field, only + 1) < 0)
            {
                return only < 0 ? default : request.Value(only);
            }
        }

        FieldIndex fields = RequestFields;
        int first = fields.IndexOf(field);
        if (first < 0)
        {
            return default;
        }

        int next = fields.IndexOf(field, first + 1);
        if (next < 0)
        {
            return fields.Value(first);
        }

        int length = fields.Value(first).Length;
        for (int i = next; i >= 0; i = fields.IndexOf(field, i + 1))
        {
            length += separator.Length + fields.Value(i).Length;
        }

        Span<byte> room = _arena.Reserve(length);
        fields.Value(first).CopyTo(room);
        room = room[fields.Value(first).Length..];
        for (int i = next; i >= 0; i = fields.IndexOf(field, i + 1))
        {
            separator.CopyTo(room);
            fields.Value(i).CopyTo(room[separator.Length..]);
            room = room[(separator.Length + fields.Value(i).Length)..];
        }

        joined = _arena.Take(length);
        return joined.Span;
    }
}
