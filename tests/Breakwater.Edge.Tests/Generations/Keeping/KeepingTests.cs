using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Tests.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breakwater.Edge.Tests.Generations.Keeping;

/// <summary>What is kept on disk, and what an edge starts with when what it is configured to cannot be used.</summary>
public sealed class KeepingTests
{
    private const string Block = "rules: [{when: 'http.request.uri.path eq \"/PATH\"', do: block}]";

    [Fact]
    public async Task WhatHasProvedItselfIsKeptWithEverythingThatItNeeds()
    {
        await using RoadLab lab = new() { Disk = new DurableFiles() };
        TestPki.Write(lab.Files, "a", new Wanted { Names = ["a.example"] });
        lab.Files.Write("bad.txt", "192.0.2.1\n");
        await lab.StartAsync("rules: [{when: 'ip.src in $bad', do: block}]", "certificates: [{cert: a.pem, key: a.key}]\nlists: {bad: {file: bad.txt}}");
        GenerationManifest kept = Assert.Single(Store(lab).List());
        Assert.Equal((1, lab.Live.ContentHash, null), (kept.Number, kept.ContentHash, kept.GoodAt));
        Assert.Equal([lab.Files["a.key"], lab.Files["a.pem"], lab.Files["bad.txt"]], kept.Files.Select(file => file.Path));

        await lab.BakeAsync();
        Assert.Equal(RoadStage.Good, lab.State.Live.Stage);
        Assert.NotNull(Assert.Single(Store(lab).List()).GoodAt);
        Assert.Contains(lab.Log, line => line.Contains("generation 1 ", StringComparison.Ordinal) && line.Contains("it is the last known good", StringComparison.Ordinal));

        // Nothing in it may be read by others, keys least of all.
        foreach (string path in Directory.EnumerateFiles(Path.Combine(lab.Data, "generations"), "*", SearchOption.AllDirectories))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(lab.Data, "generations", "files")));

        // And it holds when everything else is gone.
        await lab.StopAsync();
        foreach (string name in (string[])["a.pem", "a.key", "bad.txt", "breakwater.yaml"])
        {
            File.Delete(lab.Files[name]);
        }

        await lab.RestartAsync();
        Assert.Equal(kept.ContentHash, lab.Live.ContentHash);
        Assert.Equal("a.example", lab.Live.Certificates.Certificates[0].Names[0]);
        Assert.Equal(200, await lab.StatusAsync("/"));
    }

    [Fact]
    public async Task ARestartGoesOnWithTheSameGeneration()
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path1("a"));
        await lab.ReloadAsync(Path1("b"));
        await lab.GetAsync("/");
        lab.Time.Advance(TimeSpan.FromMinutes(4));
        DateTimeOffset promoted = lab.State.Live.PromotedAt!.Value;
        await lab.StopAsync();

        await lab.RestartAsync();
        Assert.Equal((2, RoadStage.Bake, promoted), (lab.Live.Number, lab.State.Live.Stage, lab.State.Live.PromotedAt));
        Assert.Null(lab.Edge.Road.Instead);
        Assert.Equal((240, 1), ((int)lab.Edge.Road.Bake.Served.TotalSeconds, lab.Edge.Road.Bake.ServedRequests));
        Assert.Equal([1L], lab.State.History.Select(record => record.Number));

        // Another configuration at the next start is another generation.
        await lab.StopAsync();
        await lab.StartAsync(Path1("c"));
        Assert.Equal((3, "start"), (lab.Live.Number, lab.State.Live.Origin));
        Assert.Equal([2L, 1L], lab.State.History.Select(record => record.Number));
    }

    [Theory]
    [InlineData("nonsense: 1\n", "validate", "breakwater.yaml:1:1: unknown key 'nonsense'")]
    [InlineData("zones: [", "validate", "breakwater.yaml:")]
    [InlineData(null, "read", "there is no such file")]
    [InlineData("certificates: [{cert: none.pem, key: none.key}]\nzones: [{name: a, origins: [{url: \"http://a\"}]}]", "compile", "none.pem")]
    public async Task AStartWithAnUnusableConfigurationUsesTheLastKnownGoodAndSaysSo(string? yaml, string stage, string told)
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path1("a"));
        await lab.BakeAsync();
        string good = lab.Live.ContentHash;
        await lab.StopAsync();
        if (yaml is null)
        {
            File.Delete(lab.Document);
        }
        else
        {
            lab.Files.Write("breakwater.yaml", yaml);
        }

        lab.Log.Clear();
        await lab.RestartAsync();

        Assert.Equal((403, 200), (await lab.StatusAsync("/a"), await lab.StatusAsync("/")));
        Assert.Equal(good, lab.Live.ContentHash);
        Assert.Equal("the configuration cannot be used", lab.Edge.Road.Instead);
        GenerationRecord refused = lab.State.LastRefusal!;
        Assert.Equal((RoadStage.Refused, stage), (refused.Stage, RoadText.Word(refused.EndedIn!.Value)));
        string line = Assert.Single(lab.Log, line => line.StartsWith("Critical", StringComparison.Ordinal));
        Assert.Contains("the configuration cannot be used: generation 1 ", line, StringComparison.Ordinal);
        Assert.Contains(told, line, StringComparison.Ordinal);

        // Once the file is mended, all is as it was.
        Assert.Equal(RoadOutcome.Promoted, (await lab.ReloadAsync(Path1("b"))).Outcome);
        Assert.Null(lab.Edge.Road.Instead);
        Assert.Null(lab.State.LastRefusal);
        Assert.Equal(2, lab.Live.Number);
    }

    [Fact]
    public async Task AnEdgeWithNothingToFallBackOnSaysWhatIsWrong()
    {
        await using RoadLab lab = new() { Disk = new DurableFiles() };
        ConfigurationException refused = await Assert.ThrowsAsync<ConfigurationException>(() => lab.StartAsync("", "nonsense: 1"));
        Assert.Contains("unknown key 'nonsense'", Assert.Single(refused.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    /// <summary>D13: with a corrupt newest one, the one before; with that corrupt too, the one before that.</summary>
    [Theory]
    [InlineData("manifest", true)]
    [InlineData("manifest", false)]
    [InlineData("text", true)]
    [InlineData("text", false)]
    [InlineData("list", true)]
    [InlineData("list", false)]
    public async Task WhatIsDamagedIsPassedOver(string what, bool truncated)
    {
        await using RoadLab lab = new() { Disk = new DurableFiles() };
        foreach (string path in (string[])["a", "b", "c"])
        {
            lab.Files.Write("bad.txt", $"192.0.2.{path[0] - 'a'}\n");
            string zone = $"rules: [{{when: 'http.request.uri.path eq \"/{path}\" or ip.src in $bad', do: block}}]";
            if (lab.Edge is null)
            {
                await lab.StartAsync(zone, "lists: {bad: {file: bad.txt}}");
            }
            else
            {
                await lab.ReloadAsync(zone, "lists: {bad: {file: bad.txt}}");
            }

            await lab.BakeAsync();
        }

        Assert.Equal([3L, 2L, 1L], Store(lab).List().Select(kept => kept.Number));
        GenerationManifest[] kept = [.. Store(lab).List()];
        await lab.StopAsync();
        lab.Files.Write("breakwater.yaml", "nonsense: 1");
        foreach ((GenerationManifest manifest, string blocked) in new[] { (kept[0], "/b"), (kept[1], "/a") })
        {
            Damage(what switch
            {
                "manifest" => Path.Combine(lab.Data, "generations", $"{manifest.Number:D6}.json"),
                "text" => Path.Combine(lab.Data, "generations", "files", manifest.DocumentHash!),
                _ => Path.Combine(lab.Data, "generations", "files", manifest.Files[0].Hash),
            }, truncated);
            Copy(lab.Files["state"], lab.Files["copy"]);
            lab.Log.Clear();
            await lab.RestartAsync();
            Assert.Equal((403, 200), (await lab.StatusAsync(blocked), await lab.StatusAsync("/c")));
            Assert.Contains(lab.Log, line => line.Contains($"what was kept of generation {manifest.Number} is damaged, and passed over", StringComparison.Ordinal));

            // The next start finds what this one found.
            await lab.StopAsync();
            Copy(lab.Files["copy"], lab.Files["state"]);
        }
    }

    [Fact]
    public async Task TheNewestThreeThatHaveProvedThemselvesAreKept()
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path1("0"));
        await lab.BakeAsync();
        for (int i = 1; i <= 5; i++)
        {
            await lab.ReloadAsync(Path1($"{i}"));
            if (i != 4)
            {
                await lab.BakeAsync();
            }
        }

        // The fifth was in force for a moment only: it proved nothing, and stays as long as it is what can be gone back to.
        Assert.Equal([(6L, true), (5L, false), (4L, true), (3L, true)], Store(lab).List().Select(kept => (kept.Number, kept.GoodAt is not null)));
        await lab.ReloadAsync(Path1("6"));
        Assert.Equal([(7L, false), (6L, true), (4L, true), (3L, true)], Store(lab).List().Select(kept => (kept.Number, kept.GoodAt is not null)));
        Assert.Equal(4, Directory.GetFiles(Path.Combine(lab.Data, "generations", "files")).Length);
    }

    [Fact]
    public async Task ContentThatHasProvedItselfBeforeNeedNotDoSoAgain()
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path1("a"));
        await lab.BakeAsync();
        await lab.ReloadAsync(Path1("b"));
        Assert.Equal(RoadStage.Bake, lab.State.Live.Stage);
        await lab.ReloadAsync(Path1("a"));
        Assert.Equal((3, RoadStage.Good), (lab.Live.Number, lab.State.Live.Stage));
        Assert.Equal([(3L, true), (2L, false)], Store(lab).List().Select(kept => (kept.Number, kept.GoodAt is not null)));
    }

    /// <summary>D34: the disk is full, or read-only; what was there stays whole, and serving goes on.</summary>
    [Fact]
    public async Task AFullDiskStopsNothing()
    {
        FailingDisk disk = new();
        await using RoadLab lab = await new RoadLab { Disk = disk }.StartAsync(Path1("a"));
        await lab.BakeAsync();
        string good = lab.Live.ContentHash;
        foreach (long room in (long[])[0, 10, 300])
        {
            disk.Room = room;
            Assert.Equal(RoadOutcome.Promoted, (await lab.ReloadAsync(Path1($"b{room}"))).Outcome);
            Assert.Equal((403, 200), (await lab.StatusAsync($"/b{room}"), await lab.StatusAsync("/")));
            Assert.Contains("No space left on device", lab.Edge.Road.Store!.Problem, StringComparison.Ordinal);
        }

        Assert.Equal(2, lab.Log.Count(line => line.Contains("No space left on device", StringComparison.Ordinal)));
        await lab.StopAsync();
        lab.Files.Write("breakwater.yaml", "nonsense: 1");
        disk.Room = long.MaxValue;
        await lab.RestartAsync();
        Assert.Equal(good, lab.Live.ContentHash);
        Assert.Null(lab.Edge.Road.Store!.Problem);
    }

    [Fact]
    public async Task OnceTheDiskHasRoomAgainThingsAreKept()
    {
        FailingDisk disk = new() { Room = 0 };
        await using RoadLab lab = await new RoadLab { Disk = disk }.StartAsync(Path1("a"));
        Assert.NotNull(lab.Edge.Road.Store!.Problem);
        Assert.Empty(Store(lab).List());
        disk.Room = long.MaxValue;
        await lab.BakeAsync();
        Assert.Null(lab.Edge.Road.Store!.Problem);
        Assert.NotNull(Assert.Single(Store(lab).List()).GoodAt);
    }

    /// <summary>D18, D50: what was in force, and had not proved itself, when the process ended badly is not used again.</summary>
    [Fact]
    public async Task ACrashBeforeItHadProvedItselfTakesTheNextStartBack()
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path1("a"));
        await lab.BakeAsync();
        string good = lab.Live.ContentHash;
        await lab.ReloadAsync(Path1("b"));
        string bad = lab.Live.ContentHash;
        await lab.CrashAsync();

        lab.Log.Clear();
        await lab.RestartAsync();
        Assert.Equal((3, good, RoadStage.Good), (lab.Live.Number, lab.Live.ContentHash, lab.State.Live.Stage));
        Assert.Equal("the configuration crashed before it had proved itself", lab.Edge.Road.Instead);
        Assert.Equal((RoadStage.Reverted, bad), (lab.State.LastRefusal!.Stage, lab.State.LastRefusal.ContentHash));
        Assert.Contains(lab.Log, line => line.StartsWith("Critical", StringComparison.Ordinal) && line.Contains("the process crashed under this content when it was generation 2", StringComparison.Ordinal));

        // Nor by a reload, at the next start, or after that; unless somebody means it.
        RoadResult refused = await lab.TakeAsync();
        Assert.Equal(RoadOutcome.Refused, refused.Outcome);
        Assert.Contains("breakwater reload --confirm", refused.Diagnostics[^1].ToString(), StringComparison.Ordinal);
        await lab.StopAsync();
        await lab.RestartAsync();
        Assert.Equal(good, lab.Live.ContentHash);
        Assert.Equal(RoadOutcome.Promoted, (await lab.TakeAsync(request => request with { Confirmed = true })).Outcome);
        Assert.Equal(bad, lab.Live.ContentHash);
    }

    [Fact]
    public async Task ACrashOfWhatHasProvedItselfIsNotItsFault()
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path1("a"));
        await lab.BakeAsync();
        await lab.CrashAsync();
        await lab.RestartAsync();
        Assert.Equal((1, RoadStage.Good), (lab.Live.Number, lab.State.Live.Stage));
        Assert.Null(lab.Edge.Road.Instead);
    }

    [Fact]
    public async Task ACrashWithNothingToGoBackToStopsNoStart()
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path1("a"));
        string content = lab.Live.ContentHash;
        await lab.CrashAsync();
        await lab.RestartAsync();
        Assert.Equal(content, lab.Live.ContentHash);
        Assert.Equal(200, await lab.StatusAsync("/"));
    }

    [Fact]
    public async Task ADamagedJournalLosesNoNumberThatIsTaken()
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path1("a"));
        await lab.ReloadAsync(Path1("b"));
        await lab.StopAsync();
        Damage(Path.Combine(lab.Data, "generations", "road.json"), truncated: true);
        lab.Files.Write("breakwater.yaml", lab.Yaml(Path1("c")));
        await lab.RestartAsync();
        Assert.Equal(3, lab.Live.Number);
        Assert.Contains(lab.Log, line => line.Contains("road.json is damaged", StringComparison.Ordinal));
    }

    private static string Path1(string path) => Block.Replace("PATH", path, StringComparison.Ordinal);

    private static GenerationStore Store(RoadLab lab) => GenerationStore.Open(lab.Data, NullLoggerFactory.Instance);

    private static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    private static void Damage(string path, bool truncated)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (truncated)
        {
            File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
            return;
        }

        bytes[^2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
