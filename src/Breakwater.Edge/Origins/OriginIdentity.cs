using Breakwater.Config;

namespace Breakwater.Edge.Origins;

/// <summary>
/// What makes an origin the same one after a reload: whose it is and what its connections depend on. A change of anything here is
/// another origin, with fresh state; everything else (<see cref="OriginSettings"/>) may change under a living one. Immutable, compared
/// by value.
/// </summary>
/// <remarks>
/// The zone is part of it: two zones that share a server keep their own pools, limits and health, so that one zone's failures (a
/// virtual host that answers 503, a flood that fills the queue) take nothing from the other.
/// </remarks>
/// <param name="Zone">The name of the zone.</param>
/// <param name="Url">Scheme, host and port; or <c>unix:/path</c> for a local socket.</param>
/// <param name="Protocol">The HTTP version spoken to it.</param>
/// <param name="Tls">How TLS is spoken to it; null for plain.</param>
internal sealed record OriginIdentity(string Zone, Uri Url, OriginProtocol Protocol, OriginTlsSettings? Tls)
{
    /// <summary>The origin in logs, metrics and <c>/status</c>: its URL without a path.</summary>
    public string Name { get; } = Url.Scheme == "unix" ? Url.OriginalString : Url.GetLeftPart(UriPartial.Authority);
}
