using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Observability;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breakwater.Edge.Tests.Observability;

public sealed class OtlpExportTests
{
    [Theory]
    [InlineData(OtlpProtocol.Http, "/v1/metrics")]
    [InlineData(OtlpProtocol.Grpc, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    public async Task A_collector_receives_the_figures(OtlpProtocol protocol, string path)
    {
        await using Collector collector = await Collector.StartAsync(protocol);
        using EdgeMetrics metrics = new();
        string listener = $"listener-{protocol}";
        metrics.ConnectionStarted(listener);
        metrics.ConnectionStarted(listener);

        // The interval is long; ending the export sends what there is.
        using (OtlpExport export = OtlpExport.Start(Config(collector.Endpoint, protocol), metrics, NullLogger.Instance))
        {
            metrics.ExchangeEnded(TestExchange.Get());
        }

        (string requested, byte[] body) = Assert.Single(collector.Requests);
        Assert.Equal(path, requested);
        List<Point> points = Point.Decode(protocol == OtlpProtocol.Grpc ? body[5..] : body);

        // Other tests have meters of the same name in this process; the labels tell ours.
        Assert.Contains(points, point =>
            point.Metric == "breakwater.connections.open" && point.Labels.Contains($"listener={listener}") && point.Value == 2);
        Point duration = points.First(point => point.Metric == "breakwater.exchange.duration" && point.Labels.Contains("zone=shop"));
        Assert.True(duration.Value >= 1);
        Assert.Equal(DurationHistogram.UpperEnds.Length, duration.Bounds);
        IEnumerable<string> expected = Instruments.All.Select(instrument => instrument.Name)
            .Where(name => name.StartsWith("process.", StringComparison.Ordinal) || name.StartsWith("dotnet.", StringComparison.Ordinal));
        Assert.Subset(points.Select(point => point.Metric).ToHashSet(), expected.ToHashSet());
    }

    [Fact]
    public void A_collector_that_is_not_there_is_counted_and_hurts_nobody()
    {
        using EdgeMetrics metrics = new();
        OtlpConfig config = Config(new Uri($"http://127.0.0.1:{FreePort()}"), OtlpProtocol.Http);
        using (OtlpExport export = OtlpExport.Start(config, metrics, NullLogger.Instance))
        {
            Assert.Equal(0, Failures(metrics));
            export.Flush();
            Assert.Equal(1, Failures(metrics));
            metrics.ExchangeEnded(TestExchange.Get());
        }
    }

    [Theory]
    [InlineData("http://c:4318", OtlpProtocol.Http, "http://c:4318/v1/metrics")]
    [InlineData("http://c:4318/", OtlpProtocol.Http, "http://c:4318/v1/metrics")]
    [InlineData("https://c/otlp/v1/metrics", OtlpProtocol.Http, "https://c/otlp/v1/metrics")]
    [InlineData("http://c:4317", OtlpProtocol.Grpc, "http://c:4317/")]
    public void The_path_of_the_signal_is_added_where_it_is_missing(string endpoint, OtlpProtocol protocol, string expected) =>
        Assert.Equal(expected, OtlpExport.EndpointOf(Config(new Uri(endpoint), protocol)).AbsoluteUri);

    private static OtlpConfig Config(Uri endpoint, OtlpProtocol protocol) =>
        new() { Endpoint = endpoint, Interval = TimeSpan.FromHours(1), Protocol = protocol };

    private static long Failures(EdgeMetrics metrics)
    {
        OneValue value = new();
        metrics.Read(Instruments.OtlpFailures, value);
        return value.Last;
    }

    private static int FreePort()
    {
        using System.Net.Sockets.TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A collector that remembers what it was sent.</summary>
    private sealed class Collector(WebApplication app, ConcurrentQueue<(string, byte[])> requests) : IAsyncDisposable
    {
        public Uri Endpoint => new(app.Urls.Single());

        public IReadOnlyCollection<(string Path, byte[] Body)> Requests => requests;

        public static async Task<Collector> StartAsync(OtlpProtocol protocol)
        {
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            HttpProtocols spoken = protocol == OtlpProtocol.Grpc ? HttpProtocols.Http2 : HttpProtocols.Http1;
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(
                IPAddress.Loopback, 0, listen => listen.Protocols = spoken));
            WebApplication app = builder.Build();
            ConcurrentQueue<(string, byte[])> requests = new();
            app.Run(async context =>
            {
                using MemoryStream body = new();
                await context.Request.Body.CopyToAsync(body);
                requests.Enqueue((context.Request.Path.Value!, body.ToArray()));
                if (protocol == OtlpProtocol.Grpc)
                {
                    context.Response.ContentType = "application/grpc";
                    await context.Response.Body.WriteAsync(new byte[5]);
                    context.Response.AppendTrailer("grpc-status", "0");
                }
            });
            await app.StartAsync();
            return new Collector(app, requests);
        }

        public async ValueTask DisposeAsync() => await app.DisposeAsync();
    }

    /// <summary>
    /// One data point of an ExportMetricsServiceRequest: as much of the protocol buffer as these tests look at
    /// (opentelemetry/proto/metrics/v1/metrics.proto).
    /// </summary>
    private sealed record Point(string Metric, HashSet<string> Labels, double Value, int Bounds)
    {
        public static List<Point> Decode(byte[] request)
        {
            List<Point> points = [];
            foreach ((int resourceField, byte[] resource) in Messages(request))
            {
                foreach ((int scopeField, byte[] scope) in Messages(resource).Where(field => field.Number == 2))
                {
                    foreach ((int metricField, byte[] metric) in Messages(scope).Where(field => field.Number == 2))
                    {
                        string name = Encoding.UTF8.GetString(Messages(metric).First(field => field.Number == 1).Content);

                        // gauge = 5, sum = 7, histogram = 9; data points are field 1 of each.
                        foreach ((int kind, byte[] data) in Messages(metric).Where(field => field.Number is 5 or 7 or 9))
                        {
                            points.AddRange(
                                Messages(data).Where(field => field.Number == 1).Select(field => Read(name, kind == 9, field.Content)));
                        }
                    }
                }
            }

            return points;
        }

        private static Point Read(string name, bool histogram, byte[] point)
        {
            HashSet<string> labels = [];
            double value = 0;
            int bounds = 0;
            foreach ((int number, byte[] content) in Messages(point))
            {
                if (number == (histogram ? 9 : 7))
                {
                    (int _, byte[] key) = Messages(content).First(field => field.Number == 1);
                    (int _, byte[] any) = Messages(content).First(field => field.Number == 2);
                    labels.Add($"{Encoding.UTF8.GetString(key)}={Encoding.UTF8.GetString(Messages(any).First().Content)}");
                }
                else if (number == (histogram ? 4 : 6))
                {
                    value = BinaryPrimitives.ReadInt64LittleEndian(content);
                }
                else if (number == 4)
                {
                    value = BinaryPrimitives.ReadDoubleLittleEndian(content);
                }
                else if (histogram && number == 7)
                {
                    bounds = content.Length / 8;
                }
            }

            return new Point(name, labels, value, bounds);
        }

        /// <summary>The fields of a message: their contents, or for numbers of fixed size their bytes. Varints are skipped.</summary>
        private static IEnumerable<(int Number, byte[] Content)> Messages(byte[] message)
        {
            for (int at = 0; at < message.Length;)
            {
                ulong tag = Varint(message, ref at);
                int length = (tag & 7) switch { 1 => 8, 5 => 4, 2 => (int)Varint(message, ref at), _ => -1 };
                if (length < 0)
                {
                    Varint(message, ref at);
                    continue;
                }

                yield return ((int)(tag >> 3), message[at..(at + length)]);
                at += length;
            }
        }

        private static ulong Varint(byte[] message, ref int at)
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = message[at++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return value;
                }
            }
        }
    }

    private sealed class OneValue : MetricSink
    {
        public long Last { get; private set; } = -1;

        public override void Value(long value, params ReadOnlySpan<string> labels) => Last = value;

        public override void Distribution(DurationHistogram histogram, params ReadOnlySpan<string> labels) => Assert.Fail("no histogram");
    }
}
