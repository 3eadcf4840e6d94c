using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Breakwater.Drills.Ground;

namespace Breakwater.Tests.Processes;

/// <summary>What a finished program left. Immutable.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Error);

/// <summary>
/// The built program, started as a process of its own: an edge that a test talks to, or a command that ends by itself. Whatever happens, it is
/// gone after <see cref="DisposeAsync"/>.
/// </summary>
internal sealed class BreakwaterProcess : IAsyncDisposable
{
    /// <summary>Longer than anything here takes on a busy machine; a test that waits so long fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly List<(string Text, TaskCompletionSource<string> Seen)> _awaited = [];
    private readonly Lock _lock = new();

    private BreakwaterProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Receive(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Receive(_error, line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The built program beside the tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "breakwater");

    /// <summary>The folder that holds the runtime the tests run on, for starting the program with the same.</summary>
    public static string DotnetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    public int Id => _process.Id;

    /// <summary>What it wrote to standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (_lock) return _output.ToString();
        }
    }

    /// <summary>What it wrote to standard error so far.</summary>
    public string Error
    {
        get
        {
            lock (_lock) return _error.ToString();
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<ProcessResult> RunAsync(params string[] arguments) => RunAsync([], arguments);

    /// <summary>Runs a command to its end, with variables set (or, with null, not set).</summary>
    public static async Task<ProcessResult> RunAsync((string Name, string? Value)[] environment, params string[] arguments)
    {
        await using BreakwaterProcess process = Start(Program, arguments, environment);
        return await process.WaitForExitAsync();
    }

    /// <summary>Starts a program.</summary>
    public static BreakwaterProcess Start(string program, IEnumerable<string> arguments, params (string Name, string? Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

        // What is set where the tests run must not change what the program does.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("BREAKWATER_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        foreach ((string name, string? value) in environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        return new BreakwaterProcess(start);
    }

    /// <summary>Waits for a line with a text on either output; returns the line.</summary>
    public async Task<string> WaitForLineAsync(string text)
    {
        TaskCompletionSource<string> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            string? line = _output.ToString().Split('\n').Concat(_error.ToString().Split('\n')).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
            if (line is not null) return line;
            _awaited.Add((text, seen));
        }

        Task ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(seen.Task, ended, Task.Delay(Patience)) == seen.Task) return await seen.Task;
        throw new InvalidOperationException($"\"{text}\" never came.\nOutput:\n{Output}\nError:\n{Error}");
    }

    /// <summary>Sends a signal by its name: TERM, INT, HUP.</summary>
    public void Signal(PosixSignal signal)
    {
        int number = signal switch
        {
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGTERM => 15,
            _ => throw new ArgumentOutOfRangeException(nameof(signal)),
        };
        Assert.Equal(0, NativeKill(_process.Id, number));
    }

    public async Task<ProcessResult> WaitForExitAsync()
    {
        // Not only Process.WaitForExitAsync: a standby that outlives its edge holds the edge's output open.
        return await ProcessEnd.WaitAsync(_process, Patience)
            ? new ProcessResult(_process.ExitCode, Output, Error)
            : throw new InvalidOperationException($"It does not end.\nOutput:\n{Output}\nError:\n{Error}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await ProcessEnd.KillAsync(_process);
        }

        _process.Dispose();
    }

    private void Receive(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (_lock)
        {
            text.Append(line).Append('\n');
            foreach ((string Text, TaskCompletionSource<string> Seen) awaited in _awaited.Where(a => line.Contains(a.Text, StringComparison.Ordinal)).ToArray())
            {
                _awaited.Remove(awaited);
                awaited.Seen.SetResult(line);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int NativeKill(int pid, int signal);
}
