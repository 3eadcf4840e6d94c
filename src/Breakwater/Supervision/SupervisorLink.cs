using System.Globalization;
using Breakwater.Edge.Fuses.Switches;
using Breakwater.Edge.Lifecycle;
using Breakwater.Edge.Listeners.Sockets;

namespace Breakwater.Supervision;

/// <summary>What an edge is told by its supervisor once it serves.</summary>
internal interface ISupervised
{
    /// <summary>Finish and end.</summary>
    /// <param name="now">Whether what is in progress is cut off.</param>
    void Stop(bool now);

    /// <summary>Finish and end, because another edge serves already.</summary>
    void Retire();

    /// <summary>Read the configuration again.</summary>
    void Reload();

    /// <summary>Open the logs' files again.</summary>
    void Rotate();

    /// <summary>Let go of what only one edge may have, and take no new connections. Returns when that is so.</summary>
    Task PauseAsync();

    /// <summary>Take it back.</summary>
    Task ResumeAsync();

    /// <summary>Send a request through a listener. Returns the status of the answer, or 0 and a second line with the reason.</summary>
    Task<string> CheckAsync();

    /// <summary>The supervisor is gone.</summary>
    void Orphan();
}

/// <summary>
/// An edge's end of the line to its supervisor. A thread of its own receives, so that orders are taken whatever the edge is busy with.
/// Thread-safe.
/// </summary>
internal sealed class SupervisorLink
{
    private readonly ControlChannel _channel;
    private readonly TaskCompletionSource<IReadOnlyDictionary<string, string>?> _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private ISupervised? _edge;
    private Queue<ChannelMessage>? _early = new();
    private ITimer? _pulse;
    private volatile bool _isMute;
    private volatile bool _isGone;

    private SupervisorLink(int descriptor)
    {
        _channel = new ControlChannel(descriptor);
        Sockets.OnBound = (name, socket) => _channel.TrySend("bound", name, socket, wait: true);
        new Thread(Receive) { IsBackground = true, Name = "supervisor" }.Start();
    }

    /// <summary>This process's; null without a supervisor.</summary>
    public static SupervisorLink? Current { get; private set; }

    /// <summary>The sockets that the supervisor keeps.</summary>
    public PassedSockets Sockets { get; } = new();

    /// <summary>Whether it is to start with the generation before the one that crashed.</summary>
    public bool StartsWithPrevious { get; private set; }

    /// <summary>Takes up the line that this process was started with. Before anything else: processes that it starts must not inherit it.</summary>
    public static bool Connect()
    {
        string? given = Environment.GetEnvironmentVariable(EdgeChild.ChannelVariable);
        Environment.SetEnvironmentVariable(EdgeChild.ChannelVariable, null);
        if (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor) || !SystemCalls.IsSupported)
        {
            return false;
        }

        SystemCalls.SetInheritable(descriptor, false);
        ServiceProcess.SetSupervisor(SystemCalls.ParentProcess(), 0);
        Current = new SupervisorLink(descriptor);
        return true;
    }

    /// <summary>Waits until this process is to serve.</summary>
    /// <param name="rehearse">Done while it is not, where the supervisor asks for it. Returns what is wrong with the configuration; null = nothing.</param>
    /// <returns>With what it is to serve; null when it never will.</returns>
    public async Task<IReadOnlyDictionary<string, string>?> WaitForTurnAsync(Func<Task<string?>> rehearse)
    {
        if (await _first.Task)
        {
            string? problem = await rehearse();
            _channel.TrySend(problem is null ? "rehearsed" : "unfit", problem ?? "", wait: true);
        }

        IReadOnlyDictionary<string, string>? order = await _go.Task;
        if (order is not null)
        {
            Environment.SetEnvironmentVariable(SwitchFile.SuspectsVariable, order.GetValueOrDefault("suspects"));
            StartsWithPrevious = order.GetValueOrDefault("mode") is nameof(StartMode.Previous) or nameof(StartMode.SuspectsOff);
            ServiceProcess.SetSupervisor(
                SystemCalls.ParentProcess(), int.Parse(order.GetValueOrDefault("restarts", "0"), NumberStyles.None, CultureInfo.InvariantCulture));
        }

        return order;
    }

    /// <summary>Tells that the edge serves. Orders reach it from now on.</summary>
    /// <param name="edge">What takes them.</param>
    /// <param name="dataDirectory">Where commands look for it.</param>
    /// <param name="standby">Whether another process is to stand by.</param>
    /// <param name="isAlive">Whether the edge gives signs of life.</param>
    public void Serving(ISupervised edge, string dataDirectory, bool standby, Func<bool> isAlive)
    {
        foreach (string name in Sockets.Unused)
        {
            _channel.TrySend("unused", name, wait: true);
        }

        _channel.TrySend("serving", dataDirectory + (standby ? "\nstandby" : ""), wait: true);
        _pulse = TimeProvider.System.CreateTimer(
            _ =>
            {
                if (isAlive())
                {
                    _channel.TrySend("pulse");
                }
            },
            null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        Queue<ChannelMessage> early;
        lock (_lock)
        {
            _edge = edge;
            (early, _early) = (_early!, null);
        }

        foreach (ChannelMessage message in early)
        {
            Order(edge, message);
        }

        if (_isGone)
        {
            edge.Orphan();
        }
    }

    /// <summary>Passes on what the service manager is to know, unless another edge is what it wants to know of.</summary>
    public void Notify(string message)
    {
        if (!_isMute)
        {
            _channel.TrySend("notify", message);
        }
    }

    /// <summary>Whether another edge speaks for the service.</summary>
    public void Mute(bool mute) => _isMute = mute;

    /// <summary>Tells that another generation was put in force.</summary>
    public void Changed() => _channel.TrySend("changed");

    private void Receive()
    {
        while (_channel.Receive(wait: true, out ChannelMessage message) == ChannelState.Message)
        {
            switch (message.Word)
            {
                case "socket" when message.Descriptor >= 0:
                    Take(message.Text, message.Descriptor);
                    break;
                case "rehearse":
                    _first.TrySetResult(true);
                    break;
                case "go":
                    _first.TrySetResult(false);
                    _go.TrySetResult(message.Text.Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]));
                    break;
                default:
                    Dispatch(message);
                    break;
            }
        }

        // Gone, however it went. One that does not serve has nobody left to tell it to; one that does goes on.
        _isGone = true;
        _pulse?.Dispose();
        ServiceProcess.SetSupervisor(0, ServiceProcess.Restarts);
        _first.TrySetResult(false);
        _go.TrySetResult(null);
        ISupervised? edge;
        lock (_lock)
        {
            edge = _edge;
        }

        edge?.Orphan();
    }

    private void Take(string name, int descriptor)
    {
        // systemd:DESCRIPTOR:NAME
        string[] parts = name.Split(':', 3);
        if (parts is ["systemd", var passed, var given])
        {
            SystemdSockets.Inherited = SystemdSockets.Inherited.With(given, descriptor, int.Parse(passed, NumberStyles.None, CultureInfo.InvariantCulture));
            return;
        }

        Sockets.Give(name, descriptor);
    }

    private void Dispatch(ChannelMessage message)
    {
        lock (_lock)
        {
            if (_edge is null)
            {
                _early!.Enqueue(message);
                return;
            }
        }

        Order(_edge, message);
    }

    private void Order(ISupervised edge, ChannelMessage message)
    {
        switch (message.Word)
        {
            case "stop":
                edge.Stop(now: false);
                break;
            case "stop-now":
                edge.Stop(now: true);
                break;
            case "retire":
                edge.Retire();
                break;
            case "reload":
                edge.Reload();
                break;
            case "rotate":
                edge.Rotate();
                break;
            case "pause":
                _ = Task.Run(async () =>
                {
                    await edge.PauseAsync();
                    _channel.TrySend("paused", wait: true);
                });
                break;
            case "resume":
                _ = Task.Run(async () =>
                {
                    await edge.ResumeAsync();
                    _channel.TrySend("resumed", wait: true);
                });
                break;
            case "check":
                _ = Task.Run(async () => _channel.TrySend("checked", await edge.CheckAsync(), wait: true));
                break;
        }
    }
}
