using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Breakwater.Drills.Scenarios;

/// <summary>The modules of stand-ins, by name. Stateless.</summary>
internal static class StandInModules
{
    /// <summary>Makes one; null when there is none of that name.</summary>
    public static IStandInModule? Find(string name) => name switch
    {
        "2-july-2019" => new BacktrackingRule(),
        "29-october" => new CrashingMetadata(),
        "18-november" => new FeatureFile(),
        "5-december" => new ExecutedRules(),
        _ => null,
    };

    /// <summary>A rule in log mode: it refuses nobody, and its expression backtracks.</summary>
    private sealed class BacktrackingRule : IStandInModule
    {
        private volatile Regex? _rule;

        public int Judge(HttpRequest request)
        {
            // Only logged, so what comes of it does not matter to the visitor; the time does.
            _ = _rule?.IsMatch(request.QueryString.Value ?? "");
            return 200;
        }

        public void Take(string command) => _rule = new Regex(command, RegexOptions.CultureInvariant);
    }

    /// <summary>Rules that execute others, with a switch that skips the execution and leaves no result.</summary>
    private sealed class ExecutedRules : IStandInModule
    {
        private volatile bool _isKilled;

        public int Judge(HttpRequest request)
        {
            int[]? results = _isKilled ? null : [200];

            // The result of an execution was always there: nobody had pulled the switch on one.
            return results![0];
        }

        public void Take(string command) => _isKilled = command == "kill";
    }
}
