using System.Runtime.InteropServices;

namespace Breakwater.Edge.Fuses.Flight;

/// <summary>How a process ended, as its flight file says.</summary>
internal enum FlightEnd
{
    /// <summary>It runs, or it ended without a word: killed, crashed, failed fast.</summary>
    Unknown,

    /// <summary>It ended in order.</summary>
    Ordered,

    /// <summary>Its watchdog ended it, because a thread was stuck in a module.</summary>
    Stuck,
}

/// <summary>
/// The bytes of a flight file: what each I/O thread is at work on, kept where it outlives the process. All numbers are in the machine's own
/// order: whoever reads it runs on the same machine, with the same program.
/// </summary>
/// <remarks>
/// <code>
/// offset 0      128 bytes   header: FlightHeader
/// offset 128    64 bytes each, header.Threads times: FlightSlot, one per thread
/// then          64 bytes each, header.Zones times: a length byte and the name of the zone with that number; number 0 is nobody
/// </code>
/// </remarks>
internal static class FlightLayout
{
    /// <summary><c>BWFLIGHT</c>.</summary>
    public const ulong Magic = 0x5448_4749_4C46_5742;

    /// <summary>Raised by every change of the layout. A file of another version is not read.</summary>
    public const uint Version = 1;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderSize = 128;

    /// <summary>Bytes of a thread's slot: a cache line, so that threads do not wait for each other.</summary>
    public const int SlotSize = 64;

    /// <summary>Bytes of a zone's name with its length.</summary>
    public const int ZoneSize = 64;

    /// <summary>Zones that have a number; the threads of others are at work for zone 0.</summary>
    public const int Zones = 4096;

    /// <summary>The most threads that a file may claim to have.</summary>
    public const int MaxThreads = 4096;

    /// <summary>Where the zones' names begin.</summary>
    public static int ZonesAt(int threads) => HeaderSize + threads * SlotSize;

    /// <summary>The size of a file.</summary>
    public static int SizeFor(int threads, int zones) => ZonesAt(threads) + zones * ZoneSize;
}

/// <summary>The head of a flight file.</summary>
[StructLayout(LayoutKind.Sequential, Size = FlightLayout.HeaderSize)]
internal struct FlightHeader
{
    /// <summary><see cref="FlightLayout.Magic"/>; written last, so that a half-made file is none.</summary>
    public ulong Magic;

    /// <summary><see cref="FlightLayout.Version"/>.</summary>
    public uint Version;

    /// <summary>How many slots there are.</summary>
    public int Threads;

    /// <summary>How many zones' names there are room for.</summary>
    public int Zones;

    /// <summary>The process.</summary>
    public int ProcessId;

    /// <summary>What fingerprints of requests are made with; the same for all processes that used the file.</summary>
    public ulong FingerprintKey;

    /// <summary>When the process opened it, in milliseconds since 1970.</summary>
    public long StartedUnixMillis;

    /// <summary>The watchdog's last beat, as <see cref="Environment.TickCount64"/>: the same clock for all processes of a machine.</summary>
    public long BeatMillis;

    /// <summary>The same beat on the clock of <see cref="FlightEntry.Since"/>.</summary>
    public long LivedMillis;

    /// <summary>The generation in force.</summary>
    public long Generation;

    /// <summary>How the process ended: a <see cref="FlightEnd"/>.</summary>
    public int End;

    /// <summary>Which thread was stuck, where one was; else -1.</summary>
    public int Culprit;
}

/// <summary>What one thread is at work on.</summary>
/// <param name="Place">The zone's number in the upper half, the <see cref="ModuleId"/> in the lower; 0 = the thread is at work on nothing.</param>
/// <param name="Since">Since when, in milliseconds that the process has lived (<see cref="FuseClock"/>).</param>
/// <param name="Fingerprint">The request, as <see cref="HeadFingerprint"/> knows it again; 0 = none.</param>
/// <param name="Ray">The exchange.</param>
internal readonly record struct FlightEntry(ulong Place, long Since, ulong Fingerprint, ulong Ray)
{
    /// <summary>The module.</summary>
    public ModuleId Module => (ModuleId)(byte)Place;

    /// <summary>The number of the zone.</summary>
    public int Zone => (int)(Place >> 32);

    /// <summary>The place of a module of a zone.</summary>
    public static ulong PlaceOf(ModuleId module, int zone) => (ulong)(uint)zone << 32 | (byte)module;
}

/// <summary>A thread's slot.</summary>
[StructLayout(LayoutKind.Sequential, Size = FlightLayout.SlotSize)]
internal struct FlightSlot
{
    /// <summary>What it is at work on.</summary>
    public FlightEntry Entry;
}
