using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Breakwater.Http;

namespace Breakwater.Waf.Ftw;

/// <summary><see cref="Albedo"/> on a port of the loopback interface. Thread-safe.</summary>
internal sealed class AlbedoServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _end = new();

    /// <summary>Listens.</summary>
    public AlbedoServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _ = AcceptAsync();
    }

    /// <summary>Where.</summary>
    public int Port { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync(_end.Token).ConfigureAwait(false));
            }
        }
        catch (Exception over) when (over is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The tests are over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            var received = new List<byte>();
            byte[] buffer = new byte[16 * 1024];
            try
            {
                while (true)
                {
                    while (TryTake(received, out Albedo? answer))
                    {
                        await socket.SendAsync(Bytes(answer), _end.Token).ConfigureAwait(false);
                    }

                    int count = await socket.ReceiveAsync(buffer, _end.Token).ConfigureAwait(false);
                    if (count == 0)
                    {
                        return;
                    }

                    received.AddRange(buffer.AsSpan(0, count));
                }
            }
            catch (Exception over) when (over is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The edge is done with it.
            }
        }
    }

    /// <summary>Takes a whole request off what was received; they are small, so that each try begins anew.</summary>
    private static bool TryTake(List<byte> received, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Albedo? answer)
    {
        answer = null;
        byte[] bytes = [.. received];
        RequestHead head = new(HeadLimits.Default with { MaxBytes = 256 * 1024, MaxLine = 128 * 1024, MaxTarget = 128 * 1024, MaxFields = 2000 });
        if (head.Read(bytes, out int used) != ReadStatus.Complete)
        {
            return false;
        }

        byte[] body = [];
        if (head.Framing == BodyFraming.Length)
        {
            if (bytes.Length - used < head.ContentLength)
            {
                return false;
            }

            body = bytes[used..(used + (int)head.ContentLength)];
            used += body.Length;
        }
        else if (head.Framing == BodyFraming.Chunked && !TryReadChunks(bytes, ref used, out body))
        {
            return false;
        }

        received.RemoveRange(0, used);
        answer = Albedo.Answer(head, body);
        return true;
    }

    private static bool TryReadChunks(byte[] bytes, ref int used, out byte[] body)
    {
        var reader = new ChunkedReader();
        var data = new List<byte>();
        ReadStatus status = ReadStatus.NeedMore;
        while (status == ReadStatus.NeedMore && used < bytes.Length)
        {
            status = reader.Read(bytes.AsSpan(used), out int consumed, out int start, out int length);
            data.AddRange(bytes.AsSpan(used + start, length));
            if (consumed == 0)
            {
                break;
            }

            used += consumed;
        }

        body = [.. data];
        return status == ReadStatus.Complete;
    }

    private static byte[] Bytes(Albedo answer)
    {
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} OK\r\nContent-Length: {answer.Body.Length}\r\n"));
        foreach ((string name, string value) in answer.Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. answer.Body];
    }
}
