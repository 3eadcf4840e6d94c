using Breakwater.Config;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Observability;

/// <summary>What became of a write to a log's target. Immutable.</summary>
/// <param name="Written">Bytes that are there now. What is missing may be tried again.</param>
/// <param name="Problem">Why not all were written, for an operator; null when all were.</param>
internal readonly record struct LogWrite(int Written, string? Problem);

/// <summary>Where a log's lines go. Used by the log's own thread only, which may wait here as long as it takes.</summary>
internal abstract class LogSink : IDisposable
{
    /// <summary>What the target is called, for an operator.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Opens the target that a configuration names. Null when that is none, or when its file cannot be opened; then the diagnostics say why.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <param name="log">Which log it is for, for an operator.</param>
    /// <param name="position">Where the target is named.</param>
    /// <param name="clock">The edge's clock.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public static LogSink? Open(LogTarget target, string log, SourcePosition position, EdgeClock clock, ICollection<ConfigDiagnostic> diagnostics)
    {
        if (target == LogTarget.Off)
        {
            return null;
        }

        if (target.Path is not { } path)
        {
            return new StreamSink(target == LogTarget.Stdout ? Console.OpenStandardOutput() : Console.OpenStandardError(), target.ToString());
        }

        FileSink file = new(path, clock.Provider);
        if (file.TryOpen() is not { } problem)
        {
            return file;
        }

        diagnostics.Add(ConfigDiagnostic.Error(
            position, $"{log} cannot be opened: {problem}", "name a file in a directory that exists and that this user may write to"));
        return null;
    }

    /// <summary>Writes whole lines. Never throws.</summary>
    public abstract LogWrite Write(ReadOnlySpan<byte> lines);

    /// <summary>Opens the target again before the next write, because it was moved away. Thread-safe.</summary>
    public virtual void Reopen()
    {
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>A stream without a place to go back to: standard output, standard error, a pipe.</summary>
internal sealed class StreamSink(Stream stream, string name) : LogSink
{
    /// <summary>Two logs may share standard output: their lines must not end up inside each other.</summary>
    private static readonly Lock OneAtATime = new();

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override LogWrite Write(ReadOnlySpan<byte> lines)
    {
        try
        {
            lock (OneAtATime)
            {
                stream.Write(lines);
                stream.Flush();
            }

            return new LogWrite(lines.Length, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return new LogWrite(0, exception.Message);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => stream.Dispose();
}
