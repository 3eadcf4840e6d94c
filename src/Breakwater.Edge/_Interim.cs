#pragma warning disable
using Breakwater.Edge.Exchanges; using Breakwater.Http; using System.Net; using Breakwater.Config;
using System.Text;
namespace Breakwater.Edge.Forwarding { using Breakwater.Edge.Origins; using Breakwater.Edge.Time;
 internal static class Http2Attempt { public static ValueTask<AttemptResult> RunAsync(Exchange x, Origin o, EdgeClock c) => throw new NotSupportedException(); }
}
namespace Breakwater.Edge.Observability { internal sealed class AccessLog { public void Write(Exchange x) {} } }
