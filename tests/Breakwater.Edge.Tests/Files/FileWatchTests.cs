using Breakwater.Edge.Files;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Files;

public sealed class FileWatchTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly LogLines<FileWatch> _log = new();
    private readonly FileWatch _watch;

    public FileWatchTests() => _watch = new FileWatch(new EdgeClock(_time), _log);

    public void Dispose()
    {
        _watch.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void AFileIsReadAgainOnceItHasComeToRest()
    {
        Counted file = Watch("a", "1");
        Looks(20);
        Assert.Equal(0, file.Changes);
        _files.Write("a", "two");
        Looks(1);
        _files.Write("a", "three");
        Looks(1);
        Assert.Equal(0, file.Changes);
        Looks(1);
        Assert.Equal(1, file.Changes);
        Looks(20);
        Assert.Equal(1, file.Changes);
    }

    [Fact]
    public void WhatGoesAndComesBackAsItWasIsNoChange()
    {
        Counted file = Watch("a", "1");
        DateTime time = File.GetLastWriteTimeUtc(file.Path);
        File.Delete(file.Path);
        Looks(1);
        _files.Write("a", "1");
        File.SetLastWriteTimeUtc(file.Path, time);
        Looks(20);
        Assert.Equal(0, file.Changes);
    }

    /// <summary>Written twice within the granularity of its time, or copied with its time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(FileWatch.MaxCompared)]
    public void AnotherContentOfTheSameSizeAndTimeIsAChange(int length)
    {
        Counted file = Watch("a", new string('1', length));
        Replace(file, length);
        Looks(2);
        Assert.Equal(1, file.Changes);
        Looks(3 * FileWatch.FullLookEvery);
        Assert.Equal(1, file.Changes);
    }

    [Fact]
    public void AFileMovedOverAnotherOfTheSameSizeAndTimeIsAChange()
    {
        Counted file = Watch("a", "1");
        File.SetLastWriteTimeUtc(_files.Write("b", "2"), File.GetLastWriteTimeUtc(file.Path));
        File.Move(_files["b"], file.Path, overwrite: true);
        Looks(2);
        Assert.Equal(1, file.Changes);
    }

    [Fact]
    public void OfALargerFileTimeAndSizeCount()
    {
        const int Length = FileWatch.MaxCompared + 1;
        Counted file = Watch("a", new string('1', Length));
        DateTime time = Replace(file, Length);
        Looks(3 * FileWatch.FullLookEvery);
        Assert.Equal(0, file.Changes);
        File.SetLastWriteTimeUtc(file.Path, time.AddSeconds(1));
        Looks(2);
        Assert.Equal(1, file.Changes);
    }

    /// <summary>What was read before is in force again, or still: told once, whether that puts the file in force or it is refused.</summary>
    [Fact]
    public void AnUnchangedFileThatIsNotInForceIsFoundByAFullLook()
    {
        Counted file = Watch("a", "1");
        file.Hash = new string('0', 64);
        Looks(FileWatch.FullLookEvery);
        Assert.Equal(0, file.Changes);
        Looks(1);
        Assert.Equal(1, file.Changes);
        Looks(3 * FileWatch.FullLookEvery);
        Assert.Equal(1, file.Changes);
    }

    [Fact]
    public void AMissingFileIsAChangeAndItsReturnAnother()
    {
        Counted file = Watch("a", "1");
        File.Delete(file.Path);
        Looks(20);
        Assert.Equal(1, file.Changes);
        _files.Write("a", "2");
        Looks(20);
        Assert.Equal(2, file.Changes);
    }

    [Fact]
    public void AChangeBetweenReadingAndWatchingIsNoticed()
    {
        string path = _files.Write("a", "1");
        FileStamp stamp = FileWatch.StampOf(path);
        _files.Write("a", "longer");
        Counted file = new(path);
        _watch.Add(file, stamp);
        Looks(2);
        Assert.Equal(1, file.Changes);
    }

    [Fact]
    public void LinksAreFollowed()
    {
        string first = _files.Write("1", "one"), second = _files.Write("2", "second");
        File.CreateSymbolicLink(_files["link"], first);
        Counted file = new(_files["link"]);
        _watch.Add(file, FileWatch.StampOf(file.Path));
        File.Delete(_files["link"]);
        File.CreateSymbolicLink(_files["link"], second);
        Looks(2);
        Assert.Equal(1, file.Changes);
    }

    [Fact]
    public void AFaultOfOneFileEndsNothing()
    {
        Counted file = Watch("a", "1");
        file.Fault = true;
        _files.Write("a", "other");
        Looks(2);
        Assert.StartsWith("Error: Fault in the edge", Assert.Single(_log));
        file.Fault = false;
        _files.Write("a", "and another");
        Looks(2);
        Assert.Equal(2, file.Changes);
    }

    [Fact]
    public void WhatIsRemovedIsNotWatched()
    {
        Counted file = Watch("a", "1");
        _watch.Remove(file);
        _files.Write("a", "other");
        Looks(5);
        Assert.Equal(0, file.Changes);
    }

    private Counted Watch(string name, string text)
    {
        Counted file = new(_files.Write(name, text));
        _watch.Add(file, FileWatch.StampOf(file.Path));
        return file;
    }

    /// <summary>The same size and time, another content.</summary>
    private DateTime Replace(Counted file, int length)
    {
        DateTime time = File.GetLastWriteTimeUtc(file.Path);
        _files.Write("a", new string('1', length - 1) + '2');
        File.SetLastWriteTimeUtc(file.Path, time);
        return time;
    }

    private void Looks(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _time.Advance(FileWatch.Interval);
        }
    }

    private sealed class Counted(string path) : IWatchedFile
    {
        public string Path => path;

        public string? Hash { get; set; }

        public int Changes { get; private set; }

        public bool Fault { get; set; }

        public void OnChanged()
        {
            Changes++;
            if (Fault)
            {
                throw new InvalidOperationException("test");
            }
        }
    }
}
