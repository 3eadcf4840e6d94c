using System.Globalization;
using System.Runtime.InteropServices;
using Breakwater.Commands;

namespace Breakwater.Supervision;

/// <summary>
/// <c>breakwater upgrade</c>: another version takes over, and the old one stays at hand until that has proved itself. Also the way to take up
/// changed listeners without a lost request, with the same version.
/// </summary>
/// <remarks>
/// <code>
/// new: rehearse ──────────────────────▶ go ─▶ check ─▶ bake ──────▶ is the edge
/// old: serve ── check ─▶ pause (keeps its connections) ───────────▶ finish and end
///                          ◀──── resume, whatever goes wrong with the new one
/// </code>
/// Connections that come between pause and go wait in the kernel; that is how long the new one takes to start, which it has rehearsed.
/// </remarks>
internal sealed partial class Supervisor
{
    /// <summary>Carries a supervisor's state to the version that replaces it.</summary>
    private const string StateVariable = "BREAKWATER_SUPERVISOR_STATE";

    private const string StateVersion = "1";

    private static readonly TimeSpan RehearsalBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StepBound = TimeSpan.FromSeconds(30);

    private ControlSocket? _control;
    private UpgradeRun? _upgrade;

    private enum UpgradeStep
    {
        Rehearsing,
        CheckingOld,
        Pausing,
        Starting,
        CheckingNew,
        Baking,
        Returning,
    }

    /// <summary>Makes the socket for commands in the edge's data directory.</summary>
    private void Offer(string dataDirectory)
    {
        if (_control?.Directory == dataDirectory)
        {
            return;
        }

        _control?.Dispose();
        _control = ControlSocket.TryOpen(dataDirectory, out string? problem);
        if (problem is not null)
        {
            _log.Warning($"commands to the supervisor cannot be taken: {problem}");
        }
    }

    private void TakeOrder()
    {
        if (_control!.TryAccept() is not { } client)
        {
            return;
        }

        if (client.Order != "upgrade")
        {
            client.End(false, "the order is not understood");
        }
        else if (_upgrade is not null)
        {
            client.End(false, "an upgrade is on its way already");
        }
        else if (_live is not { State: ChildState.Serving } live || _stopsAsked > 0)
        {
            client.End(false, "no edge is serving that could be replaced");
        }
        else if ((client["binary"] is { Length: > 0 } path ? _program.With(path) : _program) is not { } program)
        {
            client.End(false, $"{client["binary"]} is no file");
        }
        else
        {
            BeginUpgrade(client, live, program);
        }
    }

    private void BeginUpgrade(ControlClient client, EdgeChild live, ProgramCommand program)
    {
        if (_standby is { } standby)
        {
            // Its memory is needed, and it runs the old version.
            standby.Kill();
            _standby = null;
        }

        _standbyDue = null;
        if (Spawn(program, rehearse: true) is not { } candidate)
        {
            client.End(false, $"{program.Path} cannot be started");
            return;
        }

        _ = double.TryParse(client["bake"], NumberStyles.Float, CultureInfo.InvariantCulture, out double bake);
        _upgrade = new UpgradeRun(client, live, candidate, program) { Bake = TimeSpan.FromSeconds(Math.Clamp(bake, 0, 3600)) };
        Enter(UpgradeStep.Rehearsing, RehearsalBound);
        Tell($"process {candidate.Process} rehearses ({program.Path})");
    }

    /// <summary>A message that an upgrade waits for.</summary>
    private void UpgradeOn(EdgeChild child, ChannelMessage message)
    {
        if (_upgrade is not { } run)
        {
            return;
        }

        switch (run.Step, message.Word)
        {
            case (UpgradeStep.Rehearsing, "rehearsed") when child == run.Next:
                Enter(UpgradeStep.CheckingOld, StepBound);
                run.Old.Tell("check");
                break;
            case (UpgradeStep.Rehearsing, "unfit") when child == run.Next:
                Fail($"the new version cannot use the configuration: {message.Text}");
                break;
            case (UpgradeStep.CheckingOld, "checked") when child == run.Old:
                run.OldStatus = Status(message.Text);
                Enter(UpgradeStep.Pausing, StepBound);
                run.Old.Tell("pause");
                break;
            case (UpgradeStep.Pausing, "paused") when child == run.Old:
                run.Old.State = ChildState.Paused;
                run.PausedAt = _time.GetTimestamp();
                Enter(UpgradeStep.Starting, StepBound);
                _live = run.Next;
                Go(run.Next);
                break;
            case (UpgradeStep.Starting, "serving") when child == run.Next:
                Tell(string.Create(
                    CultureInfo.InvariantCulture,
                    $"process {child.Process} serves; connections waited {_time.GetElapsedTime(run.PausedAt).TotalMilliseconds:F0} ms at most"));
                Enter(UpgradeStep.CheckingNew, StepBound);
                child.Tell("check");
                break;
            case (UpgradeStep.CheckingNew, "checked") when child == run.Next:
                Judge(run, Status(message.Text), message.Text);
                break;
            case (UpgradeStep.Returning, "resumed") when child == run.Old:
                run.Old.State = ChildState.Serving;
                EndUpgrade(false, $"{run.Problem}; process {run.Old.Process} goes on as before");
                break;
        }
    }

    /// <summary>What a request of its own through the new edge brought, beside what one through the old edge had brought.</summary>
    private void Judge(UpgradeRun run, int status, string text)
    {
        if (status == 0 || (status >= 500 && run.OldStatus is > 0 and < 500))
        {
            Fail($"a request through the new version failed ({text.Replace('\n', ' ')})");
            return;
        }

        if (run.Bake > TimeSpan.Zero)
        {
            Tell(string.Create(CultureInfo.InvariantCulture, $"a request through it is answered with {status}; it proves itself for {run.Bake.TotalSeconds:F0} s"));
        }

        Enter(UpgradeStep.Baking, run.Bake);
    }

    private void UpgradeOnTime()
    {
        if (_upgrade is not { } run || !IsDue(run.Deadline))
        {
            return;
        }

        switch (run.Step)
        {
            case UpgradeStep.Baking:
                Succeed(run);
                break;
            case UpgradeStep.Rehearsing:
                Fail("the new version did not get ready in time");
                break;
            case UpgradeStep.CheckingOld:
                // One that does not answer is not asked to.
                run.OldStatus = 0;
                Enter(UpgradeStep.Pausing, StepBound);
                run.Old.Tell("pause");
                break;
            case UpgradeStep.Pausing:
                Fail("the old version did not let go in time");
                break;
            case UpgradeStep.Returning:
                // It cannot be told from one that hangs; what follows its end is a restart.
                EndUpgrade(false, $"{run.Problem}; and process {run.Old.Process} does not go on, so it is restarted");
                run.Old.Kill();
                break;
            default:
                Fail("the new version did not serve in time");
                break;
        }
    }

    /// <summary>Whether an end was an upgrade's affair.</summary>
    private bool UpgradeOnEnd(EdgeChild child, ChildEnd end)
    {
        if (_upgrade is not { } run)
        {
            return false;
        }

        if (child == run.Next && run.Step != UpgradeStep.Returning)
        {
            if (_stopsAsked > 0 || (end.Signal == 0 && end.Code == ExitCode.Ok && child.HasServed))
            {
                // Somebody asked the new edge to stop: it was the edge already.
                EndUpgrade(false, "the edge was stopped");
                return false;
            }

            Fail($"the new version {end}");
            return true;
        }

        if (child != run.Old)
        {
            return child == run.Next;
        }

        if (child == _live)
        {
            // Nothing was handed over yet, or it was being taken back: an end like any other, and the new version is the wrong one to go on with.
            string problem = $"the old version {end} meanwhile";
            run.Next.Kill();
            EndUpgrade(false, problem);
            return false;
        }

        // The one to go back to is gone. The new one serves, and has to do.
        Tell($"the old version {end} before the new one had proved itself");
        if (run.Step == UpgradeStep.Baking)
        {
            run.Deadline = _time.GetTimestamp();
        }

        return true;
    }

    /// <summary>Back to the old one.</summary>
    private void Fail(string problem)
    {
        UpgradeRun run = _upgrade!;
        run.Problem = problem;
        run.Next.Kill();
        bool hadLetGo = run.Step is UpgradeStep.Pausing or UpgradeStep.Starting or UpgradeStep.CheckingNew or UpgradeStep.Baking;
        _live = _children.Contains(run.Old) ? run.Old : null;
        if (_live is null)
        {
            EndUpgrade(false, $"{problem}; the old version is gone, too, and is started again");
            StartEdge();
        }
        else if (hadLetGo)
        {
            Enter(UpgradeStep.Returning, StepBound);
            run.Old.Tell("resume");
        }
        else
        {
            EndUpgrade(false, $"{problem}; process {run.Old.Process} goes on as before");
        }
    }

    private void Succeed(UpgradeRun run)
    {
        run.Old.State = ChildState.Draining;
        run.Old.Tell("retire");
        _program = run.Program;
        _ladder.Reset();
        DropUnused(run.Next);
        EndUpgrade(true, $"process {run.Next.Process} is the edge; process {run.Old.Process} finishes what it has begun");
        BecomeNext();
    }

    private void EndUpgrade(bool succeeded, string text)
    {
        (succeeded ? (Action<string>)_log.Information : _log.Error)((succeeded ? "upgraded: " : "the upgrade failed: ") + text);
        _upgrade!.Client.End(succeeded, text);
        _upgrade = null;
        _standbyDue = In(StandbyDelay);
    }

    private void Enter(UpgradeStep step, TimeSpan bound)
    {
        _upgrade!.Step = step;
        _upgrade.Deadline = In(bound);
    }

    private void Tell(string text)
    {
        _log.Information("upgrade: " + text);
        _upgrade?.Client.Tell(text);
    }

    private static int Status(string text) =>
        int.TryParse(text.Split('\n')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int status) ? status : 0;

    // ---- The supervisor's own replacement -----------------------------------------------------------------------------------------------

    /// <summary>
    /// Becomes the supervisor of the program in force: same process, same children, same sockets. Where that fails, this one goes on: it can
    /// look after any version of the edge that speaks its messages.
    /// </summary>
    private void BecomeNext()
    {
        if (_children.Exists(child => child.HasUnsent))
        {
            return;
        }

        List<string> state =
        [
            StateVersion,
            string.Create(CultureInfo.InvariantCulture, $"ladder {(int)_ladder.Mode} {_ladder.Crashes}"),
            $"standby {(_wantsStandby ? 1 : 0)}",
        ];
        List<int> kept = [];
        foreach (EdgeChild child in _children)
        {
            kept.Add(child.Channel.Descriptor);
            state.Add(string.Create(CultureInfo.InvariantCulture, $"child {child.Process} {child.Channel.Descriptor} {(int)child.State} {(child == _live ? 1 : 0)}"));
        }

        foreach ((string name, int descriptor) in _sockets.All)
        {
            kept.Add(descriptor);
            state.Add(string.Create(CultureInfo.InvariantCulture, $"socket {descriptor} {name}"));
        }

        if (_control is not null)
        {
            state.Add($"control {_control.Directory}");
        }

        SignalPipe.Hold(true);
        foreach (int descriptor in kept)
        {
            SystemCalls.SetInheritable(descriptor, true);
        }

        List<string> environment = [.. _environment, $"{StateVariable}={string.Join('\n', state)}"];
        if (_systemd.WatchdogInterval is { } interval)
        {
            environment.Add(string.Create(CultureInfo.InvariantCulture, $"WATCHDOG_USEC={(long)interval.TotalMicroseconds}"));
        }

        int error = SystemCalls.Execute(_program.Path, [.. _program.Before, .. _arguments], environment);
        foreach (int descriptor in kept)
        {
            SystemCalls.SetInheritable(descriptor, false);
        }

        SignalPipe.Hold(false);
        _log.Warning($"{_program.Path} cannot be executed in place of this supervisor ({Marshal.GetPInvokeErrorMessage(error)}), which goes on with the new edge");
    }

    /// <summary>Goes on where the supervisor before this one stopped.</summary>
    private void TakeOver(string state)
    {
        foreach (string line in state.Split('\n'))
        {
            string[] words = line.Split(' ');
            switch (words[0])
            {
                case "ladder":
                    _ladder.Restore((StartMode)Number(words[1]), Number(words[2]));
                    break;
                case "standby":
                    _wantsStandby = words[1] == "1";
                    break;
                case "child":
                    SystemCalls.SetInheritable(Number(words[2]), false);
                    EdgeChild child = new(Number(words[1]), new ControlChannel(Number(words[2])), _program, _time.GetTimestamp())
                    {
                        State = (ChildState)Number(words[3]),
                        HasServed = true,
                    };
                    _children.Add(child);
                    _live = words[4] == "1" ? child : _live;
                    break;
                case "socket":
                    SystemCalls.SetInheritable(Number(words[1]), false);
                    _sockets.Add(string.Join(' ', words[2..]), Number(words[1]));
                    break;
                case "control":
                    Offer(string.Join(' ', words[1..]));
                    break;
            }
        }

        _everServed = true;
        _standbyDue = In(StandbyDelay);
        if (_live is null)
        {
            StartEdge();
        }

        static int Number(string word) => int.Parse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    /// <summary>An upgrade that is on its way. Owned by the supervisor's thread.</summary>
    private sealed class UpgradeRun(ControlClient client, EdgeChild old, EdgeChild next, ProgramCommand program)
    {
        public ControlClient Client => client;

        public EdgeChild Old => old;

        public EdgeChild Next => next;

        public ProgramCommand Program => program;

        public TimeSpan Bake { get; init; }

        public UpgradeStep Step { get; set; }

        public long Deadline { get; set; }

        public long PausedAt { get; set; }

        public int OldStatus { get; set; }

        public string Problem { get; set; } = "";
    }
}
