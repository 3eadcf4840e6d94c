namespace Breakwater.Edge.Faults;

/// <summary>What a fault does to the module that it strikes.</summary>
internal enum FaultKind : byte
{
    /// <summary>An exception.</summary>
    Throw,

    /// <summary>The call does not come back, until <see cref="FaultPlan.Release"/> or the process's end.</summary>
    Hang,

    /// <summary>The call takes so much longer.</summary>
    Sleep,

    /// <summary>The call allocates so many bytes more.</summary>
    Allocate,

    /// <summary>The process fails fast, as the runtime does on a fatal error: SIGABRT.</summary>
    FailFast,

    /// <summary>The thread's stack overflows, which nothing can catch: SIGABRT.</summary>
    Overflow,

    /// <summary>A write to memory that is not there: SIGSEGV.</summary>
    Segfault,
}
