using Breakwater.Edge.Time;
using Breakwater.Edge.Tls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Tls;

public sealed class CertificateWatcherTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly FakeTimeProvider _time = new(TestPki.Now);
    private readonly Lines _log = new();
    private readonly CertificateSource _source;
    private readonly CertificateStore _store;
    private readonly CertificateWatcher _watcher;

    public CertificateWatcherTests()
    {
        _source = TestPki.Write(_files, "a", new Wanted { Names = ["old.example"] });
        TestPki.Write(_files, "b", new Wanted { Names = ["b.example"] });
        _store = new CertificateStore(CertificateSet.Load([_source, new(_files["b.pem"], _files["b.key"])], ocspStapling: false, _time.GetUtcNow()));
        _watcher = new CertificateWatcher(_store, new EdgeClock(_time), _log);
        Looks(1);
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _files.Dispose();
    }

    private sealed class Lines : List<string>, ILogger<CertificateWatcher>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add($"{logLevel}: {formatter(state, exception)}");
    }

    private void Looks(int count)
    {
        for (int i = 0; i < count; i++) _time.Advance(CertificateWatcher.Interval);
    }

    private string InForce => Assert.Single(_store.Current.Find(_source)!.Names);

    [Fact]
    public void While_nothing_changes_nothing_happens()
    {
        var set = _store.Current;
        Looks(30);
        Assert.Same(set, _store.Current);
        Assert.Empty(_log);
    }

    [Fact]
    public void A_new_pair_is_put_in_force_when_its_files_have_come_to_rest()
    {
        var other = _store.Current.Certificates[1];
        TestPki.Write(_files, "a", new Wanted { Names = ["new.example"] });
        Looks(1);
        Assert.Equal("old.example", InForce);
        Looks(1);
        Assert.Equal("new.example", InForce);
        Assert.Equal("new.example", _store.Current.Select("new.example", null)!.Names[0]);
        Assert.Same(other, _store.Current.Certificates[1]);
        Assert.StartsWith("Information: Certificate " + _source.CertificatePath + " is in force as it is now, for new.example", Assert.Single(_log));
    }

    [Fact]
    public void Files_written_one_after_the_other_are_taken_together()
    {
        var next = TestPki.Issue(new Wanted { Names = ["new.example"] });
        File.WriteAllText(_source.CertificatePath, next.CertificatePem + TestPki.Intermediate.CertificatePem);
        Looks(1);
        File.WriteAllText(_source.KeyPath, next.KeyPem);
        Looks(1);
        Assert.Equal("old.example", InForce);
        Looks(1);
        Assert.Equal("new.example", InForce);
        Assert.Single(_log);
    }

    [Fact]
    public void A_bad_pair_is_refused_once_and_the_old_one_stays()
    {
        File.WriteAllText(_source.KeyPath, TestPki.Issue(new Wanted()).KeyPem);
        Looks(40);
        Assert.Equal("old.example", InForce);
        string line = Assert.Single(_log);
        Assert.StartsWith($"Error: Certificate not reloaded: {_source.KeyPath}: is not the key of this certificate; ", line);
        Assert.Contains("stays in force", line);

        // And a good one after it is taken.
        TestPki.Write(_files, "a", new Wanted { Names = ["new.example"] });
        Looks(2);
        Assert.Equal("new.example", InForce);
    }

    [Fact]
    public void A_file_that_vanishes_changes_nothing_and_its_return_neither()
    {
        string text = File.ReadAllText(_source.KeyPath);
        File.Delete(_source.KeyPath);
        Looks(20);
        Assert.Equal("old.example", InForce);
        Assert.StartsWith($"Error: Certificate not reloaded: {_source.KeyPath}: there is no such file", Assert.Single(_log));
        File.WriteAllText(_source.KeyPath, text);
        Looks(20);
        Assert.Equal("old.example", InForce);
        Assert.Single(_log);
    }

    [Fact]
    public void Touching_the_files_reloads_nothing()
    {
        var set = _store.Current;
        File.SetLastWriteTimeUtc(_source.CertificatePath, DateTime.UtcNow.AddHours(1));
        Looks(3);
        Assert.Same(set, _store.Current);
        Assert.Empty(_log);
    }

    [Fact]
    public void New_content_with_the_old_time_and_size_is_found_within_a_minute()
    {
        var time = File.GetLastWriteTimeUtc(_source.CertificatePath);
        string good = File.ReadAllText(_source.CertificatePath);
        File.WriteAllText(_source.CertificatePath, good.Replace('A', 'B'));
        File.SetLastWriteTimeUtc(_source.CertificatePath, time);
        Looks(13);
        Assert.Contains("not reloaded", Assert.Single(_log));
    }

    [Fact]
    public void Secrets_that_are_swapped_by_symbolic_link_are_seen()
    {
        // As Kubernetes mounts them: file → ..data/file, ..data → a directory that is exchanged.
        Directory.CreateDirectory(_files["v1"]);
        Directory.CreateDirectory(_files["v2"]);
        foreach (string extension in (string[])["pem", "key"]) File.Copy(_files["a." + extension], _files["v1/tls." + extension]);
        var next = TestPki.Issue(new Wanted { Names = ["new.example"] });
        File.WriteAllText(_files["v2/tls.pem"], next.CertificatePem);
        File.WriteAllText(_files["v2/tls.key"], next.KeyPem);
        Directory.CreateSymbolicLink(_files["data"], _files["v1"]);
        File.CreateSymbolicLink(_files["tls.pem"], _files["data/tls.pem"]);
        File.CreateSymbolicLink(_files["tls.key"], _files["data/tls.key"]);
        var linked = new CertificateSource(_files["tls.pem"], _files["tls.key"]);
        _store.Replace(CertificateSet.Load([linked], false, _time.GetUtcNow()));
        Looks(1);

        Directory.Delete(_files["data"]);
        Directory.CreateSymbolicLink(_files["data"], _files["v2"]);
        Looks(2);
        Assert.Equal(["new.example"], _store.Current.Find(linked)!.Names);
    }

    [Fact]
    public void A_configuration_that_comes_meanwhile_is_not_undone()
    {
        TestPki.Write(_files, "a", new Wanted { Names = ["new.example"] });
        Looks(1);
        var configured = CertificateSet.Load([_source], false, _time.GetUtcNow());
        _store.Replace(configured);
        Looks(3);
        Assert.Same(configured, _store.Current);
        Assert.Empty(_log);
    }

    [Fact]
    public void A_doubtful_pair_is_taken_with_a_warning()
    {
        TestPki.Write(_files, "a", new Wanted { Names = ["new.example"], Until = TestPki.Now.AddDays(-1) });
        Looks(2);
        Assert.Equal("new.example", InForce);
        Assert.Equal(2, _log.Count);
        Assert.StartsWith($"Warning: Certificate {_source.CertificatePath}: expired on ", _log[1]);
    }
}
