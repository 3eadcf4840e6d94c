using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Edge.Lifecycle;

/// <summary>
/// Tells systemd how the service is (sd_notify(3)): datagrams to the socket named by <c>NOTIFY_SOCKET</c>. Without that variable every call
/// does nothing. Thread-safe. A message that cannot be sent is lost without an error: the service manager's absence is no fault of the edge.
/// </summary>
public sealed class SystemdNotifier : IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _manager;
    private readonly Action<string>? _relay;
    private ITimer? _watchdog;

    private SystemdNotifier(Action<string> relay) => _relay = relay;

    private SystemdNotifier(UnixDomainSocketEndPoint? manager, TimeSpan? watchdogInterval)
    {
        WatchdogInterval = watchdogInterval;
        if (manager is not null)
        {
            _manager = manager;
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        }
    }

    /// <summary>Whether a service manager wants to be told.</summary>
    public bool IsActive => _socket is not null || _relay is not null;

    /// <summary>Within what time systemd expects a sign of life (<c>WatchdogSec=</c>); null = it does not watch.</summary>
    public TimeSpan? WatchdogInterval { get; }

    /// <summary>Reads <c>NOTIFY_SOCKET</c>, <c>WATCHDOG_USEC</c> and <c>WATCHDOG_PID</c> from the environment.</summary>
    public static SystemdNotifier FromEnvironment() =>
        From(Environment.GetEnvironmentVariable, Environment.ProcessId);

    /// <summary>Tells somebody who passes it on: systemd listens to a service's main process alone.</summary>
    /// <param name="relay">Takes each message. May be called by several threads.</param>
    public static SystemdNotifier Through(Action<string> relay) => new(relay);

    /// <summary>The same as <see cref="FromEnvironment"/>, from a given environment.</summary>
    /// <param name="variable">The value of an environment variable, or null.</param>
    /// <param name="processId">This process.</param>
    public static SystemdNotifier From(Func<string, string?> variable, int processId)
    {
        ArgumentNullException.ThrowIfNull(variable);
        UnixDomainSocketEndPoint? manager = null;

        // "@" stands for the NUL byte of an abstract socket. Other address families (vsock) are for virtual machines' init processes.
        if (variable("NOTIFY_SOCKET") is { Length: > 1 and < 108 } path && path[0] is '/' or '@')
        {
            manager = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        }

        TimeSpan? watchdog = null;
        if (long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long micros) && micros > 0
            && (variable("WATCHDOG_PID") is not { Length: > 0 } pid || pid == processId.ToString(CultureInfo.InvariantCulture)))
        {
            watchdog = TimeSpan.FromMicroseconds(micros);
        }

        return new SystemdNotifier(manager, watchdog);
    }

    /// <summary>The edge serves (or serves again, after <see cref="Reloading"/>).</summary>
    /// <param name="status">One line for <c>systemctl status</c>.</param>
    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <summary>A reload begins. <see cref="Ready"/> ends it, whether it succeeded or not.</summary>
    public void Reloading()
    {
        // Type=notify-reload wants the time too, to tell this reload from an earlier one: CLOCK_MONOTONIC, which is what Stopwatch reads.
        long micros = (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds;
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={micros}\nSTATUS=reloading"));
    }

    /// <summary>The edge begins to stop.</summary>
    /// <param name="status">One line for <c>systemctl status</c>.</param>
    /// <param name="within">How long it may take; systemd's own limit is moved if that is shorter.</param>
    public void Stopping(string status, TimeSpan within) =>
        Send(string.Create(CultureInfo.InvariantCulture,
            $"STOPPING=1\nSTATUS={OneLine(status)}\nEXTEND_TIMEOUT_USEC={(long)within.TotalMicroseconds}"));

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public void Status(string status) => Send("STATUS=" + OneLine(status));

    /// <summary>Sends a sign of life twice in each interval, as long as <paramref name="isAlive"/> says so.</summary>
    public void StartWatchdog(TimeProvider time, Func<bool> isAlive)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (_socket is null || WatchdogInterval is not { } interval)
        {
            return;
        }

        _watchdog ??= time.CreateTimer(
            _ =>
            {
                if (isAlive())
                {
                    Send("WATCHDOG=1");
                }
            },
            null, TimeSpan.Zero, interval / 2);
    }

    /// <summary>Ends the watchdog's signs of life.</summary>
    public void Dispose()
    {
        _watchdog?.Dispose();
        _socket?.Dispose();
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    /// <summary>Sends a message as it is (sd_notify(3)).</summary>
    public void Send(string message)
    {
        _relay?.Invoke(message);
        if (_socket is null)
        {
            return;
        }

        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(message), _manager!);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody listens (any more).
        }
    }
}
