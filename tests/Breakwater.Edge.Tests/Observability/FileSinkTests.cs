using Breakwater.Edge.Observability;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Observability;

public sealed class FileSinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-log").FullName;
    private readonly FakeTimeProvider _time = new();

    private string Path => System.IO.Path.Combine(_directory, "access.log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Two edges write to one log while one takes over from the other.</summary>
    [Fact]
    public async Task Two_writers_lose_no_line_of_each_other()
    {
        const int Lines = 5000;
        await Task.WhenAll(Task.Run(() => Write("one\n"u8.ToArray())), Task.Run(() => Write("another\n"u8.ToArray())));
        string[] written = await File.ReadAllLinesAsync(Path, TestContext.Current.CancellationToken);
        Assert.Equal((Lines, Lines, 2 * Lines), (written.Count(line => line == "one"), written.Count(line => line == "another"), written.Length));

        void Write(byte[] line)
        {
            using FileSink sink = new(Path, _time);
            for (int i = 0; i < Lines; i++)
            {
                Assert.Equal(line.Length, sink.Write(line).Written);
            }
        }
    }

    [Fact]
    public void Lines_are_appended_to_what_is_there()
    {
        File.WriteAllText(Path, "old\n");
        using FileSink sink = new(Path, _time);
        Assert.Null(sink.TryOpen());
        Assert.Equal(new LogWrite(4, null), sink.Write("new\n"u8));
        Assert.Equal("old\nnew\n", File.ReadAllText(Path));
    }

    [Fact]
    public void A_new_file_is_not_for_everyones_eyes()
    {
        using FileSink sink = new(Path, _time);
        sink.Write("a\n"u8);
        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path) & others);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_renamed_file_is_opened_again_after_a_while_or_when_asked(bool asked)
    {
        using FileSink sink = new(Path, _time);
        sink.Write("one\n"u8);
        File.Move(Path, Path + ".1");
        sink.Write("two\n"u8);
        if (asked)
        {
            sink.Reopen();
        }
        else
        {
            _time.Advance(FileSink.CheckInterval);
        }

        sink.Write("three\n"u8);
        Assert.Equal("one\ntwo\n", File.ReadAllText(Path + ".1"));
        Assert.Equal("three\n", File.ReadAllText(Path));
    }

    [Fact]
    public void A_file_that_was_replaced_is_left()
    {
        using FileSink sink = new(Path, _time);
        sink.Write("one\n"u8);
        File.Move(Path, Path + ".1");
        File.WriteAllText(Path, "by logrotate\n");
        _time.Advance(FileSink.CheckInterval);
        sink.Write("two\n"u8);
        Assert.Equal("by logrotate\ntwo\n", File.ReadAllText(Path));
    }

    [Fact]
    public void A_file_that_was_emptied_is_written_on_from_its_start()
    {
        using FileSink sink = new(Path, _time);
        sink.Write("one\n"u8);
        using (FileStream file = new(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(0);
        }

        sink.Write("two\n"u8);
        Assert.Equal("two\n", File.ReadAllText(Path));
    }

    [Fact]
    public void A_full_disk_is_a_value_that_says_why()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        using FileSink sink = new("/dev/full", _time);
        Assert.Null(sink.TryOpen());
        LogWrite result = sink.Write("one\n"u8);
        Assert.Equal(0, result.Written);
        Assert.NotNull(result.Problem);
    }

    [Fact]
    public void A_directory_that_vanished_is_a_value_and_gets_over_it()
    {
        string directory = System.IO.Path.Combine(_directory, "sub");
        Directory.CreateDirectory(directory);
        using FileSink sink = new(System.IO.Path.Combine(directory, "access.log"), _time);
        sink.Write("one\n"u8);
        Directory.Delete(directory, recursive: true);
        sink.Reopen();
        Assert.NotNull(sink.Write("two\n"u8).Problem);
        Directory.CreateDirectory(directory);
        Assert.Null(sink.Write("two\n"u8).Problem);
        Assert.Equal("two\n", File.ReadAllText(System.IO.Path.Combine(directory, "access.log")));
    }
}
