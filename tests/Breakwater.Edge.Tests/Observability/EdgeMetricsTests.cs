using System.Buffers;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Origins;
using Breakwater.Http;

namespace Breakwater.Edge.Tests.Observability;

public sealed partial class EdgeMetricsTests : IDisposable
{
    private readonly EdgeMetrics _metrics = new();

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public void An_exchange_is_counted_by_zone_status_protocol_and_end()
    {
        _metrics.ExchangeStarted();
        _metrics.ExchangeStarted();
        _metrics.ExchangeEnded(TestExchange.Get());
        Exchange refused = TestExchange.Over("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"u8.ToArray());
        refused.Zone = null;
        refused.Record = new ExchangeRecord { Status = 400, End = ExchangeEnd.BadRequest, Violation = HttpViolation.MultipleHost };
        _metrics.ExchangeEnded(refused);
        _metrics.ExchangeStarted();

        Dictionary<string, string> series = Scrape();
        Assert.Equal("1", series["breakwater_exchanges_total{zone=\"shop\",status=\"2xx\",protocol=\"http/1.1\",end=\"completed\"}"]);
        Assert.Equal("1", series["breakwater_exchanges_total{zone=\"(none)\",status=\"4xx\",protocol=\"http/1.1\",end=\"bad_request\"}"]);
        Assert.Equal("1", series["breakwater_violations_total{side=\"request\",violation=\"multiple_host\"}"]);
        Assert.Equal("1", series["breakwater_exchanges_active"]);
        Assert.Equal("1024", series["breakwater_response_body_bytes_total{zone=\"shop\"}"]);
    }

    [Fact]
    public void Durations_fall_into_cumulative_ranges()
    {
        _metrics.ExchangeEnded(TestExchange.Get());
        Exchange slow = TestExchange.Get();
        slow.Record.EndMicros = slow.Record.StartMicros + 2_000_000;
        _metrics.ExchangeEnded(slow);

        Dictionary<string, string> series = Scrape();
        const string name = "breakwater_exchange_duration_seconds";
        Assert.Equal("0", series[name + "_bucket{zone=\"shop\",le=\"0.0025\"}"]);
        Assert.Equal("1", series[name + "_bucket{zone=\"shop\",le=\"0.005\"}"]);
        Assert.Equal("1", series[name + "_bucket{zone=\"shop\",le=\"1\"}"]);
        Assert.Equal("2", series[name + "_bucket{zone=\"shop\",le=\"2.5\"}"]);
        Assert.Equal("2", series[name + "_bucket{zone=\"shop\",le=\"+Inf\"}"]);
        Assert.Equal("2", series[name + "_count{zone=\"shop\"}"]);
        Assert.Equal("2.004321", series[name + "_sum{zone=\"shop\"}"]);
        Assert.Equal("0.006512", series["breakwater_origin_duration_seconds_sum{zone=\"shop\"}"]);
    }

    [Fact]
    public void A_tunnel_has_no_duration()
    {
        Exchange tunnel = TestExchange.Get();
        tunnel.Record.End = ExchangeEnd.TunnelClosed;
        _metrics.ExchangeEnded(tunnel);
        Assert.Equal("0", Scrape()["breakwater_exchange_duration_seconds_count{zone=\"shop\"}"]);
    }

    [Fact]
    public void Origins_are_counted_by_what_became_of_the_last_attempt()
    {
        Origin origin = TestExchange.NewOrigin("http://10.0.0.5:3000");
        Exchange answered = TestExchange.Get();
        answered.Record.Origin = origin;
        answered.Record.OriginConnectionReused = true;
        _metrics.ExchangeEnded(answered);
        Exchange refused = TestExchange.Get();
        refused.Record = new ExchangeRecord { Status = 502, End = ExchangeEnd.OriginRefused, Origin = origin, Attempts = 3 };
        _metrics.ExchangeEnded(refused);

        Dictionary<string, string> series = Scrape();
        const string name = "breakwater_origin_exchanges_total{zone=\"shop\",origin=\"http://10.0.0.5:3000\",outcome=";
        Assert.Equal("1", series[name + "\"2xx\"}"]);
        Assert.Equal("1", series[name + "\"origin_refused\"}"]);
        Assert.Equal("2", series["breakwater_origin_retries_total{zone=\"shop\"}"]);
        Assert.Equal("1", series["breakwater_origin_reused_total{zone=\"shop\"}"]);
    }

    [Fact]
    public void Connections_are_open_from_start_to_end()
    {
        _metrics.ConnectionStarted("0.0.0.0:8080");
        _metrics.ConnectionStarted("0.0.0.0:8080");
        _metrics.ConnectionStarted("0.0.0.0:8080");
        _metrics.ConnectionEnded("0.0.0.0:8080", ConnectionProtocol.Http2, ConnectionEnd.IdleTimeout);
        _metrics.ConnectionEnded("0.0.0.0:8080", ConnectionProtocol.Unknown, ConnectionEnd.Refused);

        Dictionary<string, string> series = Scrape();
        Assert.Equal("3", series["breakwater_connections_accepted_total{listener=\"0.0.0.0:8080\"}"]);
        Assert.Equal("1", series["breakwater_connections_open{listener=\"0.0.0.0:8080\"}"]);
        Assert.Equal("1", series["breakwater_connections_ended_total{listener=\"0.0.0.0:8080\",protocol=\"h2\",end=\"idle_timeout\"}"]);
        Assert.Equal("1", series["breakwater_connections_ended_total{listener=\"0.0.0.0:8080\",protocol=\"unknown\",end=\"refused\"}"]);
    }

    [Fact]
    public void Handshakes_and_generations_are_counted()
    {
        _metrics.TlsHandshakeCompleted(SslProtocols.Tls13);
        _metrics.TlsHandshakeFailed(TlsHandshakeFailure.BadHello);
        _metrics.GenerationPromoted(7);
        _metrics.GenerationRefused();

        Dictionary<string, string> series = Scrape();
        Assert.Equal("1", series["breakwater_tls_handshakes_total{version=\"1.3\"}"]);
        Assert.Equal("1", series["breakwater_tls_handshake_failures_total{reason=\"bad_hello\"}"]);
        Assert.Equal("1", series["breakwater_generations_promoted_total"]);
        Assert.Equal("1", series["breakwater_generations_refused_total"]);
        Assert.Equal("7", series["breakwater_generation_number"]);
    }

    [Fact]
    public void Others_figures_are_asked_for_until_they_are_withdrawn()
    {
        MetricReading reading = sink => sink.Value(5, "shop", "http://a\"\\\n");
        _metrics.Observe(Instruments.OriginQueue, reading);
        _metrics.Observe(Instruments.OriginQueue, static sink => sink.Value(6, "shop", "http://b"));

        Dictionary<string, string> series = Scrape();
        Assert.Equal("5", series["breakwater_origin_queue{zone=\"shop\",origin=\"http://a\\\"\\\\\\n\"}"]);
        Assert.Equal("6", series["breakwater_origin_queue{zone=\"shop\",origin=\"http://b\"}"]);

        _metrics.Forget(Instruments.OriginQueue, reading);
        Assert.Single(Scrape(), pair => pair.Key.StartsWith("breakwater_origin_queue", StringComparison.Ordinal));
    }

    [Fact]
    public void The_process_itself_is_measured()
    {
        Dictionary<string, string> series = Scrape();
        Assert.Equal("1", series[$"breakwater_build_info{{version=\"{EdgeVersion.Text}\",runtime=\"{Environment.Version}\"}}"]);
        foreach (string name in new[]
        {
            "process_uptime_seconds", "process_cpu_time_seconds_total{cpu_mode=\"user\"}", "process_memory_usage_bytes",
            "process_thread_count", "dotnet_gc_heap_total_allocated_bytes_total",
        })
        {
            Assert.True(double.Parse(series[name], CultureInfo.InvariantCulture) > 0, name);
        }
    }

    [Fact]
    public void The_text_is_what_Prometheus_reads()
    {
        _metrics.ExchangeEnded(TestExchange.Get());
        string[] lines = Text().Split('\n');
        Assert.Equal("", lines[^1]);
        Dictionary<string, string> types = [];
        string? family = null;
        foreach (string line in lines[..^1])
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = line.Split(' ')[2];
                Assert.False(types.ContainsKey(family), $"{family} comes twice");
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.Equal(family, line.Split(' ')[2]);
                types[family!] = line.Split(' ')[3];
            }
            else
            {
                Match match = Sample().Match(line);
                Assert.True(match.Success, line);
                string name = match.Groups["name"].Value;
                Assert.Equal(family, types[family!] == "histogram" ? Suffix().Replace(name, "") : name);
                Assert.True(double.TryParse(match.Groups["value"].Value, CultureInfo.InvariantCulture, out _), line);
            }
        }

        Assert.Equal(Instruments.All.Select(instrument => instrument.PrometheusName), types.Keys);
        Assert.Equal(lines.Length, lines.Where(line => !line.StartsWith('#')).Distinct().Count() + 2 * types.Count);
    }

    [Fact]
    public void A_listener_to_the_meter_sees_the_same_figures()
    {
        Dictionary<string, double> seen = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == EdgeMeter.Name && _metrics.Owns(instrument.Meter))
            {
                to.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen[Key(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen[Key(instrument, tags)] = value);
        listener.Start();
        _metrics.ExchangeEnded(TestExchange.Get());
        listener.RecordObservableInstruments();

        Assert.Equal(0.004321, seen["breakwater.exchange.duration{zone=shop}"], 9);
        Assert.Equal(1, seen["breakwater.exchanges{zone=shop,status=2xx,protocol=http/1.1,end=completed}"]);
        Assert.True(seen["process.cpu.time{cpu.mode=user}"] > 0);
    }

    [Fact]
    public void Counting_an_exchange_allocates_nothing()
    {
        Exchange exchange = TestExchange.Get();
        exchange.Record.Origin = TestExchange.NewOrigin("http://10.0.0.5:3000");
        _metrics.ExchangeStarted();
        _metrics.ExchangeEnded(exchange);
        Assert.Equal(0, LeastAllocated.By(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                _metrics.ExchangeStarted();
                _metrics.ExchangeEnded(exchange);
            }
        }));
    }

    private static string Key(System.Diagnostics.Metrics.Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        $"{instrument.Name}{{{string.Join(",", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}}";

    private Dictionary<string, string> Scrape() => Text().Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => line[(line.LastIndexOf(' ') + 1)..]);

    private string Text()
    {
        ArrayBufferWriter<byte> output = new();
        _metrics.WritePrometheus(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    [GeneratedRegex("""^(?<name>[a-z_][a-z0-9_]*)(\{[a-z_]+="([^"\\\n]|\\["\\n])*"(,[a-z_]+="([^"\\\n]|\\["\\n])*")*\})? (?<value>[0-9.+-]+)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
