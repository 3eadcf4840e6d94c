using Breakwater.Config;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Breakwater.Edge.Observability;

/// <summary>
/// Sends the metrics to an OpenTelemetry collector, every so often, from a thread of its own. Made only where the configuration asks for
/// it. What goes wrong is counted and logged, and disturbs nothing else. Thread-safe.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>Series of one metric: far beyond what a configuration can name, and a bound all the same.</summary>
    private const int MaxSeries = 50_000;

    private static readonly TimeSpan FlushAtMost = TimeSpan.FromSeconds(2);

    private readonly MeterProvider _provider;
    private readonly Exporter _exporter;
    private readonly EdgeMetrics _metrics;

    private OtlpExport(MeterProvider provider, Exporter exporter, EdgeMetrics metrics)
    {
        _provider = provider;
        _exporter = exporter;
        _metrics = metrics;
        metrics.Observe(Instruments.OtlpFailures, ReadFailures);
    }

    /// <summary>Starts the export.</summary>
    public static OtlpExport Start(OtlpConfig config, EdgeMetrics metrics, ILogger logger)
    {
        OtlpExporterOptions options = new()
        {
            Endpoint = EndpointOf(config),
            Protocol = config.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        };
        int interval = (int)Math.Clamp(config.Interval.TotalMilliseconds, 100, int.MaxValue);
        options.TimeoutMilliseconds = Math.Min(options.TimeoutMilliseconds, interval);
        Exporter exporter = new(options, config.Endpoint, logger);
        MeterProvider provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(static resource => resource.AddService("breakwater", serviceVersion: EdgeVersion.Text))
            .AddMeter(EdgeMeter.Name)
            .AddView(static instrument => new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
            .AddReader(new PeriodicExportingMetricReader(exporter, interval, options.TimeoutMilliseconds))
            .Build();
        return new OtlpExport(provider, exporter, metrics);
    }

    /// <summary>Sends what there is once more, for <see cref="FlushAtMost"/> at most, and stops.</summary>
    public void Dispose()
    {
        _provider.Shutdown((int)FlushAtMost.TotalMilliseconds);
        _provider.Dispose();
        _metrics.Forget(Instruments.OtlpFailures, ReadFailures);
    }

    /// <summary>Sends what there is now, for <see cref="FlushAtMost"/> at most.</summary>
    public void Flush() => _provider.ForceFlush((int)FlushAtMost.TotalMilliseconds);

    /// <summary>
    /// Over HTTP, the path of the signal belongs to the URL (OTLP specification, "OTLP/HTTP Request"); an operator may name it or not.
    /// </summary>
    internal static Uri EndpointOf(OtlpConfig config) =>
        config.Protocol == OtlpProtocol.Http && config.Endpoint.AbsolutePath is "/" or ""
            ? new Uri(config.Endpoint, "/v1/metrics")
            : config.Endpoint;

    private void ReadFailures(MetricSink sink) => sink.Value(_exporter.Failures);

    /// <summary>The exporter, watched: it fails in silence otherwise.</summary>
    private sealed class Exporter(OtlpExporterOptions options, Uri endpoint, ILogger logger) : OtlpMetricExporter(options)
    {
        private long _failures;
        private bool _failing;

        public long Failures => Volatile.Read(ref _failures);

        public override ExportResult Export(in Batch<Metric> batch)
        {
            ExportResult result = base.Export(batch);
            bool failed = result != ExportResult.Success;
            if (failed)
            {
                Interlocked.Increment(ref _failures);
            }

            // Said when it begins and when it is over, not every time.
            if (failed != _failing)
            {
                _failing = failed;
                if (failed)
                {
                    logger.LogWarning(
                        "The metrics could not be sent to {Endpoint}. Check that an OpenTelemetry collector listens there and speaks the "
                            + "configured protocol; the edge goes on trying and is not affected.", endpoint);
                }
                else
                {
                    logger.LogInformation("The metrics reach {Endpoint} again.", endpoint);
                }
            }

            return result;
        }
    }
}
