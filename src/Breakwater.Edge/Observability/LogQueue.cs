namespace Breakwater.Edge.Observability;

/// <summary>Lines that wait for the writer: a piece of memory, filled by one stripe and then handed over. Owned by who holds it.</summary>
internal sealed class LogSlab
{
    /// <summary>Bytes of one slab: below the size of large objects, which are not moved together.</summary>
    public const int Bytes = 64 * 1024;

    /// <summary>Lines of one slab at most.</summary>
    public const int MaxLines = 64;

    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>(Bytes);

    /// <summary>Bytes used.</summary>
    public int Length { get; set; }

    /// <summary>Lines in it.</summary>
    public int Lines { get; set; }

    /// <summary>What is used.</summary>
    public ReadOnlySpan<byte> Written => _memory.AsSpan(0, Length);

    /// <summary>Whether it has all the lines that it may have.</summary>
    public bool IsFull => Lines == MaxLines;

    /// <summary>What is free.</summary>
    public Span<byte> Room => _memory.AsSpan(Length);
}

/// <summary>
/// The slabs of an access log, empty and full: a fixed number, made when first needed. Thread-safe. It is asked once for some sixty lines,
/// so that one lock does.
/// </summary>
internal sealed class LogQueue(int maxSlabs)
{
    private readonly Lock _lock = new();
    private readonly Stack<LogSlab> _empty = new(maxSlabs);
    private readonly Queue<LogSlab> _full = new(maxSlabs);
    private int _made;
    private volatile bool _exhausted;

    /// <summary>Full slabs that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _full.Count;
            }
        }
    }

    /// <summary>An empty slab; null when all are in use. While that is so, asking costs no lock.</summary>
    public LogSlab? TakeEmpty()
    {
        if (_exhausted)
        {
            return null;
        }

        lock (_lock)
        {
            if (_empty.TryPop(out LogSlab? slab))
            {
                return slab;
            }

            if (_made < maxSlabs)
            {
                _made++;
                return new LogSlab();
            }

            _exhausted = true;
            return null;
        }
    }

    /// <summary>Hands a slab to the writer.</summary>
    public void AddFull(LogSlab slab)
    {
        lock (_lock)
        {
            _full.Enqueue(slab);
        }
    }

    /// <summary>The slab that waits longest, or null.</summary>
    public LogSlab? TakeFull()
    {
        lock (_lock)
        {
            return _full.TryDequeue(out LogSlab? slab) ? slab : null;
        }
    }

    /// <summary>Takes a slab back after it was written.</summary>
    public void Return(LogSlab slab)
    {
        slab.Length = 0;
        slab.Lines = 0;
        lock (_lock)
        {
            _empty.Push(slab);
            _exhausted = false;
        }
    }
}
