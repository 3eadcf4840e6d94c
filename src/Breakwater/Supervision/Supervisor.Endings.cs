using System.Globalization;
using Breakwater.Commands;

namespace Breakwater.Supervision;

/// <content>What is done about processes that have ended.</content>
internal sealed partial class Supervisor
{
    /// <summary>Sees to processes that have ended: edges, and, as the first process of a container, whatever was left to it.</summary>
    private void Reap()
    {
        while (SystemCalls.Reap(out int status) is > 0 and int process)
        {
            if (_children.Find(child => child.Process == process) is { } child)
            {
                // What it said last is still in the line.
                Listen(child);
                _children.Remove(child);
                child.Dispose();
                OnEnd(child, new ChildEnd(status));
            }
        }
    }

    private void OnEnd(EdgeChild child, ChildEnd end)
    {
        if (child == _standby)
        {
            _standby = null;
            _standbyDue = In(RestartLadder.MaxDelay);
            if (_stopsAsked == 0)
            {
                _log.Warning($"standby process {child.Process} {end}; another is started later");
            }

            EndWhenEmpty();
            return;
        }

        if (UpgradeOnEnd(child, end) || child != _live)
        {
            EndWhenEmpty();
            return;
        }

        _live = null;
        bool refusedToStart = !_everServed && end.Signal == 0 && end.Code is ExitCode.Problem or ExitCode.Usage or ExitCode.CannotStart;
        if (_stopsAsked > 0 || refusedToStart || (end.Signal == 0 && end.Code == ExitCode.Ok))
        {
            // One that was ended because it was still starting did what it was asked to.
            _lastCode = _stopsAsked > 0 && !child.HasServed ? ExitCode.Ok : end.Code;
            _stopsAsked = Math.Max(_stopsAsked, 1);
            StopOthers();
            EndWhenEmpty();
            return;
        }

        _fellAt ??= _time.GetTimestamp();
        StartMode before = _ladder.Mode;
        RestartPlan plan = _ladder.OnCrash();
        string? work = _control is null ? null : _crashes.Take(FlightFiles.PathOf(_control.Directory, child.Process), child.Process);
        Report(child, end, before, plan, work);
        if (plan.Delay == TimeSpan.Zero)
        {
            StartEdge();
        }
        else
        {
            _startDue = In(plan.Delay);
        }
    }

    private void EndWhenEmpty()
    {
        if (_stopsAsked > 0 && _live is null && _children.Count == 0)
        {
            _exit = _lastCode;
        }
    }

    private void Report(EdgeChild child, ChildEnd end, StartMode before, RestartPlan plan, string? work)
    {
        string served = child.HasServed
            ? string.Create(CultureInfo.InvariantCulture, $" after {_time.GetElapsedTime(child.Started).TotalSeconds:F0} s") : " before it served";
        string next = plan.Mode == before
            ? plan.Delay == TimeSpan.Zero
                ? _standby is { } standby ? $"process {standby.Process}, which stood by, takes over" : "another is started"
                : string.Create(CultureInfo.InvariantCulture, $"another is started in {plan.Delay.TotalSeconds:F1} s")
            : $"the third time within {RestartLadder.Window.TotalSeconds:F0} s: " + (plan.Mode == StartMode.Previous
                ? "the next one starts with the last known good generation" : "the next one starts with suspect modules off");
        _log.Error($"edge process {child.Process} {end}{served}{(work is null ? "" : $" (at work: {work})")}; {next}");
    }
}
