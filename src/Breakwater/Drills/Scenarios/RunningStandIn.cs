using System.Diagnostics;
using System.Globalization;
using System.Net;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Scenarios;

/// <summary>A stand-in as a process. Owned by one drill.</summary>
internal sealed class RunningStandIn : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private bool _isGone;

    private RunningStandIn(Process process, int port)
    {
        _process = process;
        Door = new Door(new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>Where it listens.</summary>
    public Door Door { get; }

    /// <summary>The port there.</summary>
    public int Port => ((IPEndPoint)Door.Address).Port;

    /// <summary>Starts one, and waits until it serves.</summary>
    /// <param name="name">Which one.</param>
    /// <param name="port">Where it is to listen; 0 = where the system chooses.</param>
    public static async Task<RunningStandIn> StartAsync(string name, int port = 0)
    {
        ProcessStartInfo start = EdgeProgram.Start([], ["drill", "--stand-in", string.Create(CultureInfo.InvariantCulture, $"{name}:{port}")]);
        start.RedirectStandardError = false;
        start.StandardErrorEncoding = null;
        Process process = Process.Start(start)!;
        try
        {
            string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            return int.TryParse(line, CultureInfo.InvariantCulture, out int bound)
                ? new RunningStandIn(process, bound)
                : throw new DrillException($"the stand-in does not start: {line}");
        }
        catch
        {
            await ProcessEnd.KillAsync(process);
            throw;
        }
    }

    /// <summary>Processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Gives its module a command, and waits until it has taken it.</summary>
    public async Task SendAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command).WaitAsync(Patience);
        await _process.StandardInput.FlushAsync().WaitAsync(Patience);
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <exception cref="DrillException">It does not.</exception>
    public async Task WaitForEndAsync()
    {
        if (!await ProcessEnd.WaitAsync(_process, Patience))
        {
            throw new DrillException("the stand-in does not end");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isGone)
        {
            return;
        }

        _isGone = true;
        await ProcessEnd.KillAsync(_process);
        _process.Dispose();
    }
}
