namespace Breakwater.Rules.Evaluation;

/// <summary>Writes a value of unknown length into scratch memory. Used and finished within one evaluation of a node.</summary>
internal ref struct ScratchWriter
{
    private const int FirstLength = 256;

    private readonly ScratchMemory _memory;
    private Span<byte> _buffer;
    private int _length;

    public ScratchWriter(ScratchMemory memory)
    {
        _memory = memory;
        Failed = !memory.TryReserve(FirstLength, out _buffer);
    }

    /// <summary>Whether the value became larger than scratch memory; it is missing then.</summary>
    public bool Failed { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    public void Append(scoped ReadOnlySpan<byte> value)
    {
        if (Failed) return;
        if (value.Length > _buffer.Length - _length && !Grow(value.Length)) return;
        value.CopyTo(_buffer[_length..]);
        _length += value.Length;
    }

    /// <summary>Appends a value that lies in scratch memory reserved after a mark, and gives that back.</summary>
    public void AppendAndRelease(scoped ReadOnlySpan<byte> value, (int, int) mark)
    {
        bool fits = value.Length <= _buffer.Length - _length;
        Append(value);
        // A buffer that had to grow lies behind the mark itself.
        if (fits) _memory.Release(mark);
    }

    private bool Grow(int more)
    {
        Failed = !_memory.TryReserve(Math.Max(_buffer.Length * 2, _length + more), out Span<byte> larger);
        if (Failed) return false;
        Written.CopyTo(larger);
        _buffer = larger;
        return true;
    }
}
