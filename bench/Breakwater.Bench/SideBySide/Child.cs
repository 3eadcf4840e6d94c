using System.Diagnostics;
using System.Globalization;

namespace Breakwater.Bench.SideBySide;

/// <summary>A program started for the run; ended with it. Owned by the run.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _log;

    private Child(Process process, string log)
    {
        _process = process;
        _log = log;
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines it wrote, for an error message.</summary>
    public string LastWords => string.Join('\n', File.ReadLines(_log).TakeLast(15));

    /// <summary>
    /// Starts a program on one processor core. Its output goes to a file (standard output to nowhere when <paramref name="discardOutput"/>),
    /// not through this process, which would spend time of the load generator's core on it.
    /// </summary>
    public static Child Start(Workspace workspace, string name, int core, IReadOnlyList<string> command, bool discardOutput = false)
    {
        var log = Path.Combine(workspace.Directory, name + ".log");
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = workspace.Directory };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(discardOutput
            ? "log=$1; shift; exec \"$@\" </dev/null 2>\"$log\" >/dev/null"
            : "log=$1; shift; exec \"$@\" </dev/null >\"$log\" 2>&1");
        foreach (var argument in (string[])["sh", log, "taskset", "-c", core.ToString(CultureInfo.InvariantCulture), .. command])
            start.ArgumentList.Add(argument);

        // Lets bench/run recognise what it has to end when this process was killed; see there.
        start.Environment["BREAKWATER_BENCH_WORK"] = workspace.Directory;
        File.WriteAllText(log, "");
        var process = Process.Start(start)!;
        File.AppendAllText(Path.Combine(workspace.Directory, "pids"), string.Create(CultureInfo.InvariantCulture, $"{process.Id}\n"));
        return new Child(process, log);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using (Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }
}
