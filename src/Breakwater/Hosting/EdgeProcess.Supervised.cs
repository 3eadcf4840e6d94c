using Breakwater.Edge.Admin;
using Breakwater.Edge.Lifecycle;
using Breakwater.Supervision;

namespace Breakwater.Hosting;

/// <summary>What an edge does for its supervisor. During an upgrade two of them live; what only one may have, one lets go of.</summary>
internal sealed partial class EdgeProcess : ISupervised
{
    private bool _isPaused;

    void ISupervised.Stop(bool now) => RequestStop(now);

    void ISupervised.Retire()
    {
        _isRetired = true;
        RequestStop(now: false);
    }

    void ISupervised.Reload() => _ = Task.Run(() => ReloadAsync(new ReloadOrder(), Breakwater.Edge.Generations.ChangeSource.Signal));

    void ISupervised.Rotate() => Volatile.Read(ref _edge)?.ReopenLogs();

    async Task ISupervised.PauseAsync()
    {
        _isPaused = true;
        _supervisor!.Mute(true);
        _gate.Close();
        if (_edge is { } edge)
        {
            await edge.Road.PauseAsync();
        }

        if (_admin is { } admin)
        {
            _admin = null;
            await admin.DisposeAsync();
        }

        _data.Dispose();
    }

    async Task ISupervised.ResumeAsync()
    {
        try
        {
            // Whoever had it is being killed; its lock goes with it.
            _data = await OpenAgainAsync(_data.Path);
            _admin = await AdminServer.StartAsync(_data.AdminSocket, Config.Admin.Address, this, _loggers);
        }
        catch (CannotStartException e)
        {
            // Commands cannot reach it; visitors can, and they matter more.
            Log.NotResumed(_logger, e);
        }

        Volatile.Read(ref _edge)?.Road.Resume();
        _gate.Open();
        _supervisor!.Mute(false);
        _systemd.Ready(Describe());
        _isPaused = false;
    }

    Task<string> ISupervised.CheckAsync() => Volatile.Read(ref _edge) is { } edge ? SelfCheck.RunAsync(edge.Listeners.Bound, Config) : Task.FromResult("0\nit does not serve");

    void ISupervised.Orphan()
    {
        if (_isPaused || _isRetired)
        {
            // Another edge serves.
            _isRetired = true;
            RequestStop(now: false);
            return;
        }

        Log.Orphaned(_logger);
    }

    private static async Task<DataDirectory> OpenAgainAsync(string path)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return DataDirectory.Open(path);
            }
            catch (CannotStartException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }
    }
}
