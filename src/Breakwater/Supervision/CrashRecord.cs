using System.Globalization;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Fuses.Switches;

namespace Breakwater.Supervision;

/// <summary>
/// What edges were at work on when they fell, and what follows for the next one: a request that was in flight in two crashes is refused, and on the
/// ladder's last step the modules that were at work are off. Read from flight files, which edges that fall leave behind; written as a file of
/// switches. Owned by the supervisor's thread; bounded by the number of crashes that it remembers.
/// </summary>
internal sealed class CrashRecord(TimeProvider time)
{
    /// <summary>Crashes that a request must have been in flight in to be refused.</summary>
    public const int CrashesOfRequest = 2;

    /// <summary>Crashes that are remembered.</summary>
    private const int MaxCrashes = 16;

    /// <summary>How long a crash is held against a request or a module.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly List<(DateTimeOffset At, ulong[] Requests, ModuleId[] Modules)> _crashes = [];

    /// <summary>Takes what a process that has fallen left. Says what it was at work on, for people; null when nothing is known.</summary>
    /// <param name="path">Its flight file.</param>
    /// <param name="process">The process.</param>
    public string? Take(string path, int process)
    {
        DateTimeOffset now = time.GetUtcNow();
        _crashes.RemoveAll(crash => now - crash.At > Memory);
        if (!FlightRecord.TryRead(path, out FlightRecord? record) || record.ProcessId != process || record.Threads.Count == 0)
        {
            return null;
        }

        ulong[] requests = [.. record.Threads.Select(thread => thread.Fingerprint).Where(fingerprint => fingerprint != 0).Distinct()];

        // A thread in no module tells nothing of one.
        ModuleId[] modules = [.. record.Threads.Select(thread => thread.Module).Where(module => module is not (ModuleId.None or ModuleId.Edge)).Distinct()];
        if (_crashes.Count == MaxCrashes)
        {
            _crashes.RemoveAt(0);
        }

        _crashes.Add((now, requests, modules));
        return string.Join(", ", record.Threads.Select(thread => thread.ModuleName).Distinct()) + string.Create(
            CultureInfo.InvariantCulture, $"; {requests.Length} {(requests.Length == 1 ? "request" : "requests")} in flight");
    }

    /// <summary>What the next edge is to leave out, and to refuse.</summary>
    /// <param name="withoutModules">Whether modules that were at work are left out.</param>
    public SwitchSet Suspects(bool withoutModules)
    {
        DateTimeOffset until = time.GetUtcNow() + Memory;
        return new SwitchSet
        {
            Requests =
            [
                .. _crashes.SelectMany(crash => crash.Requests).GroupBy(request => request).Where(group => group.Count() >= CrashesOfRequest)
                    .Select(group => new RequestSwitch(group.Key, until, string.Create(CultureInfo.InvariantCulture, $"in flight in {group.Count()} crashes"))),
            ],
            Modules = withoutModules
                ? [.. _crashes.SelectMany(crash => crash.Modules).Distinct().Select(module => new ModuleSwitch(module, null, until, "at work in crashes"))] : [],
        };
    }
}
