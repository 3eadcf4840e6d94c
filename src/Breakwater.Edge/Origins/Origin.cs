namespace Breakwater.Edge.Origins;

/// <summary>One server behind the edge.</summary>
internal sealed class Origin(Uri url)
{
    /// <summary>Where it is.</summary>
    public Uri Url => url;
}
