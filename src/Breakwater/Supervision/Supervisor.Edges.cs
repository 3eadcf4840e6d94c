using System.Globalization;
using Breakwater.Commands;
using Breakwater.Edge.Fuses.Switches;

namespace Breakwater.Supervision;

/// <content>The processes that serve or stand by: started, let serve, listened to.</content>
internal sealed partial class Supervisor
{
    /// <summary>Has an edge serve: the standby if there is one, else a new one.</summary>
    private void StartEdge()
    {
        EdgeChild? child = _standby;
        _standby = null;
        _live = child ??= Spawn(_program, rehearse: false);
        if (child is not null)
        {
            Go(child);
        }
    }

    private void StartStandby()
    {
        if (_wantsStandby && _standby is null && _upgrade is null && _stopsAsked == 0 && _live is { State: ChildState.Serving })
        {
            _standby = Spawn(_program, rehearse: true);
        }
    }

    /// <summary>Starts a process; null, and another try is due, when it cannot be.</summary>
    private EdgeChild? Spawn(ProgramCommand program, bool rehearse)
    {
        try
        {
            EdgeChild child = EdgeChild.Start(program, _arguments, _environment, _time.GetTimestamp());
            _children.Add(child);
            foreach ((string name, int descriptor) in _sockets.All)
            {
                child.Tell("socket", name, descriptor);
            }

            if (rehearse)
            {
                child.Tell("rehearse");
            }

            return child;
        }
        catch (IOException e)
        {
            _log.Error(e.Message);
            if (!rehearse)
            {
                if (!_everServed)
                {
                    _exit = ExitCode.CannotStart;
                }

                _startDue = In(RestartLadder.MaxDelay);
            }

            return null;
        }
    }

    /// <summary>Lets an edge serve.</summary>
    private void Go(EdgeChild child)
    {
        child.State = ChildState.Starting;
        string suspects = WriteSuspects() is { } path ? $"\nsuspects={path}" : "";
        child.Tell("go", string.Create(CultureInfo.InvariantCulture, $"mode={_ladder.Mode}\nrestarts={_ladder.Crashes}{suspects}"));
    }

    /// <summary>Writes down what the next edge is to leave out and refuse; null when that is nothing.</summary>
    private string? WriteSuspects()
    {
        if (_control is null || _ladder.Crashes == 0)
        {
            return null;
        }

        string path = Path.Combine(_control.Directory, "suspects");
        SwitchSet suspects = _crashes.Suspects(withoutModules: _ladder.Mode == StartMode.SuspectsOff);
        try
        {
            SwitchFile.Write(path, suspects);
            return suspects.IsEmpty ? null : path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Warning($"{path} cannot be written, so that the next edge knows nothing of suspects: {e.Message}");
            return null;
        }
    }

    /// <summary>Takes what a child has to say.</summary>
    private void Listen(EdgeChild child)
    {
        while (child.Channel.Receive(wait: false, out ChannelMessage message) == ChannelState.Message)
        {
            Take(child, message);
        }
    }

    private void Take(EdgeChild child, ChannelMessage message)
    {
        child.SilentTicks = 0;
        switch (message.Word)
        {
            case "bound" when message.Descriptor >= 0:
                _sockets.Add(message.Text, message.Descriptor);
                if (_standby is { } standby && standby != child)
                {
                    standby.Tell("socket", message.Text, message.Descriptor);
                }

                return;
            case "unused":
                child.Unused.Add(message.Text);
                return;
            case "rehearsed":
                child.State = ChildState.Ready;
                UpgradeOn(child, message);
                break;
            case "serving":
                OnServing(child, message.Text);
                UpgradeOn(child, message);
                break;
            case "notify" when child == _live:
                _systemd.Send(message.Text);
                break;
            case "changed" when child == _live:
                _ladder.Reset();
                break;
            case "unfit" or "paused" or "resumed" or "checked":
                UpgradeOn(child, message);
                break;
        }

        if (message.Descriptor >= 0)
        {
            SystemCalls.Close(message.Descriptor);
        }
    }

    private void OnServing(EdgeChild child, string text)
    {
        child.State = ChildState.Serving;
        child.HasServed = true;
        _everServed = true;
        string[] lines = text.Split('\n');
        _wantsStandby = lines.Length > 1 && lines[1] == "standby";
        Offer(lines[0]);
        FlightFiles.Sweep(lines[0], process => _children.Exists(one => one.Process == process));
        if (_fellAt is { } fell)
        {
            _fellAt = null;
            _log.Information(string.Create(
                CultureInfo.InvariantCulture, $"edge process {child.Process} serves, {_time.GetElapsedTime(fell).TotalMilliseconds:F0} ms after the other was gone"));
        }

        if (_upgrade is null)
        {
            DropUnused(child);
            _standbyDue = In(StandbyDelay);
        }
    }

    private void DropUnused(EdgeChild child)
    {
        foreach (string name in child.Unused)
        {
            _sockets.Drop(name);
        }

        child.Unused.Clear();
    }
}
