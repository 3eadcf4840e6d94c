using Breakwater.Config;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breakwater.Hosting;

/// <summary>Compiles a configuration for its diagnostics alone. Stateless.</summary>
internal static class TrialCompilation
{
    /// <summary>What compiling finds beyond reading, such as a certificate that does not fit its key. Opens no connection and no port.</summary>
    public static IReadOnlyList<ConfigDiagnostic> Run(BreakwaterConfig config)
    {
        EdgeClock clock = new(TimeProvider.System);
        using Heartbeat heartbeat = new(clock);
        using OriginRegistry origins = new(clock, heartbeat, NullLogger<OriginRegistry>.Instance);
        return new GenerationCompiler(origins, new RuleStores(clock), clock).Compile(new CompileOrder(config, Number: 1)).Diagnostics;
    }
}
