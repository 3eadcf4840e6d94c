using Breakwater.Edge.Connections;
using Breakwater.Edge.Events;

namespace Breakwater.Edge.Explain;

/// <summary>What is known of a live exchange that had events. Immutable.</summary>
/// <param name="Ray">The exchange.</param>
/// <param name="Request">Its request, without secrets, and what became of it.</param>
/// <param name="Events">What rules did then, in order.</param>
/// <param name="Generation">The number of the configuration in force now.</param>
public sealed record RayExplanation(string Ray, EventRequest Request, IReadOnlyList<SecurityEvent> Events, long Generation)
{
    /// <summary>
    /// The same request taken through the rules in force now, nothing counted and nothing sent: each rule with what it sees. Without the secrets,
    /// which are not kept, so that rules about those see something else than they did. Null when the head was kept in part only, or was refused.
    /// </summary>
    public Explanation? Rehearsal { get; init; }
}

/// <summary>Explains exchanges of a running edge by their rays. Stateless.</summary>
internal static class RayExplainer
{
    /// <summary>What is known; null when the exchange had no events, or they are not kept any more.</summary>
    public static RayExplanation? Explain(string ray, DataPlane plane)
    {
        IReadOnlyList<SecurityEvent> events = plane.Events.Store.Of(ray);
        return events is [{ Request: { } request }, ..]
            ? new RayExplanation(events[0].Ray, request, events, plane.Live.Number) { Rehearsal = Rehearse(request, plane) }
            : null;
    }

    private static Explanation? Rehearse(EventRequest request, DataPlane plane)
    {
        if (request.HeadTruncated || !Clients.ClientAddress.TryParse(System.Text.Encoding.ASCII.GetBytes(request.Client), out Clients.ClientAddress address))
        {
            return null;
        }

        bool isAnswered = request.ResponseHead is not null && !request.ResponseHeadTruncated;
        byte[] answer = isAnswered ? RequestText.ToWire(System.Text.Encoding.UTF8.GetBytes(request.ResponseHead!)) : [];

        // What came over HTTP/2 or 3 is shown to rules in the form of HTTP/1.1; only http.request.version tells the difference.
        string head = request.Head.Replace(" HTTP/2\n", " HTTP/1.1\n", StringComparison.Ordinal).Replace(" HTTP/3\n", " HTTP/1.1\n", StringComparison.Ordinal);
        return new Explainer(plane.Live, plane.Clock, Redaction.None)
            .Explain(RequestText.ToWire(System.Text.Encoding.UTF8.GetBytes(head)), new ExplainedClient(address, request.Https), counts: false, chooses: false, answer);
    }
}
