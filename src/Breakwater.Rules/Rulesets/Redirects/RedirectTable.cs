using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Redirects by host and path. A look-up probes hosts and paths only as deep as the table's own entries go, so that no request can make it
/// long. Immutable, thread-safe.
/// </summary>
public sealed class RedirectTable
{
    // RFC 1035 §2.3.4.
    private const int MaxHostLength = 253;

    private readonly Dictionary<byte[], HostEntry>.AlternateLookup<ReadOnlySpan<byte>> _hosts;
    private readonly int _maxLabels;

    private RedirectTable(Dictionary<byte[], HostEntry> hosts, int count)
    {
        _hosts = hosts.GetAlternateLookup<ReadOnlySpan<byte>>();
        _maxLabels = hosts.Values.Max(h => (int?)h.SubdomainLabels) ?? 0;
        Count = count;
    }

    /// <summary>A table without redirects.</summary>
    public static RedirectTable Empty { get; } = new(new(ByteComparer.Instance), 0);

    /// <summary>The number of redirects.</summary>
    public int Count { get; }

    /// <summary>Makes a table; items that are in error are reported and left out.</summary>
    public static RedirectTable Create(IEnumerable<RedirectItem> items, out IReadOnlyList<RuleDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(items);
        RuleDiagnostics found = new();
        Dictionary<byte[], HostEntry> hosts = new(ByteComparer.Instance);
        int count = 0;
        foreach (RedirectItem item in items)
        {
            if (RedirectSource.Parse(item, found) is not { } source || !TryReadTarget(item, found, out RedirectItem? read)) continue;
            byte[] host = Encoding.ASCII.GetBytes(source.Host);
            if (!hosts.TryGetValue(host, out HostEntry? entry)) hosts.Add(host, entry = new HostEntry());
            read = read with { SourcePath = source.Path is "/" ? [] : Encoding.UTF8.GetBytes(source.Path.TrimEnd('/')) };
            if (entry.TryAdd(new Candidate(read, source.Scheme), Encoding.UTF8.GetBytes(source.Path), source.Labels)) count++;
            else found.Error(item.Source.Start, $"'{Shown.Short(item.Source.Text)}' is redirected already", "remove one of the two");
        }
        diagnostics = found.ToList();
        return new RedirectTable(hosts, count);
    }

    /// <summary>
    /// The redirect for a URL: that of the host itself before those of hosts above it, and of the longest path; of the URL's scheme before
    /// that of any. The URL's query does not matter.
    /// </summary>
    public bool TryFind(ReadOnlySpan<byte> url, [NotNullWhen(true)] out RedirectItem? item)
    {
        item = null;
        if (Count == 0) return false;
        UrlScheme scheme = UrlScheme.Any;
        int separator = url.IndexOf("://"u8);
        if (separator >= 0)
        {
            scheme = separator == 5 ? UrlScheme.Https : UrlScheme.Http;
            url = url[(separator + 3)..];
        }
        int end = url.IndexOfAny((byte)'?', (byte)'#');
        if (end >= 0) url = url[..end];
        int slash = url.IndexOf((byte)'/');
        ReadOnlySpan<byte> authority = slash < 0 ? url : url[..slash];
        ReadOnlySpan<byte> path = slash < 0 ? "/"u8 : url[slash..];
        int port = authority.LastIndexOf((byte)':');
        if (port > authority.LastIndexOf((byte)']')) authority = authority[..port];
        if (authority.Length is 0 or > MaxHostLength) return false;

        Span<byte> lower = stackalloc byte[MaxHostLength];
        Ascii.ToLower(authority, lower, out int length);
        return TryFind(lower[..length], path, scheme, out item);
    }

    private bool TryFind(ReadOnlySpan<byte> host, ReadOnlySpan<byte> path, UrlScheme scheme, [NotNullWhen(true)] out RedirectItem? item)
    {
        if (_hosts.TryGetValue(host, out HostEntry? own) && own.TryFind(path, scheme, isSubdomain: false, out item)) return true;
        item = null;
        int labels = host.Count((byte)'.') + 1;
        while (labels > 1)
        {
            host = host[(host.IndexOf((byte)'.') + 1)..];
            if (--labels <= _maxLabels && _hosts.TryGetValue(host, out HostEntry? above)
                && above.TryFind(path, scheme, isSubdomain: true, out item))
            {
                return true;
            }
        }
        return false;
    }

    private static bool TryReadTarget(RedirectItem item, RuleDiagnostics diagnostics, [NotNullWhen(true)] out RedirectItem? read)
    {
        read = null;
        string target = item.Target.Text;
        if (!Uri.TryCreate(target, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https")
            || !RedirectSource.IsPlain(target))
        {
            diagnostics.Error(item.Target.Start, $"'{Shown.Short(target)}' is no address to redirect to", "write an http or https URL");
            return false;
        }
        if (!RedirectAction.IsStatus(item.StatusCode))
        {
            diagnostics.Error(item.Source.Start, $"a redirect cannot have the status {item.StatusCode}", "write 301, 302, 303, 307 or 308");
            return false;
        }
        int hash = target.IndexOf('#', StringComparison.Ordinal);
        string fragment = hash < 0 ? "" : target[hash..];
        if (hash >= 0) target = target[..hash];
        int question = target.IndexOf('?', StringComparison.Ordinal);
        read = item with
        {
            TargetPath = Encoding.UTF8.GetBytes(question < 0 ? target : target[..question]),
            TargetQuery = Encoding.UTF8.GetBytes(question < 0 ? "" : target[(question + 1)..]),
            TargetFragment = Encoding.UTF8.GetBytes(fragment),
        };
        return true;
    }

    private sealed record Candidate(RedirectItem Item, UrlScheme Scheme);

    /// <summary>The redirects of one host, by path.</summary>
    private sealed class HostEntry
    {
        private readonly Dictionary<byte[], List<Candidate>> _paths = new(ByteComparer.Instance);
        private readonly Dictionary<byte[], List<Candidate>>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
        private int _maxSubpath = -1;

        public HostEntry() => _lookup = _paths.GetAlternateLookup<ReadOnlySpan<byte>>();

        /// <summary>Labels of this host if its subdomains are redirected, else 0.</summary>
        public int SubdomainLabels { get; private set; }

        public bool TryAdd(Candidate candidate, byte[] path, int labels)
        {
            if (!_paths.TryGetValue(path, out List<Candidate>? same)) _paths.Add(path, same = []);
            if (same.Exists(c => c.Scheme == candidate.Scheme)) return false;
            // The URL's own scheme is looked at before any.
            if (candidate.Scheme == UrlScheme.Any) same.Add(candidate);
            else same.Insert(0, candidate);
            if (candidate.Item.SubpathMatching) _maxSubpath = Math.Max(_maxSubpath, candidate.Item.SourcePath.Length);
            if (candidate.Item.IncludeSubdomains) SubdomainLabels = labels;
            return true;
        }

        public bool TryFind(ReadOnlySpan<byte> path, UrlScheme scheme, bool isSubdomain, [NotNullWhen(true)] out RedirectItem? item)
        {
            if (TryGet(path, scheme, isSubdomain, isSubpath: false, out item)) return true;
            if (_maxSubpath < 0) return false;
            // Prefixes that end where a segment ends, the longest first, with and without the final slash that a source may have.
            int slash = path[..Math.Min(path.Length, _maxSubpath + 1)].LastIndexOf((byte)'/');
            while (slash >= 0)
            {
                if (TryGet(path[..(slash + 1)], scheme, isSubdomain, isSubpath: true, out item)) return true;
                if (slash > 0 && TryGet(path[..slash], scheme, isSubdomain, isSubpath: true, out item)) return true;
                slash = path[..slash].LastIndexOf((byte)'/');
            }
            return false;
        }

        private bool TryGet(
            ReadOnlySpan<byte> path, UrlScheme scheme, bool isSubdomain, bool isSubpath, [NotNullWhen(true)] out RedirectItem? item)
        {
            item = null;
            if (!_lookup.TryGetValue(path, out List<Candidate>? candidates)) return false;
            foreach (Candidate candidate in candidates)
            {
                if (candidate.Scheme != UrlScheme.Any && candidate.Scheme != scheme) continue;
                if (isSubdomain && !candidate.Item.IncludeSubdomains || isSubpath && !candidate.Item.SubpathMatching) continue;
                item = candidate.Item;
                return true;
            }
            return false;
        }
    }
}

/// <summary>The scheme that a redirect's source names.</summary>
internal enum UrlScheme : byte
{
    Any,
    Http,
    Https,
}

/// <summary>The parts of a redirect's source.</summary>
internal readonly record struct RedirectSource(UrlScheme Scheme, string Host, string Path)
{
    public int Labels => Host.Count(c => c == '.') + 1;

    /// <summary>The parts, or null with an error.</summary>
    public static RedirectSource? Parse(RedirectItem item, RuleDiagnostics diagnostics)
    {
        string text = item.Source.Text;
        UrlScheme scheme = UrlScheme.Any;
        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) (scheme, text) = (UrlScheme.Https, text[8..]);
        else if (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) (scheme, text) = (UrlScheme.Http, text[7..]);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string host = (slash < 0 ? text : text[..slash]).ToLowerInvariant();
        string path = slash < 0 ? "/" : text[slash..];
        (string Problem, string Remedy)? fault =
            path.AsSpan().ContainsAny('?', '#') ? ("a source with a query", "remove it: the query is not looked at")
            : host.Length is 0 or > 253 || host.AsSpan().ContainsAny(" @:\\%") && !host.StartsWith('[') || !IsPlain(text)
                ? ("no URL that could be asked for", "write [https://]host/path, without a port") : null;
        if (fault is not { } f) return new RedirectSource(scheme, host, path);
        diagnostics.Error(item.Source.Start, $"'{Shown.Short(item.Source.Text)}' is {f.Problem}", f.Remedy);
        return null;
    }

    /// <summary>Visible ASCII only: what a URL consists of (RFC 3986 §2), and what can stand in a header.</summary>
    public static bool IsPlain(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
