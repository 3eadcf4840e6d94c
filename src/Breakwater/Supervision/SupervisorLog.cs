using System.Text;
using Breakwater.Logging;
using Breakwater.Terminal;
using Microsoft.Extensions.Logging;

namespace Breakwater.Supervision;

/// <summary>
/// The supervisor's own lines on standard error. It never waits for a reader: a line that does not fit into the pipe is dropped, and counted in
/// the next one that does. Owned by the supervisor's thread.
/// </summary>
internal sealed class SupervisorLog(TimeProvider time)
{
    private const int StandardError = 2;

    // PIPE_BUF: a pipe that says it can be written takes so much at once.
    private const int MaxLine = 4096;

    private readonly LogLineFormat _format = LogLineFormat.ForStandardError(Palette.Error);
    private int _dropped;

    public void Information(string text) => Write(LogLevel.Information, text);

    public void Warning(string text) => Write(LogLevel.Warning, text);

    public void Error(string text) => Write(LogLevel.Error, text);

    private void Write(LogLevel level, string text)
    {
        if (_dropped > 0)
        {
            text = $"{text} (before this, {_dropped} lines were dropped because standard error was not read)";
        }

        byte[] line = Encoding.UTF8.GetBytes(_format.Line(time.GetUtcNow(), level, "Breakwater.Supervisor", text, null) + "\n");
        Span<SystemCalls.PollDescriptor> output = [new() { Descriptor = StandardError, Events = SystemCalls.PollOut }];
        if (SystemCalls.Poll(output, 0) != 1 || (output[0].Returned & SystemCalls.PollOut) == 0)
        {
            _dropped++;
            return;
        }

        _dropped = 0;
        SystemCalls.Write(StandardError, line.AsSpan(0, Math.Min(line.Length, MaxLine)));
    }
}
