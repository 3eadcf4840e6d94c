using System.Diagnostics;
using System.Globalization;
using System.Net;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Scenarios;

/// <summary>A stand-in as a process. Owned by one drill.</summary>
internal sealed class RunningStandIn : IAsyncDisposable
{
    private readonly Process _process;

    private RunningStandIn(Process process, int port)
    {
        _process = process;
        Door = new Door(new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>Where it listens.</summary>
    public Door Door { get; }

    /// <summary>Starts one, and waits until it serves.</summary>
    public static async Task<RunningStandIn> StartAsync(string name)
    {
        ProcessStartInfo start = EdgeProgram.Start([], ["drill", "--stand-in", name]);
        start.RedirectStandardError = false;
        start.StandardErrorEncoding = null;
        Process process = Process.Start(start)!;
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
        return int.TryParse(line, CultureInfo.InvariantCulture, out int port)
            ? new RunningStandIn(process, port)
            : throw new DrillException($"the stand-in does not start: {line}");
    }

    /// <summary>Gives its module a command, and waits until it has taken it.</summary>
    public async Task SendAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        await _process.StandardOutput.ReadLineAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
