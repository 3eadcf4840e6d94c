using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Breakwater.Edge.Lifecycle;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Lifecycle;

public sealed class SystemdNotifierTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-notify-").FullName;
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
    private readonly Dictionary<string, string> _environment = [];

    public SystemdNotifierTests()
    {
        string path = Path.Combine(_directory, "notify");
        _manager.Bind(new UnixDomainSocketEndPoint(path));
        _environment["NOTIFY_SOCKET"] = path;
    }

    public void Dispose()
    {
        _manager.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Ready_says_so_with_a_status_of_one_line()
    {
        using SystemdNotifier notifier = Notifier();
        notifier.Ready("serving\nREADY=0");
        Assert.Equal("READY=1\nSTATUS=serving READY=0", Receive());
    }

    [Fact]
    public void Reloading_carries_the_monotonic_time_in_microseconds()
    {
        using SystemdNotifier notifier = Notifier();
        double before = Stopwatch.GetTimestamp() * 1e6 / Stopwatch.Frequency;
        notifier.Reloading();
        double after = Stopwatch.GetTimestamp() * 1e6 / Stopwatch.Frequency;

        string[] lines = Receive().Split('\n');
        Assert.Equal("RELOADING=1", lines[0]);
        Assert.StartsWith("MONOTONIC_USEC=", lines[1], StringComparison.Ordinal);
        Assert.InRange(long.Parse(lines[1]["MONOTONIC_USEC=".Length..], CultureInfo.InvariantCulture), (long)before - 1, (long)after + 1);
    }

    [Fact]
    public void Stopping_asks_for_the_time_that_the_drain_may_take()
    {
        using SystemdNotifier notifier = Notifier();
        notifier.Stopping("draining", TimeSpan.FromSeconds(40));
        Assert.Equal("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=40000000", Receive());
    }

    [Fact]
    public void An_abstract_socket_is_written_to()
    {
        string name = "breakwater-test-" + Guid.NewGuid().ToString("N");
        using Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
        manager.Bind(new UnixDomainSocketEndPoint("\0" + name));
        _environment["NOTIFY_SOCKET"] = "@" + name;

        using SystemdNotifier notifier = Notifier();
        notifier.Status("hello");
        Assert.Equal("STATUS=hello", Receive(manager));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("vsock:2:1234")]
    public void Without_a_socket_it_is_silent(string? socket)
    {
        _environment.Remove("NOTIFY_SOCKET");
        if (socket is not null) _environment["NOTIFY_SOCKET"] = socket;
        using SystemdNotifier notifier = Notifier();
        Assert.False(notifier.IsActive);
        notifier.Ready("serving");
        Assert.Equal(0, _manager.Available);
    }

    [Fact]
    public void A_manager_that_is_gone_is_no_fault()
    {
        _environment["NOTIFY_SOCKET"] = Path.Combine(_directory, "nobody");
        using SystemdNotifier notifier = Notifier();
        notifier.Ready("serving");
        Assert.True(notifier.IsActive);
    }

    [Fact]
    public void The_watchdog_gets_two_signs_of_life_in_each_interval_and_none_when_the_edge_hangs()
    {
        _environment["WATCHDOG_USEC"] = "10000000";
        _environment["WATCHDOG_PID"] = "7";
        FakeTimeProvider time = new();
        bool alive = true;
        using SystemdNotifier notifier = Notifier();
        notifier.StartWatchdog(time, () => alive);

        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("WATCHDOG=1", Receive());
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("WATCHDOG=1", Receive());
        alive = false;
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, _manager.Available);
    }

    [Theory]
    [InlineData("10000000", null, 10.0)]
    [InlineData("10000000", "7", 10.0)]
    [InlineData("10000000", "8", null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, "7", null)]
    public void The_watchdogs_interval_is_the_one_meant_for_this_process(string? usec, string? pid, double? seconds)
    {
        if (usec is not null) _environment["WATCHDOG_USEC"] = usec;
        if (pid is not null) _environment["WATCHDOG_PID"] = pid;
        using SystemdNotifier notifier = Notifier();
        Assert.Equal(seconds, notifier.WatchdogInterval?.TotalSeconds);
    }

    private SystemdNotifier Notifier() => SystemdNotifier.From(_environment.GetValueOrDefault, processId: 7);

    private string Receive(Socket? manager = null)
    {
        byte[] buffer = new byte[1024];
        return Encoding.UTF8.GetString(buffer, 0, (manager ?? _manager).Receive(buffer));
    }
}
