using Breakwater.Waf.Bodies;

namespace Breakwater.Waf.Engine;

/// <summary>What transactions need besides rules; one for a whole process, or one a test. Immutable; what it holds is thread-safe.</summary>
public sealed class WafEnvironment
{
    /// <summary>Makes an environment.</summary>
    /// <param name="time">The clock; the system's where null.</param>
    /// <param name="collections">Where collections are kept that outlive a request; a store of its own where null.</param>
    /// <param name="collectionLimits">The bounds of that store.</param>
    /// <param name="geo">Where addresses are; null: <c>@geoLookup</c> never matches.</param>
    public WafEnvironment(TimeProvider? time = null, CollectionStore? collections = null, CollectionLimits? collectionLimits = null, IGeoLookup? geo = null)
    {
        Time = time ?? TimeProvider.System;
        CollectionLimits = collectionLimits ?? CollectionLimits.Default;
        Collections = collections ?? new CollectionStore(Time, CollectionLimits);
        Geo = geo;
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Collections that outlive a request.</summary>
    public CollectionStore Collections { get; }

    /// <summary>Their bounds.</summary>
    public CollectionLimits CollectionLimits { get; }

    /// <summary>Where addresses are.</summary>
    public IGeoLookup? Geo { get; }

    /// <summary>Bytes of names and values of one transaction.</summary>
    public int ArenaBytes { get; init; } = BodyLimits.Default.ArenaBytes;

    /// <summary>Bytes of transformed values of one transaction.</summary>
    public int TransformedBytes { get; init; } = 64 << 20;
}
