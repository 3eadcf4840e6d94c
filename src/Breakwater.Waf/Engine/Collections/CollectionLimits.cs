namespace Breakwater.Waf.Engine;

/// <summary>Bounds of the collections that outlive a request: their keys and values come from visitors. Immutable.</summary>
public sealed record CollectionLimits
{
    /// <summary>The bounds used unless others are given.</summary>
    public static CollectionLimits Default { get; } = new();

    /// <summary>Bytes of all collections together, with what each costs beside its content. The longest unused go first.</summary>
    public long Bytes { get; init; } = 64 << 20;

    /// <summary>Bytes of a collection's key; a longer one is cut.</summary>
    public int KeyBytes { get; init; } = 256;

    /// <summary>Variables of one collection; more are not kept.</summary>
    public int Variables { get; init; } = 64;

    /// <summary>Bytes of a variable's name; one that is longer is not kept.</summary>
    public int NameBytes { get; init; } = 128;

    /// <summary>Bytes of a variable's value; a longer one is cut.</summary>
    public int ValueBytes { get; init; } = 1024;
}
