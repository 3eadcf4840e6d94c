using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Breakwater.Drills.Ground;

/// <summary>
/// Ends of processes, each wait bounded. <see cref="Process.WaitForExitAsync"/> alone waits for the end of a process's output too, which a child
/// that outlives it holds open for as long as it likes: a standby, or the process that an upgrade changed to. Stateless.
/// </summary>
internal static class ProcessEnd
{
    /// <summary>How long a command of the system may take, and a process that was killed.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until a process has ended, and a moment longer for what it said last.</summary>
    /// <returns>Whether it has.</returns>
    public static async Task<bool> WaitAsync(Process process, TimeSpan patience)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!process.HasExited)
        {
            if (Stopwatch.GetElapsedTime(begun) > patience)
            {
                return false;
            }

            await Task.Delay(Look);
        }

        using CancellationTokenSource limit = new(LastWords);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Somebody else still has its output. It has ended all the same.
        }

        return true;
    }

    /// <summary>Ends a process and its children, and waits until it is gone.</summary>
    /// <exception cref="DrillException">It stays.</exception>
    public static async Task KillAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or AggregateException or Win32Exception)
        {
            // It, or one of its children, ended by itself meanwhile.
        }

        if (!await WaitAsync(process, Soon))
        {
            throw new DrillException("a process that was killed is still there");
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code, and what it said on standard error.</returns>
    /// <exception cref="DrillException">It does not end; it is ended.</exception>
    public static async Task<(int Code, string Error)> RunAsync(ProcessStartInfo start, TimeSpan patience)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using Process process = new() { StartInfo = start };
        StringBuilder error = new();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (error)
            {
                error.AppendLine(line.Data);
            }
        };
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!await WaitAsync(process, patience))
        {
            await KillAsync(process);
            throw new DrillException(string.Create(CultureInfo.InvariantCulture, $"'{start.FileName}' with {string.Join(' ', start.ArgumentList)} does not end within {patience.TotalSeconds:0} s"));
        }

        lock (error)
        {
            return (process.ExitCode, error.ToString().Trim());
        }
    }

    /// <summary>
    /// Ends whatever process names a directory in its command line or its environment: what outlived the edge that started it. Others' processes, which cannot be
    /// looked at, are none of these.
    /// </summary>
    /// <returns>The command lines of those that were ended.</returns>
    public static IReadOnlyList<string> KillThoseOf(string directory)
    {
        List<string> ended = [];
        foreach (string place in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(place), NumberStyles.None, CultureInfo.InvariantCulture, out int id) || id == Environment.ProcessId)
            {
                continue;
            }

            try
            {
                string command = File.ReadAllText(Path.Combine(place, "cmdline"));
                if (command.Contains(directory, StringComparison.Ordinal) || File.ReadAllText(Path.Combine(place, "environ")).Contains(directory, StringComparison.Ordinal))
                {
                    using Process process = Process.GetProcessById(id);
                    process.Kill();
                    process.WaitForExit(LastWords);
                    ended.Add(command.Replace('\0', ' ').Trim());
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or Win32Exception)
            {
                // It has ended meanwhile, or it is somebody else's.
            }
        }

        return ended;
    }
}
