using System.Runtime.CompilerServices;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;

namespace Breakwater.Edge.Faults;

/// <summary>One fault of a plan, armed. Thread-safe.</summary>
/// <param name="plan">The plan.</param>
/// <param name="kind">What it does.</param>
internal sealed class FaultPoint(FaultPlan plan, FaultKind kind)
{
    private long _met;

    /// <summary>The module that it strikes.</summary>
    public required ModuleId Module { get; init; }

    /// <summary>The zone; null = each.</summary>
    public string? Zone { get; init; }

    /// <summary>For <see cref="FaultKind.Sleep"/>.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>For <see cref="FaultKind.Allocate"/>.</summary>
    public int Bytes { get; init; }

    /// <summary>The path of the requests that it strikes, as it came; empty = any.</summary>
    public byte[] Path { get; init; } = [];

    /// <summary>Calls that are spared first.</summary>
    public long After { get; init; }

    /// <summary>Calls that are struck then.</summary>
    public long Times { get; init; } = long.MaxValue;

    /// <summary>Whether it is for a module of a zone.</summary>
    public bool IsFor(ModuleId module, string zone) => Module == module && (Zone ?? zone) == zone;

    /// <summary>Strikes, where it is its turn. Called by the fuse, inside what guards the module.</summary>
    public void Strike(Exchange? exchange)
    {
        if (Path.Length > 0 && (exchange is null || !exchange.Request.Path.SequenceEqual(Path)))
        {
            return;
        }

        long before = Interlocked.Increment(ref _met) - 1 - After;
        if (before < 0 || before >= Times)
        {
            return;
        }

        switch (kind)
        {
            case FaultKind.Throw:
                throw new InjectedFaultException(Module);
            case FaultKind.Hang:
                plan.Wait(Timeout.InfiniteTimeSpan);
                break;
            case FaultKind.Sleep:
                plan.Wait(Duration);
                break;
            case FaultKind.Allocate:
                GC.KeepAlive(new byte[Bytes]);
                break;
            case FaultKind.FailFast:
                Environment.FailFast($"A drill ends the process in the module {ModuleIds.NameOf(Module)}.");
                break;
            case FaultKind.Overflow:
                Overflow(0);
                break;
            case FaultKind.Segfault:
                WriteNowhere();
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static int Overflow(int depth) => Overflow(depth + 1) + Overflow(depth + 2);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static unsafe void WriteNowhere()
    {
        // Far above the first pages, whose faults the runtime makes exceptions of.
        *(int*)0x1000_0000_0000 = 1;
    }
}

/// <summary>What an armed fault throws.</summary>
/// <param name="module">The module that it strikes.</param>
internal sealed class InjectedFaultException(ModuleId module) : Exception($"A drill makes the module {ModuleIds.NameOf(module)} throw.");
