using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Tests.Supervision;

/// <summary>
/// Visitors who never stop: each keeps a connection and sends one request after the other, opens another connection when the edge says that it
/// closes this one, and counts what becomes of every request. Thread-safe.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private readonly IPEndPoint _address;
    private readonly CancellationTokenSource _end = new();
    private readonly Task[] _visitors;
    private long _answered;
    private long _cut;
    private long _refused;
    private long _wrong;
    private long _longest;

    public SteadyLoad(Uri url, int visitors)
    {
        _address = new IPEndPoint(IPAddress.Loopback, url.Port);
        _visitors = [.. Enumerable.Range(0, visitors).Select(_ => Task.Run(VisitAsync))];
    }

    /// <summary>Requests answered with 200 and a whole body.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Requests whose connection ended before they were answered.</summary>
    public long Cut => Interlocked.Read(ref _cut);

    /// <summary>Connections that were not accepted.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Requests answered with anything else.</summary>
    public long Wrong => Interlocked.Read(ref _wrong);

    /// <summary>The longest that a request took that was answered, a new connection for it included.</summary>
    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref _longest));

    /// <summary>Waits until so many more have been answered.</summary>
    public async Task AnswerAsync(int more)
    {
        long until = Answered + more;
        Stopwatch waited = Stopwatch.StartNew();
        while (Answered < until)
        {
            if (waited.Elapsed > Processes.BreakwaterProcess.Patience) throw new InvalidOperationException($"No answers: {this}.");
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_visitors);
    }

    public override string ToString() => $"answered {Answered}, cut {Cut}, refused {Refused}, wrong {Wrong}, longest {Longest.TotalMilliseconds:F0} ms";

    private async Task VisitAsync()
    {
        byte[] request = Encoding.ASCII.GetBytes("GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
        byte[] buffer = new byte[16 * 1024];
        Socket? socket = null;
        while (!_end.IsCancellationRequested)
        {
            long begun = Stopwatch.GetTimestamp();
            if (socket is null)
            {
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(_address, _end.Token);
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException)
                {
                    if (e is SocketException) Interlocked.Increment(ref _refused);
                    socket.Dispose();
                    socket = null;
                    continue;
                }
            }

            (bool whole, bool ok, bool closes) = await AskAsync(socket, request, buffer);
            if (_end.IsCancellationRequested) break;
            if (!whole) Interlocked.Increment(ref _cut);
            else if (ok) Interlocked.Increment(ref _answered);
            else Interlocked.Increment(ref _wrong);
            if (whole) Longer(Stopwatch.GetElapsedTime(begun));
            if (!whole || closes)
            {
                socket.Dispose();
                socket = null;
            }
        }

        socket?.Dispose();
    }

    private async Task<(bool Whole, bool Ok, bool Closes)> AskAsync(Socket socket, byte[] request, byte[] buffer)
    {
        try
        {
            await socket.SendAsync(request, _end.Token);
            int length = 0;
            while (true)
            {
                int read = await socket.ReceiveAsync(buffer.AsMemory(length), _end.Token);
                if (read == 0) return default;
                length += read;
                int end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                if (end < 0) continue;
                string head = Encoding.ASCII.GetString(buffer, 0, end);
                int body = int.Parse(Field(head, "content-length") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
                if (length >= end + 4 + body) return (true, head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal), Field(head, "connection") == "close");
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return default;
        }
    }

    private static string? Field(string head, string name) => head.Split("\r\n").Skip(1).Select(line => line.Split(':', 2))
        .FirstOrDefault(pair => pair[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1].Trim();

    private void Longer(TimeSpan time)
    {
        long seen;
        while (time.Ticks > (seen = Interlocked.Read(ref _longest)) && Interlocked.CompareExchange(ref _longest, time.Ticks, seen) != seen)
        {
        }
    }
}
