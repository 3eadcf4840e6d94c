namespace Breakwater.Http;

/// <summary>The bounds of a message head, in bytes on the wire with line ends. Immutable.</summary>
/// <param name="MaxBytes">The whole head, with the empty line that ends it.</param>
/// <param name="MaxLine">One line. A longer request line counts as a target that is too long.</param>
/// <param name="MaxFields">The number of field lines.</param>
/// <param name="MaxTarget">The request target.</param>
public readonly record struct HeadLimits(int MaxBytes, int MaxLine, int MaxFields, int MaxTarget)
{
    /// <summary>32 KiB in all, 16 KiB a line, 128 fields, a target of 8 KiB (RFC 9112 §3 asks for at least 8,000).</summary>
    public static HeadLimits Default { get; } = new(32 * 1024, 16 * 1024, 128, 8 * 1024);

    /// <summary>What trailers may take: 8 KiB in all, 4 KiB a line, 32 fields.</summary>
    public static HeadLimits Trailers { get; } = new(8 * 1024, 4 * 1024, 32, 0);

    internal void ThrowIfUnusable()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLine, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxFields);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxTarget);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxBytes, 16 * 1024 * 1024);
    }
}
