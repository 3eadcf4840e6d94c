using System.Diagnostics;
using System.Globalization;
using Breakwater.Drills.Feeds;
using Breakwater.Drills.Ground;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Soaks;

/// <summary>What the soak does to its edge, and what has to come of each step. Owned by one soak.</summary>
/// <param name="ground">The ground.</param>
/// <param name="edge">The edge, supervised, its clock settable.</param>
/// <param name="disk">The file system that its logs and its data directory are on; null = one that cannot be filled.</param>
/// <param name="document">Its configuration.</param>
/// <param name="log">Its access log.</param>
/// <param name="inFlight">What kills.</param>
internal sealed class Chaos(DrillGround ground, PrivateEdge edge, SmallDisk? disk, string document, string log, InFlight inFlight)
{
    /// <summary>Modules whose kill switches change nothing of what visitors must get.</summary>
    private static readonly string[] Modules = ["waf", "url_rules", "rate_limits", "late_rules", "response_rules", "hsts", "compression", "error_pages", "events", "access_log"];

    private static readonly TimeSpan SwitchCounts = TimeSpan.FromSeconds(10), ServesAgain = TimeSpan.FromSeconds(30), Settles = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Fault, int> _done = [];
    private int _round;
    private int _changesTaken;
    private int _feedsTaken;
    private bool _isFull;
    private TimeSpan _offset;

    /// <summary>What can be done.</summary>
    private enum Fault
    {
        GoodChange,
        BadChange,
        GoodFeed,
        BadFeed,
        Rollback,
        FillDisk,
        MakeRoom,
        SetClock,
        PullSwitch,
        LetSwitchGo,
        Kill,
    }

    private string Switches => Path.Combine(edge.Data, "bypass");

    /// <summary>
    /// Does everything once, in an order by chance; the process that serves is killed last, so that another one is warm by the next time. How many rounds fit into a
    /// soak depends on the machine; what is done in a round does not.
    /// </summary>
    public async Task RoundAsync(Random random)
    {
        _round++;
        await RotateAsync();
        Fault[] faults = Enum.GetValues<Fault>()[..^1];
        random.Shuffle(faults);
        foreach (Fault fault in faults.Append(Fault.Kill))
        {
            int draw = random.Next(1 << 20), pause = random.Next(50, 300);
            if (disk is null && fault is Fault.FillDisk or Fault.MakeRoom)
            {
                continue;
            }

            long begun = Stopwatch.GetTimestamp();
            string came = await DoAsync(fault, draw);
            ground.Tell(string.Create(CultureInfo.InvariantCulture, $"round {_round}, {Words(fault)}: {came}, after {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms"));
            _done[fault] = _done.GetValueOrDefault(fault) + 1;
            await Task.Delay(pause);
        }
    }

    /// <summary>Takes everything back, and holds that a good configuration is in force after that and proves itself.</summary>
    public async Task CalmAsync()
    {
        disk?.MakeRoom();
        File.Delete(Switches);
        await ground.SetClockAsync(TimeSpan.Zero);
        ground.Write("bad.txt", Soak.Entries(0));
        await AllowAsync();

        ReloadAnswer answer = await edge.ReloadAsync(document.Replace("[shop.test]", "[shop.test, calm.test]", StringComparison.Ordinal));
        ground.Hold(answer.Reloaded, $"a good configuration is refused in the end: {Told(answer)}");
        await edge.ProvesItselfAsync(Settles);
        foreach ((Fault fault, int times) in _done.OrderBy(one => one.Key))
        {
            ground.Note(Words(fault), times.ToString(CultureInfo.InvariantCulture));
        }

        int changes = _done.GetValueOrDefault(Fault.GoodChange), feeds = _done.GetValueOrDefault(Fault.GoodFeed);
        ground.Note("good changes taken", string.Create(CultureInfo.InvariantCulture, $"{_changesTaken} of {changes}, and of feeds {_feedsTaken} of {feeds}"));
        ground.Hold(2 * (_changesTaken + _feedsTaken) >= changes + feeds, "most good changes are refused");
    }

    private Task<string> DoAsync(Fault fault, int draw) => fault switch
    {
        Fault.GoodChange => GoodChangeAsync(),
        Fault.BadChange => BadChangeAsync(draw),
        Fault.GoodFeed => GoodFeedAsync(),
        Fault.BadFeed => BadFeedAsync(draw),
        Fault.Rollback => RollBackAsync(),
        Fault.FillDisk => Task.FromResult(Fill()),
        Fault.MakeRoom => Task.FromResult(MakeRoom()),
        Fault.SetClock => SetClockAsync(TimeSpan.FromSeconds(draw % 172_800 - 86_400)),
        Fault.PullSwitch => PullAsync(Modules[draw % Modules.Length]),
        Fault.LetSwitchGo => LetGoAsync(),
        _ => KillAsync(),
    };

    private async Task<string> GoodChangeAsync()
    {
        ReloadAnswer answer = await edge.ReloadAsync(Changed());
        _changesTaken += answer.Reloaded ? 1 : 0;
        return Told(answer);
    }

    private async Task<string> BadChangeAsync(int draw)
    {
        (string what, string text) = (draw % 5) switch
        {
            0 => ("an unknown action", document.Replace("do: block", "do: blokc", StringComparison.Ordinal)),
            1 => ("a list that is not there", document.Replace("$bad", "$gone", StringComparison.Ordinal)),
            2 => ("an empty file", ""),
            3 => ("a file that breaks off", document[..document.LastIndexOf('{')]),
            _ => ("an unknown key", document + "zone: []\n"),
        };
        ReloadAnswer answer = await edge.ReloadAsync(text);
        ground.Hold(!answer.Reloaded, $"{what} is in force");

        // What the next process finds is good again: what it makes of a bad one is D12 and D13.
        edge.WriteConfig(document);
        return $"{what}: {Told(answer)}";
    }

    private async Task<string> GoodFeedAsync()
    {
        // Who looked at it says so.
        await AllowAsync();
        ground.Write("bad.txt", Soak.Entries(_round));
        ReloadAnswer answer = await edge.ReloadAsync(Changed());
        _feedsTaken += answer.Reloaded ? 1 : 0;
        return Told(answer);
    }

    private async Task<string> BadFeedAsync(int draw)
    {
        (string what, string content) = (draw % 5) switch
        {
            0 => ("an error page", $"<!doctype html><title>{_round}</title>\n"),
            1 => ("too many entries", FedEdge.Oversized),
            2 => ("cut off in a line", "203.0.113.0/24\n192.0"),
            3 => ("empty", ""),
            _ => ("entries that repeat each other", "203.0.113.0/24\n" + string.Concat(Enumerable.Repeat("192.0.2.1\n", 150))),
        };
        ground.Write("bad.txt", content);
        ReloadAnswer answer = await edge.ReloadAsync();
        string? state = (await FedEdge.FeedAsync(edge)).GetProperty("state").GetString();
        ground.Hold(state != "good", $"a feed is taken that is {what}");
        return $"{what}: {state}, {Told(answer)}";
    }

    private async Task<string> RollBackAsync()
    {
        ReloadAnswer answer = await edge.ChangeAsync("/rollback");
        await edge.AdminAsync("POST", "/unpin?what=all");
        return Told(answer);
    }

    /// <summary>What an operator's logrotate does: a log that goes on for half an hour fills the disk by itself.</summary>
    private async Task RotateAsync()
    {
        File.Delete(log);
        await ProcessEnd.RunAsync(new ProcessStartInfo("kill", ["-USR1", edge.ProcessId.ToString(CultureInfo.InvariantCulture)]), ProcessEnd.Soon);
    }

    private string Fill()
    {
        disk!.Fill();
        _isFull = true;
        return disk.Kind;
    }

    private string MakeRoom()
    {
        disk!.MakeRoom();
        _isFull = false;
        return disk.Kind;
    }

    private async Task<string> SetClockAsync(TimeSpan offset)
    {
        _offset = offset;
        await ground.SetClockAsync(offset);
        return $"by {offset:c}";
    }

    private async Task<string> PullAsync(string module)
    {
        string until = DateTime.UtcNow.Add(_offset).AddMinutes(5).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        try
        {
            DrillFiles.Replace(Switches, $"module {module} zone * until {until}\n");
        }
        catch (IOException) when (_isFull)
        {
            return "the disk is full";
        }

        if (!_isFull)
        {
            await PrivateEdge.UntilAsync("a kill switch counts", async () => await BypassesAsync() > 0, SwitchCounts);
        }

        return module;
    }

    private async Task<string> LetGoAsync()
    {
        File.Delete(Switches);
        await PrivateEdge.UntilAsync("no kill switch counts", async () => await BypassesAsync() == 0, SwitchCounts);
        return "all";
    }

    private async Task<string> KillAsync()
    {
        int before = await inFlight.KillAsync(edge);
        await PrivateEdge.UntilAsync("another process serves", async () => await ServingAsync() is { } now && now != before, ServesAgain);
        return string.Create(CultureInfo.InvariantCulture, $"process {before}");
    }

    private string Changed() => document.Replace("hosts: [shop.test]", $"hosts: [shop.test, round{_round}.test]", StringComparison.Ordinal);

    /// <summary>Ends a freeze or a pin.</summary>
    private async Task AllowAsync()
    {
        string? state = (await FedEdge.FeedAsync(edge)).GetProperty("state").GetString();
        if (state is "frozen" or "pinned")
        {
            await edge.AdminAsync("POST", "/unpin?what=bad");
        }
    }

    private async Task<int> BypassesAsync() => (await edge.AdminJsonAsync("/status")).GetProperty("bypasses").GetArrayLength();

    private async Task<int?> ServingAsync()
    {
        try
        {
            EdgeStatus status = await edge.StatusAsync();
            return status.State == EdgeState.Ready ? status.EdgeProcessId : null;
        }
        catch (Commands.UnreachableException)
        {
            return null;
        }
    }

    private static string Told(ReloadAnswer answer) => answer.Reloaded
        ? string.Create(CultureInfo.InvariantCulture, $"generation {answer.Generation.Number} is in force")
        : $"refused: {answer.Diagnostics.OrderBy(one => one.Severity != "error").FirstOrDefault()?.Problem}";

    private static string Words(Fault fault) => fault switch
    {
        Fault.GoodChange => "good changes",
        Fault.BadChange => "bad changes",
        Fault.GoodFeed => "good feeds",
        Fault.BadFeed => "bad feeds",
        Fault.Rollback => "rollbacks",
        Fault.FillDisk => "disks filled",
        Fault.MakeRoom => "disks with room again",
        Fault.SetClock => "clock jumps",
        Fault.PullSwitch => "kill switches pulled",
        Fault.LetSwitchGo => "kill switches let go",
        _ => "kills",
    };
}
