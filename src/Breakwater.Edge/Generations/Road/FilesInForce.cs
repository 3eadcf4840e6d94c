using System.Collections.Concurrent;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Time;
using Breakwater.Edge.Tls;
using Breakwater.Edge.Waf;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Generations.Road;

/// <summary>
/// Looks after the files that the generation in force was made from, as far as others change them by themselves: lists, databases of places,
/// certificates, the firewall's rules. Thread-safe. Says which have changed; what becomes of that is the road's business.
/// </summary>
internal sealed class FilesInForce : IDisposable
{
    private readonly FileWatch _watch;
    private readonly Action<IReadOnlyCollection<string>> _changed;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _found = new();

    /// <param name="clock">The clock.</param>
    /// <param name="loggers">For faults.</param>
    /// <param name="changed">Called with the files that have changed, all that one look found, on a timer's thread.</param>
    public FilesInForce(EdgeClock clock, ILoggerFactory loggers, Action<IReadOnlyCollection<string>> changed)
    {
        _changed = changed;
        _watch = new FileWatch(clock, loggers.CreateLogger<FileWatch>()) { Told = Tell };
    }

    /// <summary>Watches the files of a generation, and no others.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="stamps">What files looked like before they were read; those that are not there count as changed until they were looked at.</param>
    public void Follow(Generation generation, IReadOnlyDictionary<string, FileStamp> stamps)
    {
        lock (_lock)
        {
            var wanted = PathsOf(generation).ToHashSet(StringComparer.Ordinal);
            foreach (string path in _watched.Keys.Where(path => !wanted.Contains(path)).ToArray())
            {
                _watch.Remove(_watched[path]);
                _watched.Remove(path);
            }

            foreach (FileContent file in generation.Files.Where(file => wanted.Contains(file.Path)))
            {
                if (_watched.TryGetValue(file.Path, out Watched? known))
                {
                    known.Hash = file.Hash;
                }
                else
                {
                    Watched added = new(file.Path, _found) { Hash = file.Hash };
                    _watched.Add(file.Path, added);
                    _watch.Add(added, stamps.GetValueOrDefault(file.Path));
                }
            }
        }
    }

    /// <summary>What the files of a configuration look like now, for <see cref="Follow"/>; to be asked before they are read.</summary>
    public static IReadOnlyDictionary<string, FileStamp> Look(BreakwaterConfig config) =>
        PathsOf(config).Distinct(StringComparer.Ordinal).ToDictionary(path => path, FileWatch.StampOf, StringComparer.Ordinal);

    /// <summary>
    /// What has to be read anew, in units that make sense together only: a certificate and its key, even when just one of them has changed; the
    /// files of the firewall's rules that have. Each other file stands alone.
    /// </summary>
    public static IEnumerable<string[]> Units(Generation generation, IEnumerable<string> changed)
    {
        var rest = changed.ToHashSet(StringComparer.Ordinal);
        foreach (CertificateSource source in generation.Certificates.Certificates.Select(certificate => certificate.Source))
        {
            if (rest.Remove(source.CertificatePath) | rest.Remove(source.KeyPath))
            {
                yield return [source.CertificatePath, source.KeyPath];
            }
        }

        foreach (WafRules rules in RulesOf(generation))
        {
            string[] files = [.. rules.Files.Select(file => file.Path).Where(rest.Remove)];
            if (files.Length > 0)
            {
                yield return files;
            }
        }

        foreach (string path in rest)
        {
            yield return [path];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _watch.Dispose();

    private void Tell()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        while (_found.TryDequeue(out string? path))
        {
            found.Add(path);
        }

        _changed(found);
    }

    private static IEnumerable<string> PathsOf(Generation generation) =>
        PathsOf(generation.Config).Concat(generation.Certificates.Certificates.SelectMany(one => new[] { one.Source.CertificatePath, one.Source.KeyPath }))
            .Concat(RulesOf(generation).SelectMany(rules => rules.Files).Select(file => file.Path));

    private static IEnumerable<WafRules> RulesOf(Generation generation) => generation.Zones.All.Select(zone => zone.Waf?.Rules).OfType<WafRules>().Distinct();

    private static IEnumerable<string> PathsOf(BreakwaterConfig config) =>
    [
        .. config.Lists.Select(list => list.List.File).OfType<string>(),
        .. config.Geo.Databases,
        .. config.Certificates.SelectMany(certificate => new[] { certificate.Cert, certificate.Key }),
    ];

    private sealed class Watched(string path, ConcurrentQueue<string> found) : IWatchedFile
    {
        private volatile string? _hash;

        public string Path => path;

        public string? Hash
        {
            get => _hash;
            set => _hash = value;
        }

        public void OnChanged() => found.Enqueue(path);
    }
}
