using Breakwater.Matching;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>
/// The collections that outlive a request: IP, SESSION, USER, RESOURCE and GLOBAL, each once a key. Bounded: when there is no room, the
/// collections that were not used for the longest time go. Time is monotonic. One store may serve many zones, for their keys differ by zone.
/// Thread-safe.
/// </summary>
public sealed class CollectionStore
{
    private const int Stripes = 16; // a power of two

    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();

    private readonly TimeProvider _time;
    private readonly CollectionLimits _limits;
    private readonly Stripe[] _stripes;

    /// <summary>An empty store.</summary>
    public CollectionStore(TimeProvider? time = null, CollectionLimits? limits = null)
    {
        _time = time ?? TimeProvider.System;
        _limits = limits ?? CollectionLimits.Default;
        _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Stripe())];
    }

    /// <summary>How many collections there are, ended ones that nobody asked for included.</summary>
    public int Count => _stripes.Sum(static s => s.Count);

    /// <summary>About how much memory they take, in bytes.</summary>
    public long Bytes => _stripes.Sum(static s => s.Bytes);

    /// <summary>Opens a collection for a transaction, new where there is none or the old one's time is over.</summary>
    internal CollectionRecord Open(SecVariable collection, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, int timeoutSeconds)
    {
        Span<byte> full = stackalloc byte[512];
        full[0] = (byte)collection;
        int scopeLength = Math.Min(scope.Length, 254);
        full[1] = (byte)scopeLength;
        scope[..scopeLength].CopyTo(full[2..]);
        int keyLength = Math.Min(key.Length, Math.Min(_limits.KeyBytes, full.Length - 2 - scopeLength));
        key[..keyLength].CopyTo(full[(2 + scopeLength)..]);
        full = full[..(2 + scopeLength + keyLength)];
        uint hash = KeyedHash.Compute(full, Seed, ignoreCase: false);
        return _stripes[hash & (Stripes - 1)].Open(full, this, timeoutSeconds);
    }

    private sealed class Stripe
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<byte[], CollectionRecord> _records = new(KeyComparer.Instance);
        private CollectionRecord? _newest;
        private CollectionRecord? _oldest;
        private long _bytes;

        public int Count
        {
            get
            {
                lock (_gate) return _records.Count;
            }
        }

        public long Bytes
        {
            get
            {
                lock (_gate) return _bytes;
            }
        }

        public CollectionRecord Open(ReadOnlySpan<byte> key, CollectionStore store, int timeoutSeconds)
        {
            long now = store._time.GetTimestamp();
            lock (_gate)
            {
                if (_records.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out CollectionRecord? record))
                {
                    Unlink(record);
                    if (record.Ends <= now)
                    {
                        Forget(record);
                        record = null;
                    }
                }

                if (record is null)
                {
                    record = new CollectionRecord(key.ToArray(), store._time, store._limits);
                    _records[record.Key] = record;
                }

                record.Ends = now + (timeoutSeconds * store._time.TimestampFrequency);
                Link(record);
                int bytes = record.Bytes;
                _bytes += bytes - record.CountedBytes;
                record.CountedBytes = bytes;
                while (_bytes > store._limits.Bytes / Stripes && _oldest is { } oldest && oldest != record)
                {
                    Unlink(oldest);
                    Forget(oldest);
                }

                return record;
            }
        }

        private void Forget(CollectionRecord record)
        {
            _records.Remove(record.Key);
            _bytes -= record.CountedBytes;
        }

        private void Link(CollectionRecord record)
        {
            record.Newer = null;
            record.Older = _newest;
            if (_newest is not null) _newest.Newer = record;
            _newest = record;
            _oldest ??= record;
        }

        private void Unlink(CollectionRecord record)
        {
            if (record.Newer is null) _newest = record.Older;
            else record.Newer.Older = record.Older;
            if (record.Older is null) _oldest = record.Newer;
            else record.Older.Newer = record.Newer;
            (record.Newer, record.Older) = (null, null);
        }
    }

    private sealed class KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static KeyComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)KeyedHash.Compute(alternate, Seed ^ 1, ignoreCase: false);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
