using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Rules;

/// <summary>
/// What a request is for, as rules see it: either as it came, or normalised and with what rules have changed. Each part is made when it is
/// first asked for. Owned by one exchange.
/// </summary>
/// <param name="exchange">Whose request it is.</param>
/// <param name="arena">Where what is made lies.</param>
/// <param name="isRaw">Whether the target is shown as it came.</param>
internal sealed class TargetView(Exchange exchange, ViewArena arena, bool isRaw)
{
    private ViewSlice _path;
    private ViewSlice _extension;
    private ViewSlice _uri;
    private ViewSlice _fullUri;
    private ArgumentIndex _arguments;
    private bool _knowsPath;
    private bool _knowsArguments;

    private RequestHead Request => exchange.Request;

    private RewrittenTarget? Rewritten => isRaw ? null : exchange.Rewritten;

    /// <summary>The path: normalised as the zone says, unless this is the raw view.</summary>
    public ReadOnlySpan<byte> Path
    {
        get
        {
            if (isRaw)
            {
                return OwnPath;
            }

            if (!_knowsPath)
            {
                _knowsPath = true;
                NormalisePath();
            }

            return _path.IsNone ? ForwardedPath : _path.Span;
        }
    }

    /// <summary>The path's extension in lower case, without its dot; empty where there is none.</summary>
    public ReadOnlySpan<byte> Extension
    {
        get
        {
            ReadOnlySpan<byte> extension = RequestTarget.Extension(Path);
            if (isRaw || extension.IndexOfAnyInRange((byte)'A', (byte)'Z') < 0)
            {
                return extension;
            }

            if (_extension.IsNone)
            {
                _extension = arena.Lower(extension);
            }

            return _extension.Span;
        }
    }

    /// <summary>Whether there is a question mark, so that an empty query can be told from none.</summary>
    public bool HasQuery => Rewritten is { HasQuery: { } has } ? has : Request.HasQuery;

    /// <summary>The query without its question mark, as it came or was rewritten: it has no normal form.</summary>
    public ReadOnlySpan<byte> Query => Rewritten is { HasQuery: not null } rewritten ? rewritten.Query : Request.Query;

    /// <summary>Path and query.</summary>
    public ReadOnlySpan<byte> Uri
    {
        get
        {
            ReadOnlySpan<byte> path = Path;
            if (!HasQuery)
            {
                return path;
            }

            if (_uri.IsNone)
            {
                ReadOnlySpan<byte> query = Query;
                Span<byte> room = arena.Reserve(path.Length + 1 + query.Length);
                path.CopyTo(room);
                room[path.Length] = (byte)'?';
                query.CopyTo(room[(path.Length + 1)..]);
                _uri = arena.Take(path.Length + 1 + query.Length);
            }

            return _uri.Span;
        }
    }

    /// <summary>Scheme, host, port unless it is the scheme's own, path and query. In the raw view the host is spelt as it came.</summary>
    public ReadOnlySpan<byte> FullUri
    {
        get
        {
            if (_fullUri.IsNone)
            {
                MakeFullUri();
            }

            return _fullUri.Span;
        }
    }

    /// <summary>How many arguments the query has.</summary>
    public int ArgumentCount
    {
        get
        {
            if (!_knowsArguments)
            {
                _knowsArguments = true;
                _arguments.Read(Query);
            }

            return _arguments.Count;
        }
    }

    // What is forwarded: a rewritten path was made safe, but not normal.
    private ReadOnlySpan<byte> ForwardedPath => Rewritten is { HasPath: true } rewritten ? rewritten.Path : OwnPath;

    private ReadOnlySpan<byte> OwnPath => Request.TargetForm == TargetForm.Asterisk ? Request.Target : Request.Path;

    /// <summary>The name of an argument, not decoded. Only after <see cref="ArgumentCount"/>.</summary>
    public ReadOnlySpan<byte> ArgumentName(int i) => _arguments.Name(i, Query);

    /// <summary>The value of an argument, not decoded. Only after <see cref="ArgumentCount"/>.</summary>
    public ReadOnlySpan<byte> ArgumentValue(int i) => _arguments.Value(i, Query);

    /// <summary>Forgets what was made.</summary>
    public void Clear()
    {
        _path = _extension = _uri = _fullUri = default;
        _arguments.Clear();
        _knowsPath = _knowsArguments = false;
    }

    private void NormalisePath()
    {
        ReadOnlySpan<byte> path = ForwardedPath;
        Span<byte> room = arena.Reserve(RequestTarget.MaxNormalisedLength(path.Length));
        ReadOnlySpan<byte> normal = RequestTarget.NormalisePath(path, room, exchange.Zone?.Normalisation ?? PathNormalisation.Merging, out _);
        if (normal.Overlaps(room))
        {
            _path = arena.Take(normal.Length);
        }
    }

    private void MakeFullUri()
    {
        ReadOnlySpan<byte> scheme = exchange.IsHttps ? "https://"u8 : "http://"u8;
        ReadOnlySpan<byte> uri = Uri;
        ReadOnlySpan<byte> authority = Request.Authority;
        bool isDefaultPort = Request.Port == (exchange.IsHttps ? 443 : 80) || Request.Port < 0;
        ReadOnlySpan<byte> host = isRaw ? Request.HostName : exchange.Values.Host;
        ReadOnlySpan<byte> port = isDefaultPort ? default : authority[Request.HostName.Length..];
        int length = scheme.Length + host.Length + port.Length + uri.Length;
        Span<byte> room = arena.Reserve(length);
        scheme.CopyTo(room);
        host.CopyTo(room[scheme.Length..]);
        port.CopyTo(room[(scheme.Length + host.Length)..]);
        uri.CopyTo(room[(length - uri.Length)..]);
        _fullUri = arena.Take(length);
    }
}
