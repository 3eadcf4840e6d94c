using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Configuration;

/// <summary>D17.</summary>
internal sealed class EmptyFilters : Drill
{
    private static readonly (string Method, string Path)[] Calls =
    [
        ("POST", "/stop?now="), ("POST", "/stop?now"), ("POST", "/stop?now=all"), ("GET", "/events?after="), ("GET", "/events?after=all"), ("GET", "/explain"), ("GET", "/explain?ray="),
        ("GET", "/waf/exclude?ray="), ("POST", "/status"), ("POST", "/reload?expected="), ("POST", "/reload?expected=all"), ("GET", "/reload"), ("GET", "/stop"), ("GET", "/everything"),
    ];

    public override DrillSheet Sheet { get; } = new("D17", "An empty filter that means everything")
    {
        Outage = "Cloudflare, 20 February 2026",
        Mechanism = "A clean-up job asked for prefixes with `?pending_delete`, without a value; the server took that as no filter and gave it all prefixes, and the job deleted them.",
        Fault = "The admin interface is called with parameters that are empty, unknown or of another type.",
        Bound = "Each call is refused with its reason or finds nothing; none is taken to mean everything, and the edge neither stops nor changes.",
        Guard = "Parameters of the admin interface are typed; what is not understood is an error.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(RefusedEdits.Document(origin));
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked);
        string before = (await edge.StatusAsync()).Generation.Hash;
        foreach ((string method, string path) in Calls)
        {
            (int status, _) = await edge.AdminAsync(method, path);
            ground.Hold(status is >= 400 and < 500, $"{method} {path} is answered {status}");
        }

        await load.SendAsync(60);
        EdgeStatus now = await edge.StatusAsync();
        ground.Hold(now.State == EdgeState.Ready && now.Generation.Hash == before, "the edge stopped or changed");
    }
}
