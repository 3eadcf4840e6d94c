namespace Breakwater.Drills.Ground;

/// <summary>What a process wrote to standard error, line by line as it comes. Thread-safe.</summary>
internal sealed class EdgeLog
{
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Means, TaskCompletionSource<string> Seen)> _awaited = [];
    private readonly Lock _lock = new();
    private bool _ended;

    /// <summary>All lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>How many lines hold a text.</summary>
    public int Count(string text) => Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>The last line that holds a text; null when there is none.</summary>
    public string? Last(string text) => Lines.LastOrDefault(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits for a line that holds a text, unless there is one. Without the time of the log in front.</summary>
    /// <exception cref="DrillException">It does not come.</exception>
    public Task<string> WaitAsync(string text, TimeSpan? patience = null) => WaitAsync(text, 0, patience);

    /// <summary>The same, but only lines after the first so many count.</summary>
    public async Task<string> WaitAsync(string text, int after, TimeSpan? patience = null)
    {
        TaskCompletionSource<string> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.Skip(after).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
            {
                return Message(line);
            }

            if (_ended)
            {
                seen.SetException(Missing(text, "the process ended"));
            }

            _awaited.Add((line => line.Contains(text, StringComparison.Ordinal), seen));
        }

        try
        {
            return Message(await seen.Task.WaitAsync(patience ?? TimeSpan.FromSeconds(20)));
        }
        catch (TimeoutException)
        {
            throw Missing(text, "it took too long");
        }
    }

    /// <summary>Takes a line; null = there are no more.</summary>
    public void Add(string? line)
    {
        lock (_lock)
        {
            if (line is null)
            {
                _ended = true;
                foreach ((_, TaskCompletionSource<string> seen) in _awaited)
                {
                    seen.TrySetException(new DrillException($"the process ended; its last lines: {string.Join(" | ", _lines.TakeLast(8))}"));
                }

                return;
            }

            _lines.Add(line);
            foreach ((Func<string, bool> means, TaskCompletionSource<string> seen) in _awaited)
            {
                if (means(line))
                {
                    seen.TrySetResult(line);
                }
            }
        }
    }

    /// <summary>A line without its time and level.</summary>
    public static string Message(string line) => line.Length > 33 && line[4] == '-' && line[23] == 'Z' ? line[33..] : line;

    private DrillException Missing(string text, string why) => new($"the edge never said \"{text}\": {why}; its last lines: {string.Join(" | ", _lines.TakeLast(8))}");
}
