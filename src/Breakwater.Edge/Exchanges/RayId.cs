using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// The id of one exchange, shown to people on every response and error page and written to every log line: 16 hex digits.
/// Unique in practice across edges and restarts, and not guessable from another ray (a keyed permutation of a counter), so that
/// a ray tells an outsider nothing about traffic. Immutable.
/// </summary>
public readonly record struct RayId(ulong Value)
{
    /// <summary>Length of the text form in bytes and characters.</summary>
    public const int Length = 16;

    /// <summary>Writes the 16 lower-case hex digits.</summary>
    public void Format(Span<byte> destination)
    {
        Span<byte> big = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(big, Value);
        Convert.TryToHexStringLower(big, destination, out _);
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("x16");
}

/// <summary>Makes ray ids. Thread-safe.</summary>
internal sealed class RaySource
{
    private readonly ulong _keyA;
    private readonly ulong _keyB;
    private long _counter;

    public RaySource()
    {
        Span<byte> seed = stackalloc byte[24];
        RandomNumberGenerator.Fill(seed);
        _keyA = BinaryPrimitives.ReadUInt64LittleEndian(seed);
        _keyB = BinaryPrimitives.ReadUInt64LittleEndian(seed[8..]);
        _counter = BinaryPrimitives.ReadInt64LittleEndian(seed[16..]);
    }

    /// <summary>A new ray id.</summary>
    public RayId Next()
    {
        // The splitmix64 finaliser (Steele, Lea, Flood 2014) between two key additions: a bijection, so that no two counts collide.
        ulong x = (ulong)Interlocked.Increment(ref _counter) + _keyA;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        x ^= x >> 31;
        x += _keyB;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return new RayId(x ^ (x >> 31));
    }
}
