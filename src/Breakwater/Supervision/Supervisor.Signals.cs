namespace Breakwater.Supervision;

/// <content>What an operator asks for by a signal.</content>
internal sealed partial class Supervisor
{
    private void TakeSignals()
    {
        while (_signals.TryTake(out int signal))
        {
            switch (signal)
            {
                case SignalPipe.Terminate or SignalPipe.Interrupt:
                    Stop();
                    break;
                case SignalPipe.HangUp:
                    _live?.Tell("reload");
                    break;
                case SignalPipe.User1:
                    foreach (EdgeChild child in _children)
                    {
                        child.Tell("rotate");
                    }

                    break;
            }
        }
    }

    /// <summary>Somebody wants it to end: the first time politely, the second time at once.</summary>
    private void Stop()
    {
        _stopsAsked++;
        StopOthers();
        if (_live is null)
        {
            EndWhenEmpty();
            return;
        }

        if (_stopsAsked > 1 && _live.State == ChildState.Starting)
        {
            _live.Kill();
        }

        _live.Tell(_stopsAsked == 1 ? "stop" : "stop-now");
    }

    /// <summary>Ends what does not serve, and lets what serves its last connections finish.</summary>
    private void StopOthers()
    {
        _startDue = _standbyDue = null;
        foreach (EdgeChild child in _children)
        {
            if (child == _live)
            {
                continue;
            }

            if (child.State is ChildState.Rehearsing or ChildState.Ready or ChildState.Starting)
            {
                child.Kill();
            }
            else
            {
                child.Tell(_stopsAsked <= 1 ? "stop" : "stop-now");
            }
        }
    }
}
