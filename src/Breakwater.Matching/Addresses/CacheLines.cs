using System.Runtime.InteropServices;

namespace Breakwater.Matching;

/// <summary>Arrays in which what belongs together begins with a cache line, and so takes no more of them than it must.</summary>
internal static class CacheLines
{
    private const int Size = 64;

    /// <summary>An array that does not move, with room for so many elements from one that begins a line. Not cleared.</summary>
    /// <param name="length">How many elements.</param>
    /// <param name="first">The number of the first one to use.</param>
    public static T[] Allocate<T>(int length, out int first)
        where T : unmanaged
    {
        int element = Marshal.SizeOf<T>();
        T[] array = GC.AllocateUninitializedArray<T>(length + (Size / element), pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        first = (int)((((address + Size - 1) & -Size) - address) / element);
        return array;
    }
}
