using System.Security.Cryptography;

namespace Breakwater.Edge.Generations.Canary;

/// <summary>
/// Which connections run a candidate: a number for each, spread evenly over all that 32 bits hold, from its id and a secret of the process,
/// so that no client can choose. Thread-safe.
/// </summary>
/// <param name="secret">What makes it unpredictable.</param>
internal sealed class ConnectionLane(ulong secret)
{
    /// <summary>The lane of what never runs a candidate.</summary>
    public const uint Never = uint.MaxValue;

    /// <summary>A lane chooser with a secret of its own.</summary>
    public ConnectionLane()
        : this(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))))
    {
    }

    /// <summary>The lane of a connection.</summary>
    /// <param name="connectionId">Kestrel's id of it.</param>
    public uint Of(string connectionId)
    {
        ulong hash = secret;
        foreach (char letter in connectionId)
        {
            hash = Mix(hash ^ letter);
        }

        return (uint)(hash >> 32);
    }

    /// <summary>The lanes below this are a share of all.</summary>
    /// <param name="share">0 to 1.</param>
    public static uint Below(double share) => (uint)Math.Clamp(share * uint.MaxValue, 0, uint.MaxValue);

    /// <summary>The finaliser of SplitMix64.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
