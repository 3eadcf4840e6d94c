using System.Globalization;
using System.Text.Json;

namespace Breakwater.Bench.SideBySide;

/// <summary>The figures of one counted run under load.</summary>
/// <param name="Requests">Complete 2xx responses.</param>
/// <param name="CpuMicroseconds">User and system time of the proxy for one request.</param>
/// <param name="RequestsPerSecond">As the load generator saw it.</param>
/// <param name="Busy">Share of its core that the proxy used, 0–1.</param>
/// <param name="P50Milliseconds">Median latency.</param>
/// <param name="P99Milliseconds">99th percentile of it.</param>
/// <param name="PeakResident">Bytes.</param>
internal sealed record LoadFigures(
    long Requests, double CpuMicroseconds, double RequestsPerSecond, double Busy, double P50Milliseconds, double P99Milliseconds,
    long PeakResident);

/// <summary>The figures of one run with idle connections.</summary>
/// <param name="ResidentBefore">After two seconds of load on 64 connections, bytes.</param>
/// <param name="ResidentAfter">With all idle connections open, bytes.</param>
/// <param name="BytesPerConnection">The difference, for one.</param>
internal sealed record IdleFigures(long ResidentBefore, long ResidentAfter, double BytesPerConnection);

/// <summary>Collects figures and prints medians. Owned by one run, one thread.</summary>
internal sealed class Report(BenchOptions options)
{
    private const string Reference = "nginx";
    private const double MiB = 1024 * 1024;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<(int Round, BenchCase Case, string Peer, LoadFigures Figures)> _loads = [];
    private readonly List<(int Round, string Peer, IdleFigures Figures)> _idles = [];

    public void Add(int round, BenchCase one, string peer, LoadFigures figures) => _loads.Add((round, one, peer, figures));

    public void Add(int round, string peer, IdleFigures figures) => _idles.Add((round, peer, figures));

    public void Print()
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write("\r\x1b[K");
        foreach (var one in options.Cases)
        {
            if (one == BenchCase.Idle)
                PrintIdle();
            else
                PrintLoad(one);
        }

        if (options.JsonFile is { } file)
            File.WriteAllText(file, Json());
    }

    private void PrintLoad(BenchCase one)
    {
        Line($"{one.Title()}: {one.Connections(options.Connections)} {(one == BenchCase.Http2Tls ? "streams" : "connections")}, 1 KiB responses, "
            + $"medians of {options.Rounds} × {options.Seconds} s");
        Line($"{"",-22}{"CPU µs/request",16}{"× nginx",10}{"requests/s",12}{"busy",7}{"p50 ms",9}{"p99 ms",9}{"peak MiB",10}");
        foreach (var peer in Peer.All.Select(peer => peer.Name).Where(name => _loads.Any(run => run.Case == one && run.Peer == name)))
        {
            var runs = _loads.Where(run => run.Case == one && run.Peer == peer).ToArray();
            double Median(Func<LoadFigures, double> figure) => MedianOf(runs.Select(run => figure(run.Figures)));
            Line(string.Create(CultureInfo.InvariantCulture,
                $"{peer,-22}{Median(run => run.CpuMicroseconds),16:F1}{Ratio(one, peer),10}{Median(run => run.RequestsPerSecond),12:N0}"
                + $"{Median(run => run.Busy),7:P0}{Median(run => run.P50Milliseconds),9:F2}{Median(run => run.P99Milliseconds),9:F2}"
                + $"{Median(run => run.PeakResident) / MiB,10:F1}"));
        }

        Line("");
    }

    /// <summary>The median of the ratios within each round: what disturbs a whole round disturbs both its runs.</summary>
    private string Ratio(BenchCase one, string peer)
    {
        var ratios = from run in _loads
                     where run.Case == one && run.Peer == peer
                     from reference in _loads
                     where reference.Case == one && reference.Peer == Reference && reference.Round == run.Round
                     select run.Figures.CpuMicroseconds / reference.Figures.CpuMicroseconds;
        return ratios.Any() ? MedianOf(ratios).ToString("0.00##", CultureInfo.InvariantCulture) : "–";
    }

    private void PrintIdle()
    {
        Line($"{BenchCase.Idle.Title()}: {options.IdleConnections} connections, each used once, medians of {options.Rounds}");
        Line($"{"",-22}{"KiB/connection",16}{"MiB at 64",12}{"MiB with all",14}");
        foreach (var peer in Peer.All.Select(peer => peer.Name).Where(options.Peers.Contains))
        {
            var runs = _idles.Where(run => run.Peer == peer).Select(run => run.Figures).ToArray();
            Line(string.Create(CultureInfo.InvariantCulture,
                $"{peer,-22}{MedianOf(runs.Select(run => run.BytesPerConnection)) / 1024,16:F1}"
                + $"{MedianOf(runs.Select(run => (double)run.ResidentBefore)) / MiB,12:F1}"
                + $"{MedianOf(runs.Select(run => (double)run.ResidentAfter)) / MiB,14:F1}"));
        }

        Line("");
    }

    private string Json() => JsonSerializer.Serialize(
        new
        {
            options.Rounds,
            options.Seconds,
            options.Connections,
            options.IdleConnections,
            Kernel = Environment.OSVersion.VersionString,
            Loads = _loads.Select(run => new { run.Round, Case = run.Case.Name(), run.Peer, run.Figures }),
            Idle = _idles.Select(run => new { run.Round, run.Peer, run.Figures }),
        },
        Indented);

    private static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static void Line(string text) => Console.WriteLine(text);
}
