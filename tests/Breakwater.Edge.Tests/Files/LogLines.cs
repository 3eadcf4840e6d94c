using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Tests.Files;

/// <summary>Keeps what is logged, each line with its level.</summary>
internal class LogLines : List<string>, ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add($"{logLevel}: {formatter(state, exception)}");
}

/// <inheritdoc/>
internal sealed class LogLines<T> : LogLines, ILogger<T>;
