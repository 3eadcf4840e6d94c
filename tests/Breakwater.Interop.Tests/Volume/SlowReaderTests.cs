using System.Net.Sockets;
using System.Text;
using Breakwater.Interop.Tests.NginxOrigin;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Volume;

/// <summary>A thousand clients that ask for much and take little. The origin is another process, so that the memory seen is the edge's.</summary>
[Collection(VolumeCollection.Name)]
public sealed class SlowReaderTests
{
    private const int Readers = 1000;
    private const int Rounds = 20;

    [Fact]
    public async Task A_thousand_slow_readers_cost_little_and_hold_nobody_up()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        await using NginxSite site = await NginxSite.StartAsync(("index.html", "<h1>Harbour</h1>"), ("cargo.bin", new string('c', 16 << 20)));
        await using InteropEdge edge = await InteropEdge.StartAsync(
            site.Endpoint, zone => zone with { Pool = zone.Pool with { MaxInFlight = Readers + 100, MaxConnections = Readers + 100 } });
        using HttpClient visitor = new() { Timeout = TimeSpan.FromSeconds(10) };
        Assert.Equal("<h1>Harbour</h1>", await visitor.GetStringAsync(edge.Url + "/index.html", patience.Token));

        Socket[] readers = new Socket[Readers];
        using MemoryWatch memory = MemoryWatch.Start();
        try
        {
            byte[] request = Encoding.ASCII.GetBytes($"GET /cargo.bin HTTP/1.1\r\nHost: {edge.Endpoint}\r\n\r\n");
            for (int i = 0; i < Readers; i++)
            {
                readers[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
                await readers[i].ConnectAsync(edge.Endpoint, patience.Token);
                await readers[i].SendAsync(request, patience.Token);
            }

            byte[] buffer = new byte[1024];
            for (int round = 0; round < Rounds; round++)
            {
                foreach (Socket reader in readers)
                {
                    Assert.True(await reader.ReceiveAsync(buffer, patience.Token) > 0, $"a reader was cut off in round {round}");
                    Assert.True(round > 0 || buffer.AsSpan().StartsWith("HTTP/1.1 200 "u8), $"a reader got {Encoding.Latin1.GetString(buffer)}");
                }

                Assert.Equal("<h1>Harbour</h1>", await visitor.GetStringAsync(edge.Url + "/index.html", patience.Token));
            }

            memory.AssertGrowthBelow(VolumeCollection.MaxGrowth, $"{Readers} slow readers");
        }
        finally
        {
            foreach (Socket? reader in readers)
            {
                reader?.Dispose();
            }
        }
    }
}
