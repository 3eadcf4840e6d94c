using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Breakwater.Drills.Load;

/// <summary>
/// A visitor's kept-alive connection, over HTTP/1.1, opened when it is needed. Owned by one task. A request whose reused connection is closed before a
/// byte of the answer came is sent once again over a new one (RFC 9112 §9.3.1), as every browser does.
/// </summary>
internal sealed class VisitorConnection(Door door, TimeSpan patience) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private Stream? _stream;
    private int _held;
    private bool _timedOut;

    /// <summary>The status of the last answer; 0 when there was none.</summary>
    public int Status { get; private set; }

    /// <summary>Sends a request and reads its answer to the end.</summary>
    /// <returns>Why it failed, or null; and whether it was sent twice.</returns>
    public async Task<(string? Failure, bool Retried)> AskAsync(Visit visit, long number)
    {
        bool isReused = _stream is not null;
        (string? failure, bool answered) = await TryAsync(visit, number);
        if (failure is null || answered || !isReused || _timedOut)
        {
            return (failure, false);
        }

        (failure, _) = await TryAsync(visit, number);
        return (failure, true);
    }

    public void Dispose() => Close();

    private async Task<(string? Failure, bool Answered)> TryAsync(Visit visit, long number)
    {
        _timedOut = false;
        Status = 0;
        _held = 0;
        using CancellationTokenSource limit = new(patience);
        try
        {
            _stream ??= await door.OpenAsync(limit.Token);
            await _stream.WriteAsync(visit.Message(number), limit.Token);
            string? failure = await ReadAnswerAsync(visit, number, limit.Token);
            if (failure is not null && Status == 0)
            {
                Close();
            }

            return (failure, _held > 0);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or AuthenticationException)
        {
            Close();
            _timedOut = exception is OperationCanceledException;
            string what = _timedOut ? string.Create(CultureInfo.InvariantCulture, $"no whole answer within {patience.TotalSeconds:0} s") : exception.Message;
            return (_held > 0 ? $"the answer broke off: {what}" : what, _held > 0);
        }
    }

    private async Task<string?> ReadAnswerAsync(Visit visit, long number, CancellationToken cancel)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _held).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await ReadMoreAsync(cancel))
            {
                return _held == 0 ? "the connection was closed without an answer" : "the answer broke off in its head";
            }
        }

        string head = Encoding.Latin1.GetString(_buffer, 0, end + 2);
        if (!head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || !Utf8Parser.TryParse(_buffer.AsSpan(9, 3), out int status, out _))
        {
            return "the answer is not HTTP/1.1";
        }

        int body = end + 4;
        if (FieldOf(head, "Content-Length") is not { } text || !int.TryParse(text, CultureInfo.InvariantCulture, out int length))
        {
            return "the answer states no length";
        }

        while (_held - body < length)
        {
            if (!await ReadMoreAsync(cancel))
            {
                return "the answer broke off in its body";
            }
        }

        Status = status;
        if (string.Equals(FieldOf(head, "Connection"), "close", StringComparison.OrdinalIgnoreCase))
        {
            Close();
        }

        return status != visit.Expected ? string.Create(CultureInfo.InvariantCulture, $"answered {status}, not {visit.Expected}")
            : status == 200 && FieldOf(head, Visit.NumberField) != number.ToString(CultureInfo.InvariantCulture) ? "the answer belongs to another request"
            : null;
    }

    private async Task<bool> ReadMoreAsync(CancellationToken cancel)
    {
        if (_held == _buffer.Length)
        {
            throw new IOException("the answer is too long");
        }

        int read = await _stream!.ReadAsync(_buffer.AsMemory(_held), cancel);
        _held += read;
        return read > 0;
    }

    private static string? FieldOf(string head, string name)
    {
        int at = head.IndexOf($"\r\n{name}: ", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : head[(at + name.Length + 4)..head.IndexOf("\r\n", at + 2, StringComparison.Ordinal)];
    }

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }
}
