using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Breakwater.Edge.Generations.Taste;

/// <summary>
/// Processor time of the calling thread: what others do with the machine meanwhile is not in it. Where the system has no such clock it is the time of
/// day. Stateless.
/// </summary>
internal static partial class ThreadTime
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of clock_gettime(2), on Linux.</summary>
    private const int ThreadClock = 3;

    /// <summary>Now, in microseconds; of use in differences on one thread only.</summary>
    public static double Micros => OperatingSystem.IsLinux() && Read(ThreadClock, out TimeSpec now) == 0
        ? now.Seconds * 1_000_000.0 + now.Nanoseconds / 1_000.0
        : Stopwatch.GetElapsedTime(0).TotalMicroseconds;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Read(int clock, out TimeSpec now);

    /// <summary><c>struct timespec</c> of 64-bit systems.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
