using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Observability;

/// <summary>How an origin is called in metrics and logs.</summary>
internal static class OriginName
{
    /// <summary>Its URL without a path.</summary>
    public static string Text(Origin origin) => origin.Url.GetLeftPart(UriPartial.Authority);
}
