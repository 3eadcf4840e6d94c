using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Edge.Tests.Desync;

/// <summary>
/// An origin on a loopback port that keeps every byte it gets, connection by connection, and answers as it is told. Each case begins with
/// <see cref="Begin"/>; cases run one after another.
/// </summary>
internal sealed class RecordingOrigin : IAsyncDisposable
{
    /// <summary>The target of requests that are answered with the script's bytes. Every other one is answered with 200.</summary>
    public const string ScriptedTarget = "/scripted";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<EndPoint, TaskCompletionSource> _flushes = new();
    private readonly Task _accepting;
    private Episode _episode = new(null);

    public RecordingOrigin()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        Endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>The body with which a request for a target is answered.</summary>
    public static string AnswerTo(string target) => "answer to " + target;

    /// <summary>Forgets what was recorded.</summary>
    public void Begin(ResponseCase? script = null) => Volatile.Write(ref _episode, new Episode(script));

    /// <summary>
    /// What came over each connection since <see cref="Begin"/>, in the order in which they were opened, and whether all of them have ended.
    /// Waits for their ends, but not for ever.
    /// </summary>
    public async Task<(IReadOnlyList<string> Texts, bool AllEnded)> RecordedAsync(TimeSpan patience)
    {
        await AcceptWhatIsPendingAsync();
        var connections = Volatile.Read(ref _episode).Connections.ToArray();
        var allEnded = true;
        try
        {
            await Task.WhenAll(connections.Select(connection => connection.Serving!)).WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            allEnded = false;
        }

        return (connections.Select(connection => connection.Text).ToArray(), allEnded);
    }

    /// <summary>Lets the origin send what the script keeps for afterwards, and waits until it is sent.</summary>
    public async Task SendAfterwardsAsync(TimeSpan patience)
    {
        var episode = Volatile.Read(ref _episode);
        episode.Over.TrySetResult();
        await episode.AfterwardsSent.Task.WaitAsync(patience);
    }

    /// <summary>
    /// Connections are accepted in the order in which they were made: when one of our own comes through, so did all before it. Without this
    /// a connection of one case could be taken for one of the next.
    /// </summary>
    private async Task AcceptWhatIsPendingAsync()
    {
        using var flush = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        flush.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var seen = _flushes.GetOrAdd(flush.LocalEndPoint!, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await flush.ConnectAsync(Endpoint, _stop.Token);
        await seen.Task;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                if (_flushes.TryRemove(socket.RemoteEndPoint!, out var flush))
                {
                    socket.Dispose();
                    flush.TrySetResult();
                    continue;
                }

                var episode = Volatile.Read(ref _episode);
                var connection = new Connection(socket);
                episode.Connections.Enqueue(connection);
                connection.Serving = Task.Run(() => ServeAsync(connection, episode));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(Connection connection, Episode episode)
    {
        var socket = connection.Socket;
        var read = 0;
        var answering = true;
        var continued = false;
        var buffer = new byte[65536];
        try
        {
            while (await socket.ReceiveAsync(buffer, _stop.Token) is var count and > 0)
            {
                connection.Append(Encoding.Latin1.GetString(buffer, 0, count));
                while (answering)
                {
                    var rest = connection.Text[read..];
                    var reading = Http1Message.ReadRequest(rest);
                    if (reading.Message is { } message)
                    {
                        read += reading.Length;
                        answering = await AnswerAsync(socket, message, episode);
                        continue;
                    }

                    if (reading.Invalid is not null)
                    {
                        answering = false;
                        socket.Shutdown(SocketShutdown.Send);
                    }
                    else if (!continued && rest.Contains("\r\n\r\n", StringComparison.Ordinal)
                        && rest.Contains("100-continue", StringComparison.OrdinalIgnoreCase))
                    {
                        continued = true;
                        await SendAsync(socket, "HTTP/1.1 100 Continue\r\n\r\n");
                    }

                    break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Reset by the edge: what came before stands.
        }
        finally
        {
            socket.Dispose();
        }
    }

    /// <summary>False when this side of the connection was closed with the answer; what comes after it is recorded all the same.</summary>
    private async Task<bool> AnswerAsync(Socket socket, Http1Message request, Episode episode)
    {
        var target = request.StartLine.Split(' ')[1];
        if (target == ScriptedTarget && episode.Script is { } script)
        {
            await SendAsync(socket, script.Bytes);
            if (script.OriginCloses)
            {
                socket.Shutdown(SocketShutdown.Send);
                return false;
            }

            if (script.Afterwards.Length > 0)
            {
                await episode.Over.Task.WaitAsync(_stop.Token);
                await SendAsync(socket, script.Afterwards);
                episode.AfterwardsSent.TrySetResult();
            }

            return true;
        }

        // Closed after each answer, so that every case has connections of its own.
        var body = AnswerTo(target);
        await SendAsync(socket, $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"
            + (request.StartLine.StartsWith("HEAD ", StringComparison.Ordinal) ? "" : body));
        socket.Shutdown(SocketShutdown.Send);
        return false;
    }

    private async Task SendAsync(Socket socket, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent), _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_episode.Connections.Select(connection => connection.Serving!));
        _stop.Dispose();
    }

    private sealed class Episode(ResponseCase? script)
    {
        public ResponseCase? Script { get; } = script;

        public ConcurrentQueue<Connection> Connections { get; } = [];

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource AfterwardsSent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Connection(Socket socket)
    {
        private readonly StringBuilder _text = new();

        public Socket Socket { get; } = socket;

        public Task? Serving { get; set; }

        public string Text
        {
            get
            {
                lock (_text)
                    return _text.ToString();
            }
        }

        public void Append(string text)
        {
            lock (_text)
                _text.Append(text);
        }
    }
}
