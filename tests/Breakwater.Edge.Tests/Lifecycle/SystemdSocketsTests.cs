using Breakwater.Edge.Lifecycle;

namespace Breakwater.Edge.Tests.Lifecycle;

/// <summary>What the environment says. Real descriptors: Breakwater.Tests, with systemd-socket-activate.</summary>
public sealed class SystemdSocketsTests
{
    [Theory]
    [InlineData("7", "2", "http:https", "http,https")]
    [InlineData("7", "3", "web:web:admin", "web,web,admin")]
    [InlineData("7", "2", null, "unknown,unknown")]
    [InlineData("7", "2", "http", "http,unknown")]
    [InlineData("7", "1", ":", "unknown")]
    [InlineData("7", "1", "http:more", "http")]
    [InlineData("8", "1", "http", "")]
    [InlineData(null, "1", "http", "")]
    [InlineData("7", null, "http", "")]
    [InlineData("7", "many", "http", "")]
    [InlineData("7", "-1", "http", "")]
    public void Sockets_have_the_names_that_systemd_gave_them(string? pid, string? count, string? names, string expected)
    {
        SystemdSockets sockets = From(pid, count, names);
        Assert.Equal(expected, string.Join(',', sockets.Names));
    }

    [Fact]
    public void An_absurd_count_is_bounded() => Assert.Equal(1024, From("7", "2147483647", null).Names.Count);

    [Theory]
    [InlineData("7", "systemd passed no socket named \"admin\" (only \"http\", \"https\")")]
    [InlineData("8", "systemd passed no socket named \"admin\" (none at all)")]
    public void A_name_that_was_not_passed_is_explained(string pid, string problem)
    {
        CannotStartException e = Assert.Throws<CannotStartException>(() => From(pid, "3", "http:https:http").Find("admin"));
        Assert.Equal(problem, e.Problem);
        Assert.Contains("FileDescriptorName=admin", e.Remedy, StringComparison.Ordinal);
    }

    private static SystemdSockets From(string? pid, string? count, string? names) =>
        SystemdSockets.From(
            name => name switch { "LISTEN_PID" => pid, "LISTEN_FDS" => count, "LISTEN_FDNAMES" => names, _ => null }, processId: 7);
}
