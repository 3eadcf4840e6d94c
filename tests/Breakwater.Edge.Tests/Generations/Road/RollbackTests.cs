using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Tests.Generations.Keeping;

namespace Breakwater.Edge.Tests.Generations.Road;

/// <summary>Going back, and leaving everything as it is.</summary>
public sealed class RollbackTests
{
    private const string List = "lists: {bad: {file: bad.txt}}\ngenerations: {taste: {max_newly_blocked: 100%}}";

    [Fact]
    public async Task ItIsANewGenerationWithTheOldContent()
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path("a"));
        string first = lab.Live.ContentHash;
        await lab.BakeAsync();
        await lab.ReloadAsync(Path("b"));

        RoadResult result = await lab.Edge.RollBackAsync(null, confirmed: false);

        Assert.Equal((RoadOutcome.Promoted, 3, first), (result.Outcome, lab.Live.Number, lab.Live.ContentHash));
        Assert.Equal(("rollback to generation 1", RoadStage.Good), (lab.State.Live.Origin, lab.State.Live.Stage));
        Assert.Equal((403, 200), (await lab.StatusAsync("/a"), await lab.StatusAsync("/b")));

        // And back again, to what has not proved itself, by its number.
        Assert.Equal(RoadOutcome.Promoted, (await lab.Edge.RollBackAsync(2, confirmed: false)).Outcome);
        Assert.Equal((200, 403), (await lab.StatusAsync("/a"), await lab.StatusAsync("/b")));
        Assert.Equal((4, RoadStage.Bake), (lab.Live.Number, lab.State.Live.Stage));
    }

    [Fact]
    public async Task OnlyWhatIsKeptCanBeGoneBackTo()
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path("a"));
        Assert.Equal("rollback: there is no generation to go back to; see breakwater generations: there is none", await RefusedAsync(null));
        await lab.ReloadAsync(Path("b"));
        Assert.Equal("rollback: generation 7 is not kept, or is what is in force; see breakwater generations: there are 1", await RefusedAsync(7));
        Assert.Equal("rollback: generation 2 is not kept, or is what is in force; see breakwater generations: there are 1", await RefusedAsync(2));
        File.Delete(System.IO.Path.Combine(lab.Data, "generations", "files", lab.Edge.Road.Store!.List()[^1].DocumentHash!));
        Assert.StartsWith("rollback: what was kept of generation 1 is damaged: ", await RefusedAsync(1));
        Assert.Equal((200, 403), (await lab.StatusAsync("/a"), await lab.StatusAsync("/b")));
        Assert.Null(lab.State.Pinned);

        async Task<string> RefusedAsync(long? number)
        {
            RoadResult result = await lab.Edge.RollBackAsync(number, confirmed: false);
            Assert.Equal(RoadOutcome.Refused, result.Outcome);
            return Assert.Single(result.Diagnostics).ToString();
        }
    }

    /// <summary>D3: whoever regenerates the bad file does not undo the rollback; nor does a reload, nor a restart.</summary>
    [Fact]
    public async Task WhatWasRolledBackStaysUntilItIsUnpinned()
    {
        await using RoadLab lab = new() { Disk = new DurableFiles() };
        lab.Files.Write("bad.txt", "192.0.2.1\n");
        await lab.StartAsync("rules: [{when: 'ip.src in $bad', do: block}]", List);
        await lab.BakeAsync();
        lab.Files.Write("bad.txt", "127.0.0.1\n");
        lab.Looks(2);
        await lab.RestAsync();
        Assert.Equal((403, 2), (await lab.StatusAsync("/"), lab.Live.Number));

        Assert.Equal(RoadOutcome.Promoted, (await lab.Edge.RollBackAsync(1, confirmed: false)).Outcome);
        Assert.Equal((200, 3), (await lab.StatusAsync("/"), lab.Live.Number));
        for (int i = 1; i <= 3; i++)
        {
            lab.Files.Write("bad.txt", $"127.0.0.1\n192.0.2.{i}\n");
            lab.Looks(2);
            await lab.RestAsync();
        }

        RoadResult reload = await lab.TakeAsync();
        Assert.Equal(RoadOutcome.Refused, reload.Outcome);
        Assert.StartsWith("pin: everything is pinned to generation 3 (rollback to generation 1); `breakwater unpin all`", Assert.Single(reload.Diagnostics).ToString());
        await lab.StopAsync();
        lab.Files.Write("breakwater.yaml", "nonsense: 1");
        await lab.RestartAsync();
        Assert.Equal((200, 3), (await lab.StatusAsync("/"), lab.Live.Number));
        Assert.StartsWith("everything is pinned to generation 3 ", lab.Edge.Road.Instead);

        // What came meanwhile is taken then; of the document, when somebody asks.
        Assert.True((await lab.Edge.Road.UnpinAsync("all")).Done);
        await lab.RestAsync();
        Assert.Equal((403, 4), (await lab.StatusAsync("/"), lab.Live.Number));
        Assert.Null(lab.State.Pinned);
        Assert.Equal(RoadOutcome.Promoted, (await lab.ReloadAsync()).Outcome);
        Assert.Equal(200, await lab.StatusAsync("/"));
        Assert.Null(lab.Edge.Road.Instead);
    }

    [Fact]
    public async Task EverythingCanBePinned()
    {
        await using RoadLab lab = await new RoadLab { Disk = new DurableFiles() }.StartAsync(Path("a"));
        Assert.True((await lab.Edge.Road.PinAsync("all")).Done);
        Assert.Equal(RoadOutcome.Refused, (await lab.ReloadAsync(Path("b"))).Outcome);
        Assert.Equal((403, 200), (await lab.StatusAsync("/a"), await lab.StatusAsync("/b")));

        await lab.StopAsync();
        await lab.RestartAsync();
        Assert.Equal((403, 200), (await lab.StatusAsync("/a"), await lab.StatusAsync("/b")));
        await lab.Edge.Road.UnpinAsync("all");
        Assert.Equal(RoadOutcome.Promoted, (await lab.TakeAsync()).Outcome);
        Assert.Equal((200, 403), (await lab.StatusAsync("/a"), await lab.StatusAsync("/b")));
    }

    /// <summary>A pin that cannot be written holds as long as the process, and says so.</summary>
    [Fact]
    public async Task APinThatCannotBeKeptSaysSo()
    {
        FailingDisk disk = new();
        await using RoadLab lab = await new RoadLab { Disk = disk }.StartAsync(Path("a"));
        disk.Room = 0;
        PinResult pinned = await lab.Edge.Road.PinAsync("all");
        Assert.True(pinned.Done);
        Assert.Contains("No space left on device", pinned.StorageProblem, StringComparison.Ordinal);
        Assert.Equal(RoadOutcome.Refused, (await lab.ReloadAsync(Path("b"))).Outcome);
    }

    private static string Path(string path) => $"rules: [{{when: 'http.request.uri.path eq \"/{path}\"', do: block}}]";
}
