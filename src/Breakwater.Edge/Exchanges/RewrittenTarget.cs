using Breakwater.Http;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// Path and query that take the place of the client's own on the way to the origin. Whatever is put in is made fit for a request line first.
/// Owned by one exchange; keeps its buffers between exchanges, so that rewriting allocates nothing in steady state.
/// </summary>
internal sealed class RewrittenTarget
{
    private const int KeptBytes = 4096;

    private byte[] _path = [];
    private byte[] _query = [];
    private int _pathLength;
    private int _queryLength;

    /// <summary>Whether nothing is rewritten.</summary>
    public bool IsEmpty => !HasPath && HasQuery is null;

    /// <summary>Whether the path is rewritten.</summary>
    public bool HasPath { get; private set; }

    /// <summary>The path.</summary>
    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _pathLength);

    /// <summary>Null where the client's query stays; else whether there is one.</summary>
    public bool? HasQuery { get; private set; }

    /// <summary>The query without its question mark.</summary>
    public ReadOnlySpan<byte> Query => _query.AsSpan(0, _queryLength);

    /// <summary>Puts a path in place of the client's. See <see cref="RequestTarget.EncodePath"/> for what becomes of odd bytes.</summary>
    public void SetPath(ReadOnlySpan<byte> path)
    {
        Make(ref _path, RequestTarget.MaxNormalisedLength(path.Length) + 1);
        _pathLength = RequestTarget.EncodePath(path, _path);
        HasPath = true;
    }

    /// <summary>Puts a query in place of the client's; an empty one takes it away, question mark and all.</summary>
    public void SetQuery(ReadOnlySpan<byte> query)
    {
        Make(ref _query, RequestTarget.MaxNormalisedLength(query.Length));
        _queryLength = RequestTarget.EncodeQuery(query, _query);
        HasQuery = _queryLength > 0;
    }

    /// <summary>Forgets both.</summary>
    public void Clear()
    {
        _pathLength = _queryLength = 0;
        HasPath = false;
        HasQuery = null;
        _path = _path.Length > KeptBytes ? [] : _path;
        _query = _query.Length > KeptBytes ? [] : _query;
    }

    private static void Make(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new byte[Math.Max(length, 256)];
        }
    }
}
