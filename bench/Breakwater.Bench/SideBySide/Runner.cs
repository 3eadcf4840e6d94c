using System.Runtime.InteropServices;

namespace Breakwater.Bench.SideBySide;

/// <summary>The side-by-side run: starts origin and peers, loads them in turn, and reports.</summary>
internal static class Runner
{
    public static async Task<int> RunAsync(BenchOptions options)
    {
        using var stop = new CancellationTokenSource();
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);

        using var workspace = new Workspace(options);
        var report = new Report(options);
        await using var origin = Child.Start(workspace, "origin", RunningPeer.LoadCore, Peer.OriginCommand(workspace));
        try
        {
            var loadCases = options.Cases.Where(one => one != BenchCase.Idle).ToArray();
            foreach (var cases in loadCases.GroupBy(one => one.Duty()))
                await LoadAsync(options, [.. cases], workspace, report, stop.Token);
            if (options.Cases.Contains(BenchCase.Idle))
                await IdleAsync(options, workspace, report, stop.Token);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("bench: stopped");
            return 130;
        }

        report.Print();
        return 0;
    }

    private static async Task LoadAsync(
        BenchOptions options, BenchCase[] cases, Workspace workspace, Report report, CancellationToken stop)
    {
        var peers = new List<RunningPeer>();
        try
        {
            var duty = cases[0].Duty();
            foreach (var peer in Peer.All.Where(peer => options.Peers.Contains(peer.Name) && peer.Does(duty)))
                peers.Add(await RunningPeer.StartAsync(peer, cases, workspace));

            // .NET compiles what runs often a second time, better: before that its figures are of another program.
            foreach (var one in cases)
            {
                foreach (var peer in peers)
                {
                    stop.ThrowIfCancellationRequested();
                    Progress($"warm-up {one.Name()} {peer.Peer.Name}");
                    await Load.RunAsync(one, peer.Ports, options.Connections, options.WarmupSeconds, workspace, stop);
                    await SettleAsync(one, peer, options, workspace, stop);
                }
            }

            for (var round = 1; round <= options.Rounds; round++)
            {
                foreach (var one in cases)
                {
                    foreach (var peer in peers)
                    {
                        stop.ThrowIfCancellationRequested();
                        Progress($"round {round}/{options.Rounds} {one.Name()} {peer.Peer.Name}");
                        report.Add(round, one, peer.Peer.Name, await MeasureAsync(one, peer, options, workspace, stop));
                    }
                }
            }
        }
        finally
        {
            foreach (var peer in peers)
                await peer.DisposeAsync();
        }
    }

    /// <summary>Goes on until the runtime compiles next to nothing any more; on a machine that others use too, that takes longer.</summary>
    private static async Task SettleAsync(BenchCase one, RunningPeer peer, BenchOptions options, Workspace workspace, CancellationToken stop)
    {
        const int PieceSeconds = 3, MostPieces = 10;
        const double QuietShare = 0.01;
        for (var piece = 0; piece < MostPieces && options.WarmupSeconds > 0; piece++)
        {
            var before = ProcessTree.CompilerSeconds(peer.Pid);
            if (before == 0)
                return;
            await Load.RunAsync(one, peer.Ports, options.Connections, PieceSeconds, workspace, stop);
            if (ProcessTree.CompilerSeconds(peer.Pid) - before < QuietShare * PieceSeconds)
                return;
        }
    }

    private static async Task<LoadFigures> MeasureAsync(
        BenchCase one, RunningPeer peer, BenchOptions options, Workspace workspace, CancellationToken stop)
    {
        using var client = new HttpClient();
        var askedBefore = await workspace.OriginRequestsAsync(client);
        ProcessTree.ResetPeak(peer.Pid);
        var cpuBefore = ProcessTree.CpuSeconds(peer.Pid);

        var load = await Load.RunAsync(one, peer.Ports, options.Connections, options.Seconds, workspace, stop);

        var cpu = ProcessTree.CpuSeconds(peer.Pid) - cpuBefore;
        var asked = await workspace.OriginRequestsAsync(client) - askedBefore;
        if (asked < load.Requests)
            throw new InvalidRunException($"{peer.Peer.Name} answered {load.Requests} requests, the origin was asked only {asked}");
        return new LoadFigures(
            load.Requests, cpu / load.Requests * 1e6, load.RequestsPerSecond, cpu / options.Seconds, load.P50Milliseconds, load.P99Milliseconds,
            ProcessTree.PeakResident(peer.Pid));
    }

    private static async Task IdleAsync(BenchOptions options, Workspace workspace, Report report, CancellationToken stop)
    {
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var peer in Peer.All.Where(peer => options.Peers.Contains(peer.Name)))
            {
                stop.ThrowIfCancellationRequested();
                Progress($"round {round}/{options.Rounds} idle {peer.Name}");

                // A new process each time: memory once taken is rarely given back.
                await using var running = await RunningPeer.StartAsync(peer, [BenchCase.Idle], workspace);
                await Load.RunAsync(BenchCase.Http1, running.Ports, 64, 2, workspace, stop);
                var before = ProcessTree.Resident(running.Pid);

                using var connections = await IdleConnections.OpenAsync(running.Ports.Plain, options.IdleConnections, stop);
                await Task.Delay(TimeSpan.FromSeconds(3), stop);
                var after = ProcessTree.Resident(running.Pid);
                await connections.ProbeAsync(every: 50, stop);

                report.Add(round, peer.Name, new IdleFigures(before, after, (double)(after - before) / options.IdleConnections));
            }
        }
    }

    private static void Progress(string text)
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write($"\r\x1b[K{text}");
    }
}
