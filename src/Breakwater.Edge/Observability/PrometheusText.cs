using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Breakwater.Edge.Observability;

/// <summary>Writes figures in Prometheus' text format, version 0.0.4. Used by one thread, for one answer.</summary>
internal sealed class PrometheusText(IBufferWriter<byte> output) : MetricSink
{
    /// <summary>The media type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] UpperEnds =
        [.. DurationHistogram.UpperEnds.Select(micros => (micros / 1e6).ToString(CultureInfo.InvariantCulture)), "+Inf"];

    private Instrument _instrument = null!;
    private string _name = "";
    private string[] _labelNames = [];

    /// <summary>Begins an instrument: all that follows belongs to it.</summary>
    public void Begin(Instrument instrument)
    {
        _instrument = instrument;
        _name = instrument.PrometheusName;
        _labelNames = [.. instrument.PrometheusLabels];
        Write($"# HELP {_name} ");
        WriteEscaped(instrument.Help, quoteToo: false);
        Write($"\n# TYPE {_name} {Words.SnakeCase(instrument.Kind.ToString())}\n");
    }

    /// <inheritdoc/>
    public override void Value(long value, params ReadOnlySpan<string> labels)
    {
        WriteSeries("", labels, null);
        WriteNumber(value, _instrument.InMicroseconds);
    }

    /// <inheritdoc/>
    public override void Distribution(DurationHistogram histogram, params ReadOnlySpan<string> labels)
    {
        Span<long> ranges = stackalloc long[DurationHistogram.RangeCount];
        histogram.Read(ranges, out long sumMicros);
        long count = 0;
        for (int i = 0; i < ranges.Length; i++)
        {
            count += ranges[i];
            WriteSeries("_bucket", labels, UpperEnds[i]);
            WriteNumber(count, false);
        }

        WriteSeries("_sum", labels, null);
        WriteNumber(sumMicros, true);
        WriteSeries("_count", labels, null);
        WriteNumber(count, false);
    }

    private void WriteSeries(string suffix, ReadOnlySpan<string> labels, string? upperEnd)
    {
        if (labels.Length != _labelNames.Length)
        {
            throw new ArgumentException($"{_instrument.Name} has {_labelNames.Length} labels, {labels.Length} were given.");
        }

        Write(_name);
        Write(suffix);
        string separator = "{";
        for (int i = 0; i < labels.Length; i++)
        {
            WriteLabel(separator, _labelNames[i], labels[i]);
            separator = ",";
        }

        if (upperEnd is not null)
        {
            WriteLabel(separator, "le", upperEnd);
            separator = ",";
        }

        Write(separator == "{" ? " " : "} ");
    }

    private void WriteLabel(string separator, string name, string value)
    {
        Write(separator);
        Write(name);
        Write("=\"");
        WriteEscaped(value, quoteToo: true);
        Write("\"");
    }

    private void WriteNumber(long value, bool inMicroseconds)
    {
        Span<byte> text = stackalloc byte[32];
        int length;
        if (inMicroseconds)
        {
            Utf8Formatter.TryFormat(value / 1_000_000m, text, out length, new StandardFormat('F', 6));
        }
        else
        {
            Utf8Formatter.TryFormat(value, text, out length);
        }

        text[length++] = (byte)'\n';
        output.Write(text[..length]);
    }

    /// <summary>A backslash and a line's end are escaped everywhere, a quote in labels.</summary>
    private void WriteEscaped(string text, bool quoteToo)
    {
        string escaped = text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        Write(quoteToo ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped);
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, output);
}
