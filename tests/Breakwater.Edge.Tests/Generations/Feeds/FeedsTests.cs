using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Feeds;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;

namespace Breakwater.Edge.Tests.Generations.Feeds;

/// <summary>Feeds that err, flip, or are left alone.</summary>
public sealed class FeedsTests
{
    private const string Block = "rules: [{when: 'ip.src in $bad', do: block}]";
    private const string BlockMore = "rules: [{when: 'ip.src in $bad', do: block}, {when: 'http.request.uri.path eq \"/x\"', do: block}]";
    private const string Lists = "lists: {bad: {file: bad.txt}}";

    /// <summary>D1: one event with the reason, in the status until the feed is good again.</summary>
    [Fact]
    public async Task ABadContentIsRefusedOnceAndShown()
    {
        await using RoadLab lab = await StartAsync("192.0.2.1\n", "generations: {feeds: {max_items: 3}}\n");
        Generation before = lab.Live;
        await WriteAsync(lab, "192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.4\n");
        lab.Looks(40);
        await lab.RestAsync();
        Assert.Same(before, lab.Live);
        string line = Assert.Single(lab.Log, line => line.Contains("is refused", StringComparison.Ordinal));
        Assert.StartsWith($"Error: the changed file {lab.Files["bad.txt"]} is refused (too_many_entries); what was read of it before stays.", line);
        Assert.Contains("it has 4 entries, 3 are allowed", line, StringComparison.Ordinal);
        FeedRecord record = Assert.Single(lab.State.Feeds);
        Assert.Equal((true, 1, 1L, FeedFault.TooManyEntries, null), (record.IsBad, record.Flips, record.Rejections, record.LastFault, record.FrozenAt));

        // A reload goes on with what is in force, and says so.
        RoadResult reload = await lab.ReloadAsync(BlockMore, Lists);
        Assert.Equal(RoadOutcome.Promoted, reload.Outcome);
        Assert.Contains(reload.Diagnostics, one => one.ToString().Contains("bad.txt: warning: it has 4 entries, 3 are allowed: what was read of it before stays", StringComparison.Ordinal));
        Assert.Equal(before.Files.Single().Hash, lab.Live.Files.Single().Hash);

        await WriteAsync(lab, "127.0.0.1\n");
        Assert.Equal(403, await lab.StatusAsync("/"));
        Assert.False(lab.State.Feeds.Single().IsBad);
    }

    /// <summary>D2: a feed that is good and bad in turns is never in force when it is bad, and is left alone after the third time, through restarts.</summary>
    [Fact]
    public async Task AFeedThatFlipsIsFrozenUntilSomebodyHasLooked()
    {
        await using RoadLab lab = await StartAsync("192.0.2.1\n", disk: new DurableFiles());
        for (int round = 1; round <= 3; round++)
        {
            await WriteAsync(lab, "192.0.2.1\nno address\n");
            Assert.Equal(200, await lab.StatusAsync("/"));
            Assert.Equal(round == 3, lab.State.Feeds.Single().FrozenAt is not null);
            await WriteAsync(lab, round == 3 ? "127.0.0.1\n" : $"192.0.2.{round + 1}\n");
        }

        // Good again, and not taken.
        Assert.Equal((200, 3), (await lab.StatusAsync("/"), lab.Live.Number));
        Assert.Single(lab.Log, line => line.Contains("has turned from good to bad 3 times and is frozen", StringComparison.Ordinal));
        Assert.Contains(lab.Log, line => line.Contains("waits: it is frozen", StringComparison.Ordinal));
        Assert.Equal(RoadOutcome.Unchanged, (await lab.TakeAsync()).Outcome);
        await lab.StopAsync();
        await lab.RestartAsync();
        Assert.Equal(200, await lab.StatusAsync("/"));
        Assert.NotNull(lab.State.Feeds.Single().FrozenAt);

        Assert.True((await lab.Edge.Road.UnpinAsync("bad")).Done);
        await lab.RestAsync();
        Assert.Equal(403, await lab.StatusAsync("/"));
        Assert.Null(lab.State.Feeds.SingleOrDefault()?.FrozenAt);
    }

    [Fact]
    public async Task WhatAFeedDidTheDayBeforeIsForgotten()
    {
        await using RoadLab lab = await StartAsync("192.0.2.1\n", "generations: {feeds: {freeze_after: 2}}\n");
        for (int round = 1; round <= 2; round++)
        {
            await WriteAsync(lab, "no address\n");
            await WriteAsync(lab, $"192.0.2.{round + 1}\n");
            lab.Time.Advance(TimeSpan.FromHours(25));
            Assert.Equal((1, null), (lab.State.Feeds.Single().Flips, lab.State.Feeds.Single().FrozenAt));
        }

        Assert.Equal(2, lab.State.Feeds.Single().Rejections);
    }

    [Fact]
    public async Task ABadContentThatChangesOnlyCountsOnceAsAFlip()
    {
        await using RoadLab lab = await StartAsync("192.0.2.1\n");
        foreach (string content in (string[])["no address\n", "still none\n", "", "nor here\n"])
        {
            await WriteAsync(lab, content);
        }

        FeedRecord record = lab.State.Feeds.Single();
        Assert.Equal((1, 4L, null), (record.Flips, record.Rejections, record.FrozenAt));
    }

    [Fact]
    public async Task AContentThatDoesNotGetThroughCountsAgainstTheFeedToo()
    {
        await using RoadLab lab = await StartAsync(string.Concat(Enumerable.Range(1, 40).Select(i => $"192.0.2.{i}\n")));
        await WriteAsync(lab, "198.51.100.1\n");
        FeedRecord record = lab.State.Feeds.Single();
        Assert.Equal((FeedFault.NotPromoted, 1), (record.LastFault, record.Flips));
        Assert.Equal((1, RoadStage.Held), (lab.Live.Number, lab.State.LastRefusal!.Stage));
        Assert.Contains("it takes away all 40 entries of the list 'bad' (100%)", lab.State.LastRefusal.Problems[^1], StringComparison.Ordinal);

        // Nor is it tried again and again.
        int lines = lab.Log.Count;
        lab.Looks(30);
        await lab.RestAsync();
        Assert.Equal(lines, lab.Log.Count);
        Assert.Equal(RoadOutcome.Promoted, (await lab.TakeAsync(request => request with { Confirmed = true })).Outcome);
        Assert.Equal(2, lab.Live.Number);
    }

    /// <summary>D3, for one feed.</summary>
    [Fact]
    public async Task APinnedFeedStaysThroughReloadsAndRestarts()
    {
        await using RoadLab lab = await StartAsync("192.0.2.1\n", disk: new DurableFiles());
        Assert.True((await lab.Edge.Road.PinAsync("bad")).Done);
        await WriteAsync(lab, "127.0.0.1\n");
        Assert.Equal((200, 1), (await lab.StatusAsync("/"), lab.Live.Number));
        Assert.Equal(RoadOutcome.Promoted, (await lab.ReloadAsync(BlockMore, Lists)).Outcome);
        Assert.Equal(200, await lab.StatusAsync("/"));
        await lab.StopAsync();
        await lab.RestartAsync();
        Assert.Equal((200, 2), (await lab.StatusAsync("/"), lab.Live.Number));

        Assert.True((await lab.Edge.Road.UnpinAsync("bad.txt")).Done);
        await lab.RestAsync();
        Assert.Equal((403, 3), (await lab.StatusAsync("/"), lab.Live.Number));
        PinResult none = await lab.Edge.Road.PinAsync("worse");
        Assert.Equal((false, "there is no feed 'worse'", "write bad, all"), (none.Done, none.What, none.Remedy));
    }

    /// <summary>At a start as at a reload: what was read of a feed before is better than none.</summary>
    [Fact]
    public async Task AStartWithABadFeedUsesWhatWasInForce()
    {
        await using RoadLab lab = await StartAsync("127.0.0.1\n", disk: new DurableFiles());
        Assert.Equal(403, await lab.StatusAsync("/"));
        foreach (string? content in (string?[])["no address\n", "", null])
        {
            await lab.StopAsync();
            if (content is null)
            {
                File.Delete(lab.Files["bad.txt"]);
            }
            else
            {
                lab.Files.Write("bad.txt", content);
            }

            lab.Log.Clear();
            await lab.RestartAsync();
            Assert.Equal((403, 1), (await lab.StatusAsync("/"), lab.Live.Number));
            Assert.Null(lab.Edge.Road.Instead);
            Assert.Contains(lab.Log, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("What was read of it before stays in force", StringComparison.Ordinal));
        }
    }

    private static async Task<RoadLab> StartAsync(string list, string top = "", DurableFiles? disk = null)
    {
        RoadLab lab = new() { Disk = disk };
        lab.Files.Write("bad.txt", list);
        return await lab.StartAsync(Block, top + Lists);
    }

    private static async Task WriteAsync(RoadLab lab, string content)
    {
        lab.Files.Write("bad.txt", content);
        lab.Looks(2);
        await lab.RestAsync();
    }
}
