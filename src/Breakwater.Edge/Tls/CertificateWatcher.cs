using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Tls;

/// <summary>
/// Looks every few seconds whether the files of the certificates in force have changed, and puts the new pair in force. A bad new pair
/// is refused, said once, and the old one stays. By polling, not by file system events: those miss what happens to mounted secrets,
/// network file systems and symbolic links, which is how most certificates are renewed. Thread-safe.
/// </summary>
internal sealed partial class CertificateWatcher : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Every how many looks the content is read although time and size are the same: copies can keep both.</summary>
    internal const int FullLookEvery = 12;

    private readonly CertificateStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly Dictionary<CertificateSource, Watched> _watched = [];
    private int _looking;
    private int _looks;

    public CertificateWatcher(CertificateStore store, EdgeClock clock, ILogger<CertificateWatcher> log)
    {
        _store = store;
        _time = clock.Provider;
        _log = log;
        _timer = _time.CreateTimer(static watcher => ((CertificateWatcher)watcher!).Look(), this, Interval, Interval);
    }

    /// <summary>What is known of one pair's files.</summary>
    private sealed class Watched
    {
        /// <summary>Times and sizes that were judged last.</summary>
        public Stamps Judged;

        /// <summary>Times and sizes at the look before, when they were new: files may still be in the middle of being written.</summary>
        public Stamps? Settling;

        /// <summary>The content that was refused, so that it is refused once; empty for files that could not be read.</summary>
        public string? RefusedHash;
    }

    /// <summary>Looks now. What the timer does.</summary>
    public void Look()
    {
        // A look that takes long, on a network file system, is not joined by a second one.
        if (Interlocked.Exchange(ref _looking, 1) != 0) return;
        try
        {
            bool full = ++_looks % FullLookEvery == 0;
            foreach (var certificate in _store.Current.Certificates) Look(certificate, full);
            Forget();
        }
        catch (Exception exception)
        {
            // A timer's exception would end the process: certificates must not be what ends it.
            Log.Fault(_log, exception);
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look(ServerCertificate loaded, bool full)
    {
        Stamps now = Stamps.Of(loaded.Source);
        if (!_watched.TryGetValue(loaded.Source, out var watched))
        {
            // When it was loaded nobody took the times: the first look reads the content.
            _watched.Add(loaded.Source, watched = new Watched { Judged = default });
            full = true;
        }
        if (now == watched.Judged && watched.Settling is null && !full) return;

        string hash = HashOf(loaded.Source);
        if (hash == loaded.FileHash || hash == watched.RefusedHash)
        {
            if (hash == loaded.FileHash) watched.RefusedHash = null;
            watched.Judged = now;
            watched.Settling = null;
            return;
        }
        if (watched.Settling != now)
        {
            watched.Settling = now;
            return;
        }
        watched.Judged = now;
        watched.Settling = null;
        Reload(loaded, watched, hash);
    }

    private void Reload(ServerCertificate loaded, Watched watched, string hash)
    {
        var problems = new List<CertificateProblem>();
        var set = _store.Current;
        var next = CertificateLoader.Load(loaded.Source, set.OcspStapling, _time.GetUtcNow(), problems);
        if (next is null)
        {
            watched.RefusedHash = hash;
            Log.Refused(_log, problems.First(problem => problem.IsError), loaded.NotAfter);
            return;
        }
        watched.RefusedHash = null;

        // A new configuration may have come meanwhile; it has read the files itself. If not, the next look tries again.
        if (!_store.TryReplace(set, set.With(next, _time.GetUtcNow())))
        {
            watched.Judged = default;
            return;
        }
        Log.Replaced(_log, loaded.Source.CertificatePath, string.Join(", ", next.Names), next.NotAfter);
        foreach (var problem in problems) Log.Doubtful(_log, problem);
    }

    /// <summary>Drops what no configuration names any more.</summary>
    private void Forget()
    {
        var set = _store.Current;
        foreach (var source in _watched.Keys.Where(source => set.Find(source) is null).ToArray()) _watched.Remove(source);
    }

    /// <summary>The hash of both files; empty when one cannot be read.</summary>
    private static string HashOf(CertificateSource source)
    {
        try
        {
            return PemFile.Read(source.CertificatePath).Hash + PemFile.Read(source.KeyPath).Hash;
        }
        catch (BadPemException)
        {
            return "";
        }
    }

    /// <summary>Time and size of both files, through symbolic links; zero for one that cannot be opened.</summary>
    private readonly record struct Stamps(long CertificateTime, long CertificateLength, long KeyTime, long KeyLength)
    {
        public static Stamps Of(CertificateSource source)
        {
            var (certificateTime, certificateLength) = Of(source.CertificatePath);
            var (keyTime, keyLength) = Of(source.KeyPath);
            return new Stamps(certificateTime, certificateLength, keyTime, keyLength);
        }

        private static (long Time, long Length) Of(string path)
        {
            try
            {
                using var handle = File.OpenHandle(path);
                return (File.GetLastWriteTimeUtc(handle).Ticks, RandomAccess.GetLength(handle));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                return default;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 511, Level = LogLevel.Information, Message = "Certificate {Path} is in force as it is now, for {Names}, valid until {NotAfter:u}")]
        public static partial void Replaced(ILogger log, string path, string names, DateTimeOffset notAfter);

        [LoggerMessage(EventId = 512, Level = LogLevel.Error, Message = "Certificate not reloaded: {Problem}. The one that was loaded before stays in force; it is valid until {NotAfter:u}")]
        public static partial void Refused(ILogger log, CertificateProblem problem, DateTimeOffset notAfter);

        [LoggerMessage(EventId = 513, Level = LogLevel.Warning, Message = "Certificate {Problem}")]
        public static partial void Doubtful(ILogger log, CertificateProblem problem);

        [LoggerMessage(EventId = 514, Level = LogLevel.Error, Message = "Fault in the edge while looking after certificates; those in force stay. This is a bug in Breakwater; please report it.")]
        public static partial void Fault(ILogger log, Exception exception);
    }
}
