namespace Breakwater.Edge.Origins;

/// <summary>The origins of one zone and the choice among them.</summary>
internal sealed class OriginGroup(Origin[] origins)
{
    /// <summary>The origins, in configured order.</summary>
    public IReadOnlyList<Origin> Origins => origins;
}
