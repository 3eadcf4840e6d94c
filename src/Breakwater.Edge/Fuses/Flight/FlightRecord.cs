using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace Breakwater.Edge.Fuses.Flight;

/// <summary>
/// What a process was at work on, read from its flight file (<see cref="FlightRecorder"/>) while it runs or after it has gone. To be read before the
/// next process opens the file, which wipes it. Immutable.
/// </summary>
internal sealed record FlightRecord
{
    /// <summary>The process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When it opened the file.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The generation that was in force; 0 = none yet.</summary>
    public required long Generation { get; init; }

    /// <summary>How it ended.</summary>
    public required FlightEnd End { get; init; }

    /// <summary>The last beat of its watchdog, on the clock of <see cref="Environment.TickCount64"/>.</summary>
    public required long BeatMillis { get; init; }

    /// <summary>What fingerprints were made with.</summary>
    public required ulong FingerprintKey { get; init; }

    /// <summary>The threads that were at work, each with what it was at.</summary>
    public required IReadOnlyList<ThreadInFlight> Threads { get; init; }

    /// <summary>Reads a file. False when it is missing, is none, or is of another version; that never throws.</summary>
    /// <param name="path">The file.</param>
    /// <param name="record">What it says.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out FlightRecord? record)
    {
        record = null;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length is < FlightLayout.HeaderSize or > 1 << 24)
            {
                return false;
            }

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return TryParse(bytes, out record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out FlightRecord? record)
    {
        FlightHeader header = MemoryMarshal.Read<FlightHeader>(bytes);
        if (header.Magic != FlightLayout.Magic || header.Version != FlightLayout.Version
            || header.Threads is < 1 or > FlightLayout.MaxThreads || header.Zones is < 1 or > FlightLayout.Zones
            || bytes.Length < FlightLayout.SizeFor(header.Threads, header.Zones))
        {
            record = null;
            return false;
        }

        var threads = new List<ThreadInFlight>();
        for (int i = 0; i < header.Threads; i++)
        {
            FlightEntry entry = MemoryMarshal.Read<FlightSlot>(bytes[(FlightLayout.HeaderSize + i * FlightLayout.SlotSize)..]).Entry;
            if (entry.Module is ModuleId.None or > ModuleId.AccessLog)
            {
                continue;
            }

            threads.Add(new ThreadInFlight
            {
                Thread = i,
                Module = entry.Module,
                Zone = ZoneOf(bytes, header, entry.Zone),
                Fingerprint = entry.Fingerprint,
                Ray = entry.Ray,
                For = TimeSpan.FromMilliseconds(Math.Clamp(header.LivedMillis - entry.Since, 0, int.MaxValue)),
                IsStuck = header.End == (int)FlightEnd.Stuck && header.Culprit == i,
            });
        }

        record = new FlightRecord
        {
            ProcessId = header.ProcessId,
            StartedAt = DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Clamp(header.StartedUnixMillis, 0, 1L << 45)),
            Generation = header.Generation,
            End = header.End is (int)FlightEnd.Ordered or (int)FlightEnd.Stuck ? (FlightEnd)header.End : FlightEnd.Unknown,
            BeatMillis = header.BeatMillis,
            FingerprintKey = header.FingerprintKey,
            Threads = threads,
        };
        return true;
    }

    private static string? ZoneOf(ReadOnlySpan<byte> bytes, in FlightHeader header, int number)
    {
        if (number <= 0 || number >= header.Zones)
        {
            return null;
        }

        ReadOnlySpan<byte> room = bytes.Slice(FlightLayout.ZonesAt(header.Threads) + number * FlightLayout.ZoneSize, FlightLayout.ZoneSize);
        int length = Math.Min((int)room[0], room.Length - 1);
        return length == 0 ? null : Encoding.UTF8.GetString(room.Slice(1, length));
    }
}

/// <summary>A thread that was at work on a request. Immutable.</summary>
internal sealed record ThreadInFlight
{
    /// <summary>The number of the thread's slot.</summary>
    public required int Thread { get; init; }

    /// <summary>The module that it was in; <see cref="ModuleId.Edge"/> where it was in none.</summary>
    public required ModuleId Module { get; init; }

    /// <summary>The module's name, as bypass and suspects files have it.</summary>
    public string ModuleName => ModuleIds.NameOf(Module);

    /// <summary>The zone; null where none was known yet.</summary>
    public string? Zone { get; init; }

    /// <summary>The request (<see cref="HeadFingerprint"/>); 0 = not known.</summary>
    public required ulong Fingerprint { get; init; }

    /// <summary>The exchange's ray id; 0 = not known.</summary>
    public required ulong Ray { get; init; }

    /// <summary>For how long, at the watchdog's last beat.</summary>
    public required TimeSpan For { get; init; }

    /// <summary>Whether the watchdog ended the process because of it.</summary>
    public bool IsStuck { get; init; }
}
