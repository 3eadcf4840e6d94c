namespace Breakwater.Edge.Observability;

/// <summary>What became of a write to a log's target. Immutable.</summary>
/// <param name="Written">Bytes that are there now. What is missing may be tried again.</param>
/// <param name="Problem">Why not all were written, for an operator; null when all were.</param>
internal readonly record struct LogWrite(int Written, string? Problem);

/// <summary>Where the access log's lines go. Used by the log's own thread only, which may wait here as long as it takes.</summary>
internal abstract class LogSink : IDisposable
{
    /// <summary>What the target is called, for an operator.</summary>
    public abstract string Name { get; }

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
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override LogWrite Write(ReadOnlySpan<byte> lines)
    {
        try
        {
            stream.Write(lines);
            stream.Flush();
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
