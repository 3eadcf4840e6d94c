using System.Diagnostics;

namespace Breakwater.Edge.Observability;

/// <summary>The figures of the process itself, read from the operating system and the runtime when somebody asks.</summary>
internal static class ProcessReadings
{
    private static readonly string[] GcGenerations = [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(i => $"gen{i}")];

    /// <summary>Adds them all.</summary>
    public static void AddTo(EdgeMetrics metrics)
    {
        metrics.Observe(Instruments.Build, static sink => sink.Value(1, EdgeVersion.Text, Environment.Version.ToString()));
        metrics.Observe(Instruments.ProcessUptime, static sink => sink.Value(Micros(DateTime.Now - Process.GetCurrentProcess().StartTime)));
        metrics.Observe(Instruments.ProcessCpu, ReadCpu);
        metrics.Observe(Instruments.ProcessMemory, static sink => sink.Value(Environment.WorkingSet));
        metrics.Observe(Instruments.ProcessThreads, ReadThreads);
        metrics.Observe(Instruments.GcCollections, ReadCollections);
        metrics.Observe(Instruments.GcPause, static sink => sink.Value(Micros(GC.GetTotalPauseDuration())));
        metrics.Observe(Instruments.GcAllocated, static sink => sink.Value(GC.GetTotalAllocatedBytes()));
        metrics.Observe(Instruments.GcHeap, static sink => sink.Value(GC.GetGCMemoryInfo().HeapSizeBytes));
        metrics.Observe(Instruments.PoolThreads, static sink => sink.Value(ThreadPool.ThreadCount));
        metrics.Observe(Instruments.PoolQueue, static sink => sink.Value(ThreadPool.PendingWorkItemCount));
    }

    private static void ReadCpu(MetricSink sink)
    {
        Environment.ProcessCpuUsage usage = Environment.CpuUsage;
        sink.Value(Micros(usage.UserTime), "user");
        sink.Value(Micros(usage.PrivilegedTime), "system");
    }

    private static void ReadThreads(MetricSink sink)
    {
        using Process process = Process.GetCurrentProcess();
        sink.Value(process.Threads.Count);
    }

    private static void ReadCollections(MetricSink sink)
    {
        // The runtime counts a collection of a generation as one of each younger generation too; here each counts once.
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            int older = generation == GC.MaxGeneration ? 0 : GC.CollectionCount(generation + 1);
            sink.Value(GC.CollectionCount(generation) - older, GcGenerations[generation]);
        }
    }

    private static long Micros(TimeSpan span) => (long)span.TotalMicroseconds;
}
