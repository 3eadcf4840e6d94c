using Breakwater.Drills.Configuration;
using Breakwater.Drills.Feeds;
using Breakwater.Drills.Fuses;
using Breakwater.Drills.Origins;
using Breakwater.Drills.Resources;
using Breakwater.Drills.Rules;
using Breakwater.Drills.Scenarios;
using Breakwater.Drills.Starts;
using Breakwater.Drills.Tls;

namespace Breakwater.Drills;

/// <summary>All drills, in the order of their numbers, the scenarios behind them; and those that are left out. Immutable.</summary>
internal static class DrillCatalogue
{
    private const string NoControlPlane = "there is no control plane yet; an edge is configured by files on its own node";
    private const string NoDashboard = "there is no dashboard yet";

    /// <summary>The drills.</summary>
    public static IReadOnlyList<Drill> Drills { get; } =
    [
        new OversizedFeed(),
        new FlappingFeed(),
        new PinnedRollback(),
        new MissingValues(),
        new BlankFields(),
        new WrongSchema(),
        new BacktrackingExpressions(),
        new CostlyRules(),
        new DanglingReferences(),
        new TenantFault(),
        new SilentYears(),
        new ColdStart(),
        new DamagedStore(),
        new RubbishFeed(),
        new StaleWriter(),
        new BroadRemoval(),
        new EmptyFilters(),
        new LateCrash(),
        new FatalLoad(),
        new RepeatedCrash(),
        new ThrowingModule(),
        new GreedyModule(),
        new EverySwitch(),
        new BypassFile(),
        new CorruptSwitches(),
        new BadCanary(),
        new UrgentPath(),
        new TwoVersions(),
        new TwoOperators(),
        new ClockJumps(),
        new FullDisk(),
        new MemoryLimit(),
        new CheapErrors(),
        new BlockedLogs(),
        new BadCertificates(),
        new TenantSurge(),
        new FaultyHealthChecks(),
        new VanishedName(),
        new HalfWay(),
        new NoWayOut(),
        new SecondOfJuly(),
        new TwentyNinthOfOctober(),
        new EighteenthOfNovember(),
        new FifthOfDecember(),
    ];

    /// <summary>What is left out.</summary>
    public static IReadOnlyList<LeftOutDrill> LeftOut { get; } =
    [
        new("D27", "The canary's cohort lacks a kind of configuration", "the canary of one node takes a share of all connections, so every kind is in it; cohorts of nodes need a control plane"),
        new("D31", "The database is down, read-only, locked or full", "no database is used: state is files of the edge's own"),
        new("D32", "Redis is down, slow or wrong", "limits are counted on the node; there is no shared store yet"),
        new("D38", "All edges reconnect at once", NoControlPlane),
        new("D39", "A dashboard's retry storm", NoDashboard),
        new("D40", "The authorization service is down", NoDashboard),
        new("D41", "Login while the challenge is broken", NoDashboard + ", and no challenge"),
        new("D42", "The dashboard behind its own edge, which is broken", NoDashboard + "; the commands use a socket of their own"),
        new("D43", "The identity provider is down", NoDashboard),
        new("D45", "Certificates between edge and control plane expire", NoControlPlane),
        new("D46", "The status page while all is dead", "there is no status page yet"),
        new("D52", "The backlog of logins after a recovery", NoDashboard),
    ];

    /// <summary>A drill by its name, in any case; null when there is none.</summary>
    public static Drill? Find(string name) => Drills.FirstOrDefault(drill => drill.Sheet.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
