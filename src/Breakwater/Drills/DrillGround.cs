using System.Diagnostics;
using System.Globalization;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Drills.Scenarios;
using Microsoft.AspNetCore.Http;

namespace Breakwater.Drills;

/// <summary>
/// What one run of a drill has: a directory, edges, origins, loads, and a record of what held. Owned by the run; everything in it is gone after
/// <see cref="EndAsync"/>, processes that outlived their edge too.
/// </summary>
internal sealed class DrillGround
{
    /// <summary>
    /// A change is judged by the settings in force: that of a drill which says nothing about it need not be compared for as long as one that matters.
    /// </summary>
    private const string ShortCanary = "generations: {canary: {time: 500ms}}\n";

    /// <summary>What one thing may take to end before the next one is ended.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(3);

    // A drill that hangs goes on while its run is told of and ended.
    private readonly Lock _record = new();
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly List<string> _diary = [];
    private readonly List<Comparison> _comparisons = [];
    private readonly List<SteadyLoad> _loads = [];
    private readonly List<string> _broken = [];
    private readonly Dictionary<string, string> _notes = [];
    private readonly Lazy<MachineNoise> _noise;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private int _edges;
    private bool _isOver;

    public DrillGround() => _noise = new Lazy<MachineNoise>(() => Own(new MachineNoise()));

    /// <summary>A directory of its own, empty at first.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("breakwater-drill-").FullName;

    /// <summary>What did not hold.</summary>
    public IReadOnlyList<string> Broken => Copy(_broken);

    /// <summary>Further figures.</summary>
    public IReadOnlyDictionary<string, string> Notes
    {
        get
        {
            lock (_record)
            {
                return new Dictionary<string, string>(_notes);
            }
        }
    }

    /// <summary>What the drill did and when, and the last words of its edges: for people who look into a failure.</summary>
    public IReadOnlyList<string> Diary =>
        [.. Copy(_diary), .. Copy(_owned).OfType<PrivateEdge>().SelectMany((edge, number) => edge.Log.Lines.Where(line => !line.StartsWith("   at ", StringComparison.Ordinal)).TakeLast(25).Select(line => $"edge {number + 1}: {line}"))];

    /// <summary>Guards off against guards on.</summary>
    public IReadOnlyList<Comparison> Comparisons => Copy(_comparisons);

    /// <summary>What the edge said of the fault.</summary>
    public string? Event { get; private set; }

    /// <summary>How long it took to be well again.</summary>
    public TimeSpan? Recovery { get; private set; }

    /// <summary>What the machine itself delayed at the 99th percentile while there were loads, in milliseconds.</summary>
    public double NoiseMs => _noise.IsValueCreated ? _noise.Value.P99Ms : 0;

    /// <summary>The beginning of a configuration: one listener; a trusted proxy, as which the load names its addresses; no access log.</summary>
    public static string Head => """
        listeners: [{address: "127.0.0.1:0"}]
        trusted_proxies: ["127.0.0.0/8"]
        logging: {access: {to: "off"}}

        """;

    /// <summary>A path in the directory.</summary>
    public string PathOf(string name) => Path.Combine(Directory, name);

    /// <summary>Writes a file in the directory as a whole. Returns its path.</summary>
    public string Write(string name, string content)
    {
        string path = PathOf(name);
        DrillFiles.Replace(path, content);
        return path;
    }

    /// <summary>Starts an origin.</summary>
    public async Task<DrillOrigin> OriginAsync(Func<HttpContext, Task>? behaviour = null, string? socketPath = null, int port = 0)
    {
        DrillOrigin origin = Own(await DrillOrigin.StartAsync(socketPath, port));
        origin.Behaviour = behaviour;
        return origin;
    }

    /// <summary>Starts an edge with a configuration, and waits until it serves.</summary>
    public async Task<PrivateEdge> EdgeAsync(string yaml, EdgeSettings? settings = null)
    {
        int number = ++_edges;
        string config = Write(number == 1 ? "breakwater.yaml" : $"breakwater-{number}.yaml", yaml.Contains("generations:", StringComparison.Ordinal) ? yaml : yaml + ShortCanary);
        return Own(await PrivateEdge.StartAsync(config, PathOf(number == 1 ? "data" : $"data-{number}"), settings ?? new EdgeSettings()));
    }

    /// <summary>Settings of an edge whose wall clock can be set; the file is what <see cref="SetClockAsync"/> writes.</summary>
    public EdgeSettings WithClock() => new() { Environment = new Dictionary<string, string> { [Hosting.SetClock.Variable] = PathOf("clock") } };

    /// <summary>Sets the wall clock of such an edge, and waits until it has noticed.</summary>
    public async Task SetClockAsync(TimeSpan offset)
    {
        Write("clock", ((long)offset.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        await Task.Delay(200);
    }

    /// <summary>Starts an edge again, with the files of one that has ended.</summary>
    public async Task<PrivateEdge> AgainAsync(PrivateEdge before, EdgeSettings? settings = null) =>
        Own(await PrivateEdge.StartAsync(before.ConfigFile, before.Data, settings ?? new EdgeSettings()));

    /// <summary>
    /// Puts a load on an edge that goes on to the end of the drill and counts for its bound. Returns after the first few answers, which warm the edge up
    /// and count for nothing but themselves.
    /// </summary>
    public Task<SteadyLoad> LoadAsync(PrivateEdge edge, params Visit[] visits) => LoadAsync(edge.Door, new LoadShape(), visits);

    /// <summary>Starts a stand-in.</summary>
    public async Task<RunningStandIn> StandInAsync(string name) => Own(await RunningStandIn.StartAsync(name));

    /// <summary>The same with another door or shape.</summary>
    public async Task<SteadyLoad> LoadAsync(Door door, LoadShape shape, params Visit[] visits)
    {
        await WarmUpAsync(door, visits);
        _ = _noise.Value;
        SteadyLoad load = Own(new SteadyLoad(door, visits, shape));
        _loads.Add(load);
        return load;
    }

    /// <summary>A load that is not judged: an attack, or a stand-in that is meant to fail.</summary>
    public SteadyLoad Flood(Door door, LoadShape shape, params Visit[] visits) => Own(new SteadyLoad(door, visits, shape));

    /// <summary>Asks once, over a connection of its own. Null = answered as it should be.</summary>
    public static async Task<string?> AskAsync(Door door, Visit visit)
    {
        using VisitorConnection connection = new(door, TimeSpan.FromSeconds(10));
        return (await connection.AskAsync(visit, 1)).Failure;
    }

    /// <summary>Records whether something held.</summary>
    public void Hold(bool holds, string what)
    {
        if (!holds)
        {
            Add(_broken, what);
        }
    }

    /// <summary>Whether other programs take so much of the machine that times on it tell nothing of the edge.</summary>
    public bool MachineIsBusy => NoiseMs > 25;

    /// <summary>Holds that visitors wait no longer than twice as long as before, plus 25 ms for the machine's own noise, or for more where it is more.</summary>
    public void HoldPace(string when, double beforeMs, double afterMs)
    {
        Note($"p99 {when}", string.Create(CultureInfo.InvariantCulture, $"{afterMs:0.0} ms ({beforeMs:0.0} ms before)"));
        Hold(
            MachineIsBusy || afterMs <= (2 * beforeMs) + 25 + (4 * NoiseMs),
            string.Create(CultureInfo.InvariantCulture, $"p99 {when} is {afterMs:0.0} ms, before it was {beforeMs:0.0} ms"));
    }

    /// <summary>Records what the edge said of the fault. What the line says of an exception besides is for those who look for its cause.</summary>
    public void Said(string line) => Event ??= Shorten(line.Split(" | ", 2)[0]);

    /// <summary>Records how long it took to be well again.</summary>
    public void Recovered(TimeSpan time) => Recovery = time;

    /// <summary>Records a further figure.</summary>
    public void Note(string what, string figure)
    {
        lock (_record)
        {
            _notes[what] = figure;
        }
    }

    /// <summary>Writes down what is done, for people who look into a failure.</summary>
    public void Tell(string what) => Add(_diary, string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_begun).TotalSeconds,7:0.00} s  {what}"));

    /// <summary>Records what came of something with guards off and with guards on.</summary>
    public void Compare(string what, string off, string on) => Add(_comparisons, new Comparison(what, off, on));

    /// <summary>Takes something into its keeping.</summary>
    /// <exception cref="DrillException">The drill is over: it hung, and goes on all the same. What it made is ended.</exception>
    public T Own<T>(T thing)
        where T : IAsyncDisposable
    {
        lock (_record)
        {
            if (!_isOver)
            {
                _owned.Add(thing);
                return thing;
            }
        }

        _ = thing.DisposeAsync().AsTask();
        throw new DrillException("the drill is over");
    }

    /// <summary>Ends the loads. Returns what became of all their requests.</summary>
    public async Task<LoadFigures?> EndLoadsAsync()
    {
        List<Sample> samples = [];
        foreach (SteadyLoad load in _loads)
        {
            await load.StopAsync();
            samples.AddRange(load.Samples);
        }

        return _loads.Count == 0 ? null : LoadFigures.Of(samples);
    }

    /// <summary>Ends everything, within a time. Loads first, what they are on after that.</summary>
    /// <returns>What did not end by itself, or not in time.</returns>
    public async Task<IReadOnlyList<string>> EndAsync(TimeSpan patience)
    {
        IAsyncDisposable[] owned;
        lock (_record)
        {
            _isOver = true;
            owned = [.. _owned.AsEnumerable().Reverse()];
        }

        List<string> late = [];
        List<(string What, Task Ending)> endings = [];
        foreach (IAsyncDisposable thing in owned)
        {
            Task ending = Task.Run(async () => await thing.DisposeAsync());
            endings.Add((thing.GetType().Name, ending));

            // A load waits for its answers, which come when the edge that owes them is ended: it must not keep its turn for long.
            await Task.WhenAny(ending, Task.Delay(Turn < patience / 4 ? Turn : patience / 4));
        }

        IReadOnlyList<string> left = ProcessEnd.KillThoseOf(Directory);
        Task all = Task.WhenAll(endings.Select(one => one.Ending));
        await Task.WhenAny(all, Task.Delay(patience / 2));
        foreach ((string what, Task ending) in endings)
        {
            if (!ending.IsCompletedSuccessfully)
            {
                late.Add($"its clean-up failed: {what}: {ending.Exception?.InnerException?.Message ?? "it does not end"}");
            }
        }

        if (left.Count > 0)
        {
            Note("processes that outlived their edge and were ended", left.Count.ToString(CultureInfo.InvariantCulture));
        }

        RemoveFiles();
        return late;
    }

    private void Add<T>(List<T> list, T item)
    {
        lock (_record)
        {
            list.Add(item);
        }
    }

    private T[] Copy<T>(List<T> list)
    {
        lock (_record)
        {
            return [.. list];
        }
    }

    private void RemoveFiles()
    {
        try
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A process that was killed may still be leaving; what remains lies in the directory for temporary files.
        }
    }

    // What the runtime compiles for the first request is no figure of an edge that has been serving.
    private static async Task WarmUpAsync(Door door, Visit[] visits)
    {
        using VisitorConnection connection = new(door, TimeSpan.FromSeconds(10));
        for (int i = 0; i < 40; i++)
        {
            await connection.AskAsync(visits[i % visits.Length], i);
        }
    }

    /// <summary>Without the directory, which is another one each time.</summary>
    private string Shorten(string line) => line.Replace(Directory + "/", "", StringComparison.Ordinal);
}
