using System.Diagnostics;

namespace Breakwater.Interop.Tests.Volume;

/// <summary>Samples this process's memory, the edge's and the test's own, while something runs.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private const long Mebibyte = 1024 * 1024;

    private readonly Lock _sampling = new();
    private readonly Timer _timer;
    private readonly long _startHeap;
    private readonly long _startWorkingSet;
    private long _peakHeap;
    private long _peakWorkingSet;

    private MemoryWatch()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        _startHeap = GC.GetTotalMemory(forceFullCollection: false);
        _startWorkingSet = WorkingSet();
        _timer = new Timer(_ => Sample(), null, dueTime: 0, period: 50);
    }

    public static MemoryWatch Start() => new();

    /// <summary>Fails the test when either has grown by more than this since the start.</summary>
    public void AssertGrowthBelow(long bytes, string during)
    {
        Sample();
        long heap = Volatile.Read(ref _peakHeap) - _startHeap;
        long workingSet = Volatile.Read(ref _peakWorkingSet) - _startWorkingSet;
        string measured = $"{during}: heap +{heap / Mebibyte} MiB, working set +{workingSet / Mebibyte} MiB "
            + $"(from {_startHeap / Mebibyte} and {_startWorkingSet / Mebibyte} MiB)";
        TestContext.Current.TestOutputHelper?.WriteLine(measured);
        Assert.True(heap < bytes && workingSet < bytes, measured);
    }

    public void Dispose() => _timer.Dispose();

    private static long WorkingSet()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private void Sample()
    {
        lock (_sampling)
        {
            _peakHeap = Math.Max(_peakHeap, GC.GetTotalMemory(forceFullCollection: false));
            _peakWorkingSet = Math.Max(_peakWorkingSet, WorkingSet());
        }
    }
}
