using System.Collections.Concurrent;
using System.Diagnostics;

namespace Breakwater.Drills.Load;

/// <summary>
/// How much longer than it should a thread takes that sleeps for a moment and works for a moment: what other programs on this machine take from a drill, which
/// is no figure of the edge.
/// Thread-safe.
/// </summary>
internal sealed class MachineNoise : IAsyncDisposable
{
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(20), Work = TimeSpan.FromMilliseconds(1);

    private readonly ConcurrentQueue<double> _late = new();
    private readonly Thread _sleeper;
    private volatile bool _isOver;

    /// <summary>Begins at once.</summary>
    public MachineNoise()
    {
        _sleeper = new Thread(Sleep) { IsBackground = true, Name = "machine noise" };
        _sleeper.Start();
    }

    /// <summary>The 99th percentile so far, in milliseconds.</summary>
    public double P99Ms
    {
        get
        {
            double[] late = [.. _late.Order()];
            return late.Length == 0 ? 0 : late[Math.Max(0, (int)Math.Ceiling(late.Length * 0.99) - 1)];
        }
    }

    public ValueTask DisposeAsync()
    {
        _isOver = true;
        _sleeper.Join();
        return ValueTask.CompletedTask;
    }

    private void Sleep()
    {
        while (!_isOver)
        {
            long begun = Stopwatch.GetTimestamp();
            Thread.Sleep(Nap);
            for (int steps = 0; steps < 10; steps++)
            {
                // Work that cannot be left out, in pieces short enough for the time to be looked at.
                long piece = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(piece) < Work / 10)
                {
                    Thread.SpinWait(20);
                }
            }

            _late.Enqueue((Stopwatch.GetElapsedTime(begun) - Nap - Work).TotalMilliseconds);
        }
    }
}
