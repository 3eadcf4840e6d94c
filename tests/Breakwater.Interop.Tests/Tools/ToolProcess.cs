using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Interop.Tests.Tools;

/// <summary>A program that runs beside a test, in a directory of its own. Owned by one test or fixture.</summary>
internal sealed class ToolProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ToolProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    /// <summary>All that it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static ToolProcess Start(string program, IEnumerable<string> arguments, string directory) =>
        new(Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>Runs a program to its end. Fails the test when it takes longer than allowed.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit)
    {
        await using var process = Start(program, arguments, Path.GetTempPath());
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await process._process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{program} did not end within {limit}; it wrote:\n{process.Output}");
        }

        return (process._process.ExitCode, process.Output);
    }

    /// <summary>Waits until something accepts connections there.</summary>
    public async Task WaitForListenerAsync(IPEndPoint endpoint)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(endpoint);
                return;
            }
            catch (SocketException) when (attempt < 600 && !_process.HasExited)
            {
                await Task.Delay(50); // there is nothing to be notified by
            }
            catch (SocketException)
            {
                Assert.Fail($"nothing listens on {endpoint}; the program wrote:\n{Output}");
            }
        }
    }

    /// <summary>A port that was free a moment ago, for programs that cannot choose one themselves.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        // No line, but the end of one of the two streams: it may come before the other one's first line.
        if (line.Data is null) return;
        lock (_output)
            _output.AppendLine(line.Data);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
