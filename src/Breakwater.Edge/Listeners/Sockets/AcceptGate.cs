namespace Breakwater.Edge.Listeners.Sockets;

/// <summary>
/// Whether listeners take connections off their queues. While it is closed, the kernel keeps them, for this process or another one that has the
/// same sockets. Open at first. Thread-safe.
/// </summary>
internal sealed class AcceptGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _opened = Done();
    private CancellationTokenSource _closing = new();

    /// <summary>Cancelled when it closes; another one each time.</summary>
    public CancellationToken Closing => Volatile.Read(ref _closing).Token;

    /// <summary>Whether connections may be taken.</summary>
    public bool IsOpen => Volatile.Read(ref _opened).Task.IsCompleted;

    /// <summary>No further connection is taken.</summary>
    public void Close()
    {
        CancellationTokenSource closing;
        lock (_lock)
        {
            if (!_opened.Task.IsCompleted)
            {
                return;
            }

            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            closing = _closing;
        }

        closing.Cancel();
    }

    /// <summary>Connections are taken again.</summary>
    public void Open()
    {
        lock (_lock)
        {
            if (_opened.Task.IsCompleted)
            {
                return;
            }

            _closing = new CancellationTokenSource();
            _opened.TrySetResult();
        }
    }

    /// <summary>Waits until it is open.</summary>
    public Task WaitAsync(CancellationToken cancel) => Volatile.Read(ref _opened).Task.WaitAsync(cancel);

    private static TaskCompletionSource Done()
    {
        TaskCompletionSource done = new();
        done.SetResult();
        return done;
    }
}
