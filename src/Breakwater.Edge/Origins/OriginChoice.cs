using System.Runtime.CompilerServices;

namespace Breakwater.Edge.Origins;

/// <summary>
/// What the choice of an origin depends on: the hash key of the request and the origins that were tried for it already. A value owned
/// by one exchange; allocates nothing.
/// </summary>
/// <param name="hashKey">Used by consistent hash only: 64 bits that depend on what shall stay together.</param>
internal struct OriginChoice(ulong hashKey = 0)
{
    /// <summary>How many tried origins are remembered; further ones may be chosen again.</summary>
    public const int MaxTried = 4;

    private TriedOrigins _tried;

    /// <summary>The hash key of the request.</summary>
    public readonly ulong HashKey => hashKey;

    /// <summary>How many attempts there were.</summary>
    public int Attempts { get; private set; }

    /// <summary>Remembers an origin that was tried, so that the next choice prefers another.</summary>
    public void AddTried(Origin origin)
    {
        if (Attempts < MaxTried)
        {
            _tried[Attempts] = origin;
        }

        Attempts++;
    }

    /// <summary>Whether the origin was tried.</summary>
    public readonly bool WasTried(Origin origin)
    {
        int count = Math.Min(Attempts, MaxTried);
        for (int i = 0; i < count; i++)
        {
            if (ReferenceEquals(_tried[i], origin))
            {
                return true;
            }
        }

        return false;
    }

    [InlineArray(MaxTried)]
    private struct TriedOrigins
    {
        private Origin? _first;
    }
}
