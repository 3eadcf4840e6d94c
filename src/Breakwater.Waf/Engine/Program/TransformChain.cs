using System.Collections.Immutable;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Engine;

/// <summary>The transformations of a rule in order; rules with the same ones share it. Immutable.</summary>
internal sealed class TransformChain(int id, ImmutableArray<TransformationKind> kinds)
{
    public int Id => id;

    public ImmutableArray<TransformationKind> Kinds => kinds;

    public bool IsEmpty => kinds.IsEmpty;

    /// <summary>Whether a digest is part of it, which takes longer to work out than to remember.</summary>
    public bool IsDigest { get; } = kinds.Contains(TransformationKind.Sha1) || kinds.Contains(TransformationKind.Md5);

    /// <summary>The groups of bytes of which a value must hold one for any of the transformations to change it.</summary>
    public ByteClasses Triggers { get; } = kinds.Aggregate(ByteClasses.None, (all, kind) => all | Transformation.TriggersOf(kind));
}
