using System.Runtime.InteropServices;

namespace Breakwater.Testing;

/// <summary>
/// Memory between two pages that nobody may touch: code that reads or writes before a value's first byte or behind its last one ends the
/// process there and then, whatever lies beside it in the heap of the day. Not thread-safe.
/// </summary>
internal sealed unsafe partial class GuardedBuffer : IDisposable
{
    private const int None = 0, ReadWrite = 1 | 2, Private = 2;

    private static readonly int Anonymous = OperatingSystem.IsLinux() ? 0x20 : 0x1000;

    private readonly nint _mapping;
    private readonly nuint _mapped;
    private readonly byte* _start;

    /// <param name="capacity">The longest value, in bytes.</param>
    public GuardedBuffer(int capacity)
    {
        int page = Environment.SystemPageSize;
        Capacity = (capacity + page - 1) / page * page;
        _mapped = (nuint)(Capacity + (2 * page));
        _mapping = Map(0, _mapped, None, Private | Anonymous, -1, 0);
        if (_mapping == -1 || Protect(_mapping + page, (nuint)Capacity, ReadWrite) != 0)
        {
            throw new InvalidOperationException($"no memory: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        _start = (byte*)_mapping + page;
    }

    /// <summary>The bytes between the guards.</summary>
    public int Capacity { get; }

    /// <summary>Memory whose last byte is the last before a guard.</summary>
    public Span<byte> AtEnd(int length) => new(_start + Capacity - length, length);

    /// <summary>Memory whose first byte is the first behind a guard.</summary>
    public Span<byte> AtStart(int length) => new(_start, length);

    /// <summary>A copy of a value whose last byte is the last before a guard.</summary>
    public ReadOnlySpan<byte> AtEnd(ReadOnlySpan<byte> value)
    {
        value.CopyTo(AtEnd(value.Length));
        return AtEnd(value.Length);
    }

    /// <summary>A copy of a value whose first byte is the first behind a guard.</summary>
    public ReadOnlySpan<byte> AtStart(ReadOnlySpan<byte> value)
    {
        value.CopyTo(AtStart(value.Length));
        return AtStart(value.Length);
    }

    public void Dispose() => _ = Unmap(_mapping, _mapped);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
