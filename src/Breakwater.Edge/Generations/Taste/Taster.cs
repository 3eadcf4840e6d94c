using System.Text.Json;
using Breakwater.Edge.Admin;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Generations.Taste;

/// <summary>
/// The taster: loads a candidate and judges requests with it, and if that is the end of it, no visitor has noticed. Opens no port, no connection.
/// Stateless.
/// </summary>
internal static class Taster
{
    /// <summary>What ends the process when it takes too long by the clock, should the edge that started it be gone.</summary>
    private const int TimedOut = 3;

    /// <summary>The life of a taster's process: an order from standard input, what was found to standard output.</summary>
    public static int Run(Stream input, Stream output)
    {
        TasteOrder order;
        TimeSpan timeout;
        try
        {
            order = TastePipe.Read(input, out timeout);
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            Console.Error.WriteLine($"breakwater taste is for the edge, which gives it an order: {exception.Message}");
            return 2;
        }

        using Timer deadline = new(_ => Environment.Exit(TimedOut), null, TasteProcess.ByTheClock(timeout), Timeout.InfiniteTimeSpan);
        JsonSerializer.Serialize(output, Taste(order), TasteJson.Default.TasteFindings);
        output.Flush();
        return 0;
    }

    /// <summary>Loads and judges.</summary>
    public static TasteFindings Taste(TasteOrder order)
    {
        if (order.Document.Config is not { } config)
        {
            return new TasteFindings { Diagnostics = [.. order.Document.Diagnostics.Select(DiagnosticLine.Of)] };
        }

        using OfflineEdge edge = new(config, new ConfigurationFiles(order.Given, order.IsComplete), order.DataDirectory);
        return edge.Generation is { } generation
            ? Judge(generation, order, [.. edge.Diagnostics.Select(DiagnosticLine.Of)], isAlone: true)
            : new TasteFindings { Diagnostics = [.. edge.Diagnostics.Select(DiagnosticLine.Of)] };
    }

    /// <summary>Judges requests with a candidate that is loaded.</summary>
    /// <param name="generation">The candidate.</param>
    /// <param name="order">The order.</param>
    /// <param name="found">What loading it found.</param>
    /// <param name="isAlone">Whether the process does nothing else: then its memory is that of the candidate, and may be measured, which takes a pause.</param>
    public static TasteFindings Judge(Generation generation, TasteOrder order, IReadOnlyList<DiagnosticLine> found, bool isAlone)
    {
        Rehearsal rehearsal = new(generation, Time.EdgeClock.System);
        RecentRequest[] synthetic = SyntheticRequests.For(generation.Config, order.IsUrgent);
        string? first = null;

        // What a request meets for the first time is compiled then: nothing is measured yet.
        int[] ends = [.. order.Recent.Select(End)], syntheticEnds = [.. synthetic.Select(End)];
        long before = isAlone ? GC.GetTotalMemory(forceFullCollection: true) : 0;
        (int index, double micros) = Slowest(rehearsal, [.. order.Recent, .. synthetic]);
        long after = isAlone ? GC.GetTotalMemory(forceFullCollection: true) : 0;
        return new TasteFindings
        {
            Diagnostics = found,
            ContentHash = generation.ContentHash,
            Ends = ends,
            SyntheticEnds = syntheticEnds,
            Fault = first,
            Slowest = index,
            SlowestMicros = Math.Round(micros, 1),
            MemoryBytes = after,
            GrowthBytes = after - before,
        };

        int End(RecentRequest request)
        {
            RehearsedEnd end = rehearsal.Judge(request, out Exception? fault);
            first ??= fault is null ? null : $"{request.Line}: {fault.GetType().Name}: {fault.Message}";
            return end.Packed;
        }
    }

    /// <summary>The request that takes longest to judge; -1 without any.</summary>
    private static (int Index, double Micros) Slowest(Rehearsal rehearsal, RecentRequest[] requests)
    {
        (int index, double micros) = (-1, 0);
        for (int i = 0; i < requests.Length; i++)
        {
            double best = rehearsal.Time(requests[i], enough: micros);
            (index, micros) = best > micros ? (i, best) : (index, micros);
        }

        return (index, micros);
    }
}
