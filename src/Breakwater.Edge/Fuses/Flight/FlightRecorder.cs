using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Fuses.Flight;

/// <summary>
/// Writes down what each thread is at work on, in memory that a file stands behind: a process that is gone (SIGSEGV, a stack that overflowed,
/// FailFast, SIGKILL) has left it there, for <see cref="FlightRecord"/> to read. One per process; each thread writes into its own slot, a few stores
/// and no system call. Thread-safe.
/// </summary>
/// <remarks>Without a file it writes into plain memory: the watchdog of the same process reads it there. The memory is never given back.</remarks>
internal sealed unsafe class FlightRecorder
{
    /// <summary>The environment variable that names the file; whoever starts the edge sets it.</summary>
    public const string Variable = "BREAKWATER_FLIGHT_FILE";

    private readonly Lock _lock = new();
    private readonly byte* _memory;
    private readonly bool[] _zones = new bool[FlightLayout.Zones];

    private FlightRecorder(byte* memory, int threads, ulong key)
    {
        _memory = memory;
        Threads = threads;
        new Span<byte>(memory, FlightLayout.SizeFor(threads, FlightLayout.Zones)).Clear();
        ref FlightHeader header = ref Header;
        header.Version = FlightLayout.Version;
        header.Threads = threads;
        header.Zones = FlightLayout.Zones;
        header.ProcessId = Environment.ProcessId;
        header.FingerprintKey = key;
        header.StartedUnixMillis = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        header.BeatMillis = Environment.TickCount64;
        header.Culprit = -1;
        Volatile.Write(ref header.Magic, FlightLayout.Magic);
    }

    /// <summary>The recorder of this process: into the file that <see cref="Variable"/> names, else into memory.</summary>
    public static FlightRecorder Process { get; } = Open(TakeVariable());

    /// <summary>How many threads have a slot. The last one is shared by all that came too late for one of their own, and tells nothing.</summary>
    public int Threads { get; }

    /// <summary>Why the file could not be used, so that memory is; null where all is well.</summary>
    public string? Problem { get; private init; }

    /// <summary>The head of the file.</summary>
    public ref FlightHeader Header => ref *(FlightHeader*)_memory;

    /// <summary>What fingerprints of requests are made with.</summary>
    public ulong FingerprintKey => Header.FingerprintKey;

    /// <summary>The slot of the current thread.</summary>
    public ref FlightSlot Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref SlotAt(ThreadStripe.Current);
    }

    /// <summary>Opens a file anew, which is made where it is missing. The key of one that is there already stays.</summary>
    /// <param name="path">The file; null for plain memory.</param>
    public static FlightRecorder Open(string? path)
    {
        int threads = ThreadStripe.Count;
        int size = FlightLayout.SizeFor(threads, FlightLayout.Zones);
        string? problem = null;
        if (!string.IsNullOrEmpty(path))
        {
            try
            {
                ulong key = FlightRecord.TryRead(path, out FlightRecord? before) ? before.FingerprintKey : NewKey();
                return new FlightRecorder(Map(path, size), threads, key);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                problem = $"the flight file {path} cannot be used: {e.Message}";
            }
        }

        return new FlightRecorder((byte*)NativeMemory.AlignedAlloc((nuint)size, FlightLayout.SlotSize), threads, NewKey()) { Problem = problem };
    }

    /// <summary>A thread's slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref FlightSlot SlotAt(int thread) => ref *(FlightSlot*)(_memory + FlightLayout.HeaderSize + thread * FlightLayout.SlotSize);

    /// <summary>A number for a zone, and its name under it; 0 when all are taken.</summary>
    public int AddZone(string name)
    {
        lock (_lock)
        {
            int number = Array.IndexOf(_zones, false, 1);
            if (number < 0)
            {
                return 0;
            }

            _zones[number] = true;
            Span<byte> room = ZoneAt(number);
            room.Clear();
            Encoding.UTF8.TryGetBytes(name.AsSpan(0, Math.Min(name.Length, room.Length - 1)), room[1..], out int length);
            room[0] = (byte)length;
            return number;
        }
    }

    /// <summary>Gives a number back.</summary>
    public void RemoveZone(int number)
    {
        lock (_lock)
        {
            if (number > 0)
            {
                _zones[number] = false;
                ZoneAt(number).Clear();
            }
        }
    }

    /// <summary>Writes down how the process ends.</summary>
    /// <param name="end">How.</param>
    /// <param name="culprit">The thread that is stuck; -1 = none is.</param>
    public void End(FlightEnd end, int culprit = -1)
    {
        Header.Culprit = culprit;
        Volatile.Write(ref Header.End, (int)end);
    }

    /// <summary>What the variable says, once: a process that this one starts is not to wipe the file.</summary>
    private static string? TakeVariable()
    {
        string? path = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        return path;
    }

    private static byte* Map(string path, int size)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.SetLength(size);

        // Reserved now: a disk that fills up later must not make a store into the mapping a SIGBUS.
        RandomAccess.Write(file.SafeFileHandle, new byte[size], 0);
        MemoryMappedFile map = MemoryMappedFile.CreateFromFile(file, null, size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = map.CreateViewAccessor(0, size, MemoryMappedFileAccess.ReadWrite);
        byte* memory = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref memory);
        return memory + view.PointerOffset;
    }

    private static ulong NewKey() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private Span<byte> ZoneAt(int number) => new(_memory + FlightLayout.ZonesAt(Threads) + number * FlightLayout.ZoneSize, FlightLayout.ZoneSize);
}
