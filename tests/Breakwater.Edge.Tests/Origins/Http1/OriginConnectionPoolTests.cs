using System.Net;
using System.Net.Sockets;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Http1;
using Breakwater.Edge.Tests.Listeners;

namespace Breakwater.Edge.Tests.Origins.Http1;

/// <summary>Which idle connections serve again, as DNS moves an origin.</summary>
public sealed class OriginConnectionPoolTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Loopback, Elsewhere = IPAddress.Parse("127.0.0.2");

    private readonly OriginLab _lab = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Origin _origin;
    private IPAddress[] _addresses = [Here];

    public OriginConnectionPoolTests()
    {
        _listener.Bind(new IPEndPoint(Here, 0));
        _listener.Listen();
        _lab.Lookup = (_, _) => Task.FromResult(_addresses);
        var url = new Uri($"http://app.example:{((IPEndPoint)_listener.LocalEndPoint!).Port}");
        OriginGroup group = _lab.Registry.Compose("shop", new OriginGroupSettings(), [new OriginDefinition(url) { Settings = new OriginSettings { DnsRefresh = 10_000_000 } }]);
        _lab.Registry.Adopt([group]);
        _origin = group.Origins[0];
    }

    public void Dispose()
    {
        _listener.Dispose();
        _lab.Dispose();
    }

    [Fact]
    public async Task AConnectionServesAgainWhileItsAddressIsAmongTheOrigins()
    {
        OriginConnection connection = await OpenAsync();
        _origin.Pool.Return(connection);
        MoveTo(Elsewhere, Here);
        _lab.Advance(1);
        Assert.Same(connection, _origin.Pool.TryRent());
    }

    [Fact]
    public async Task OneThatComesBackAfterTheMoveServesNobodyElse()
    {
        OriginConnection connection = await OpenAsync();
        using Socket peer = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
        MoveTo(Elsewhere);
        _origin.Pool.Return(connection);
        Assert.Null(_origin.Pool.TryRent());
        Assert.Equal(0, _origin.Pool.Total);
        Assert.Empty(await ConnectionLab.ReadToEndAsync(peer));
    }

    [Fact]
    public async Task OneThatIsIdleDuringTheMoveIsClosed()
    {
        OriginConnection connection = await OpenAsync();
        _origin.Pool.Return(connection);
        Assert.Equal(1, _origin.Pool.Idle);
        MoveTo(Elsewhere);
        _lab.Advance(0.25);
        Assert.Equal((0, 0), (_origin.Pool.Idle, _origin.Pool.Total));
    }

    private async Task<OriginConnection> OpenAsync()
    {
        EndPoint? endPoint = await _origin.Resolver.GetEndPointAsync();
        OriginConnection? connection = await _origin.Pool.OpenAsync(endPoint!, new ConnectAttempt(long.MaxValue));
        Assert.NotNull(connection);
        return connection;
    }

    private void MoveTo(params IPAddress[] addresses)
    {
        _addresses = addresses;
        _lab.Advance(10);
        Assert.Equal(addresses, _origin.Resolver.EndPoints.Select(endPoint => ((IPEndPoint)endPoint).Address));
    }
}
