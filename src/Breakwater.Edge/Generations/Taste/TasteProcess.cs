using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Breakwater.Edge.Generations.Taste;

/// <summary>Why a taster brought no findings.</summary>
internal enum TasteFailure : byte
{
    /// <summary>It brought some.</summary>
    None,

    /// <summary>Its process ended by itself, and not in good order.</summary>
    Crashed,

    /// <summary>It took too long.</summary>
    TooSlow,

    /// <summary>It took too much memory.</summary>
    TooMuchMemory,

    /// <summary>It could not be started: nothing is known of the candidate.</summary>
    NotStarted,
}

/// <summary>What a taster's process came to. Immutable.</summary>
/// <param name="Findings">What it found; null when it failed.</param>
/// <param name="Failure">Why it found nothing.</param>
/// <param name="Detail">More about that, for people.</param>
/// <param name="Took">How long it took.</param>
/// <param name="PeakBytes">The most memory that it was seen to have.</param>
internal sealed record TasteResult(TasteFindings? Findings, TasteFailure Failure, string Detail, TimeSpan Took, long PeakBytes);

/// <summary>
/// Starts tasters: processes of this same program that load a candidate, are watched, and are ended when they take too much. Thread-safe.
/// </summary>
/// <param name="program">The program.</param>
/// <param name="arguments">Its arguments, up to the command for tasting.</param>
internal sealed class TasteProcess(string program, IReadOnlyList<string> arguments)
{
    private const int MaxOutput = 16 * 1024 * 1024;
    private const int MaxError = 2000;
    private const string FirstToGo = "1000";

    /// <summary>What the runtime says when it has used up the memory that it may have.</summary>
    private const string OutOfMemory = "Out of memory";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    // What an edge's surroundings tell it is not meant for its taster.
    private static readonly string[] NotInherited = ["BREAKWATER_", "LISTEN_", "NOTIFY_SOCKET", "WATCHDOG_", "DOTNET_gc", "DOTNET_GC"];

    /// <summary>Less work than this in the time allowed is none: the process hangs.</summary>
    private static readonly TimeSpan SomeWork = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// How long a taster may take by the clock. The bound is one on processor time, so that a busy machine fails no candidate: this is for what never
    /// hangs and never comes to an end either.
    /// </summary>
    public static TimeSpan ByTheClock(TimeSpan timeout) => timeout * 10;

    /// <summary>Has an order tasted.</summary>
    public async Task<TasteResult> TasteAsync(TasteOrder order, long fileBytes)
    {
        long began = Stopwatch.GetTimestamp();
        long maxBytes = order.Bounds.MaxMemory + 3 * fileBytes;
        using Process process = new() { StartInfo = StartInfo(maxBytes) };
        try
        {
            process.Start();
            StepBack(process);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException or UnauthorizedAccessException)
        {
            return new TasteResult(null, TasteFailure.NotStarted, exception.Message, TimeSpan.Zero, 0);
        }

        try
        {
            Task writing = Task.Run(() => Write(process, order));
            Task<byte[]> reading = ReadAsync(process.StandardOutput.BaseStream, MaxOutput);
            Task<byte[]> errors = ReadAsync(process.StandardError.BaseStream, MaxOutput);
            (TasteFailure failure, long peak) = await WatchAsync(process, order.Bounds.Timeout, maxBytes, began).ConfigureAwait(false);
            if (failure != TasteFailure.None)
            {
                process.Kill();
            }

            await process.WaitForExitAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            byte[] output = await reading.ConfigureAwait(false);
            string error = Last(await errors.ConfigureAwait(false));
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            failure = failure == TasteFailure.None && process.ExitCode != 0 && error.StartsWith(OutOfMemory, StringComparison.Ordinal) ? TasteFailure.TooMuchMemory : failure;
            return failure != TasteFailure.None ? new TasteResult(null, failure, "", took, peak)
                : process.ExitCode == 0 && Parse(output) is { } findings ? new TasteResult(findings, TasteFailure.None, "", took, peak)
                : new TasteResult(null, TasteFailure.Crashed, $"exit code {process.ExitCode}{(error.Length > 0 ? ": " + error : "")}", took, peak);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private ProcessStartInfo StartInfo(long maxBytes)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string name in start.Environment.Keys.Where(name => NotInherited.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_GCHeapHardLimit"] = "0x" + (maxBytes / 4 * 3).ToString("X", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }

    /// <summary>Visitors come first: a taster takes what processor time is left, and when the machine has no more memory, it goes and not the edge (proc(5)).</summary>
    private static void StepBack(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
            File.WriteAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/oom_score_adj"), FirstToGo);
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception or IOException or UnauthorizedAccessException)
        {
            // It has ended, or the system does not let us: then it runs as it is.
        }
    }

    private static void Write(Process process, TasteOrder order)
    {
        try
        {
            using Stream pipe = process.StandardInput.BaseStream;
            TastePipe.Write(pipe, order);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It ended early; how is seen elsewhere.
        }
    }

    /// <summary>Looks at it until it ends, or has to be ended.</summary>
    private static async Task<(TasteFailure Failure, long Peak)> WatchAsync(Process process, TimeSpan timeout, long maxBytes, long began)
    {
        (long peak, TimeSpan worked, long workedAt) = (0, TimeSpan.Zero, began);
        Task ended = process.WaitForExitAsync();
        while (await Task.WhenAny(ended, Task.Delay(LookEvery)).ConfigureAwait(false) != ended)
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.WorkingSet64);
                if (peak > maxBytes)
                {
                    return (TasteFailure.TooMuchMemory, peak);
                }

                TimeSpan work = process.TotalProcessorTime;
                if (work - worked >= SomeWork)
                {
                    (worked, workedAt) = (work, Stopwatch.GetTimestamp());
                }

                if (work > timeout || Stopwatch.GetElapsedTime(workedAt) > timeout || Stopwatch.GetElapsedTime(began) > ByTheClock(timeout))
                {
                    return (TasteFailure.TooSlow, peak);
                }
            }
            catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has just ended.
            }
        }

        return (TasteFailure.None, peak);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int max)
    {
        using MemoryStream kept = new();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
            {
                // What exceeds it is read and dropped, so that the writer does not wait.
                kept.Write(buffer, 0, (int)Math.Min(read, max - kept.Length));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // What came came.
        }

        return kept.ToArray();
    }

    private static TasteFindings? Parse(byte[] output)
    {
        try
        {
            return JsonSerializer.Deserialize(output, TasteJson.Default.TasteFindings);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The beginning of what it said last, in one line: a crash says first what it is.</summary>
    private static string Last(byte[] error)
    {
        string text = Encoding.UTF8.GetString(error.AsSpan(0, Math.Min(error.Length, MaxError))).Trim();
        return string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(3));
    }
}
