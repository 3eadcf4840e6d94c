#pragma warning disable
using Breakwater.Edge.Exchanges; using Breakwater.Http; using System.Net; using Breakwater.Config;
using System.Text;
namespace Breakwater.Edge.Forwarding { using Breakwater.Edge.Origins; using Breakwater.Edge.Time;
 internal static class Http2Attempt { public static ValueTask<AttemptResult> RunAsync(Exchange x, Origin o, EdgeClock c) => throw new NotSupportedException(); }
}
namespace Breakwater.Edge.Origins { 
 internal static class OriginGroupBuilder { public static OriginGroup Compose(ZoneConfig zone, OriginRegistry r, List<ConfigDiagnostic> d) => r.Compose(zone.Name, new OriginGroupSettings(), [.. zone.Origins.Select(o => new OriginDefinition(new Uri(o.Url.ToString())))]); }
 }
