using System.Buffers;
using System.Text;

namespace Breakwater.Http;

/// <summary>
/// Field lines as they came, byte for byte and in order, with an index over them: the trailers of a message, and what both kinds of
/// head are made of. The bytes lie in one pooled buffer that grows with what is received and never beyond the limits.
/// Owned by one connection; spans that it hands out are valid until it is cleared or read into.
/// </summary>
public partial class FieldBlock
{
    private const int FirstBuffer = 1024;
    private const int FirstLines = 32;

    /// <summary>A buffer larger than this is given back between messages.</summary>
    private const int RetainedBuffer = 8 * 1024;

    private byte[] _buffer = [];
    private FieldLine[] _lines = [];
    private int _length;
    private int _count;
    private ReadStatus _status;
    private KnownFieldSet _present;

    internal FieldBlock(HeadLimits limits)
    {
        limits.ThrowIfUnusable();
        Limits = limits;
    }

    /// <summary>The bounds that this block keeps.</summary>
    public HeadLimits Limits { get; }

    /// <summary>Why the block was refused, after <see cref="ReadStatus.Invalid"/>.</summary>
    public HttpViolation Violation { get; private protected set; }

    /// <summary>The number of field lines.</summary>
    public int Count => _count;

    /// <summary>
    /// The bytes received so far; all of the block once it is complete, with the empty line that ends it. Of a block that was refused,
    /// what came up to the violation, and at most a little more, so that a log can show it.
    /// </summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>The known fields that are present.</summary>
    public KnownFieldSet Present => _present;

    /// <summary>The name of field <paramref name="i"/>, spelt as it came.</summary>
    public ReadOnlySpan<byte> Name(int i)
    {
        ref readonly FieldLine line = ref LineAt(i);
        return _buffer.AsSpan(line.Start, line.NameLength);
    }

    /// <summary>The value of field <paramref name="i"/>, without the whitespace around it.</summary>
    public ReadOnlySpan<byte> Value(int i)
    {
        ref readonly FieldLine line = ref LineAt(i);
        return _buffer.AsSpan(line.ValueStart, line.ValueEnd - line.ValueStart);
    }

    /// <summary>The whole line of field <paramref name="i"/>, with its CRLF.</summary>
    public ReadOnlySpan<byte> Line(int i)
    {
        ref readonly FieldLine line = ref LineAt(i);
        return _buffer.AsSpan(line.Start, line.End - line.Start);
    }

    /// <summary>Which field <paramref name="i"/> is, if it is a known one.</summary>
    public KnownField Known(int i) => LineAt(i).Known;

    /// <summary>Whether there is at least one field of this kind.</summary>
    public bool Has(KnownField field) => _present.Contains(field);

    /// <summary>The position of the first field of this kind at or after <paramref name="from"/>, or -1.</summary>
    public int IndexOf(KnownField field, int from = 0)
    {
        if (_present.Contains(field))
        {
            ReadOnlySpan<FieldLine> lines = Lines;
            for (int i = from; i < lines.Length; i++)
            {
                if (lines[i].Known == field)
                {
                    return i;
                }
            }
        }

        return -1;
    }

    /// <summary>The position of the first field of this name, in any case, at or after <paramref name="from"/>, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> name, int from = 0)
    {
        KnownField known = KnownFields.Find(name);
        if (known != KnownField.None)
        {
            return IndexOf(known, from);
        }

        ReadOnlySpan<FieldLine> lines = Lines;
        for (int i = from; i < lines.Length; i++)
        {
            if (lines[i].NameLength == name.Length && Ascii.EqualsIgnoreCase(Name(i), name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The value of the first field of this kind.</summary>
    public bool TryGet(KnownField field, out ReadOnlySpan<byte> value)
    {
        int i = IndexOf(field);
        value = i < 0 ? default : Value(i);
        return i >= 0;
    }

    /// <summary>The value of the first field of this name, in any case.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int i = IndexOf(name);
        value = i < 0 ? default : Value(i);
        return i >= 0;
    }

    /// <summary>Makes the block ready for the next message. Keeps a buffer of ordinary size.</summary>
    public virtual void Clear()
    {
        if (_buffer.Length > RetainedBuffer)
        {
            ReturnBuffer();
        }

        if (_lines.Length > FirstLines)
        {
            ReturnLines();
        }

        _length = 0;
        _count = 0;
        ClearReading();
        _status = ReadStatus.NeedMore;
        _present = default;
        Violation = HttpViolation.None;
    }

    /// <summary>Clears and gives every buffer back to the pool: what an idle connection should do. Reading rents again.</summary>
    public void ReleaseBuffer()
    {
        Clear();
        ReturnBuffer();
        ReturnLines();
    }

    /// <summary>Where the block stands.</summary>
    private protected ReadStatus Status => _status;

    private protected ReadOnlySpan<FieldLine> Lines => _lines.AsSpan(0, _count);

    private protected ref FieldLine LineAt(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)_count, nameof(i));
        return ref _lines[i];
    }

    /// <summary>Remembers the first violation.</summary>
    private protected ReadStatus Refuse(HttpViolation violation)
    {
        Violation = violation;
        return _status = ReadStatus.Invalid;
    }

    /// <summary>Enters a line into the index.</summary>
    private void AddLine(KnownField known, int start, int nameLength, int valueStart, int valueEnd, int end)
    {
        if (_count == _lines.Length)
        {
            GrowLines();
        }

        ref FieldLine line = ref _lines[_count++];
        line.Start = start;
        line.NameLength = nameLength;
        line.ValueStart = valueStart;
        line.ValueEnd = valueEnd;
        line.End = end;
        line.Known = known;
        line.HopByHop = KnownFields.HopByHop.Contains(known);
        _present = _present.With(known);
    }

    /// <summary>Adds bytes to the buffer.</summary>
    private protected void Append(ReadOnlySpan<byte> data)
    {
        if (data.Length > _buffer.Length - _length)
        {
            GrowBuffer(_length + data.Length);
        }

        data.CopyTo(_buffer.AsSpan(_length));
        _length += data.Length;
    }

    private void GrowBuffer(int needed)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(FirstBuffer, 2 * _length)));
        Bytes.CopyTo(larger);
        ReturnBuffer();
        _buffer = larger;
    }

    private void GrowLines()
    {
        FieldLine[] larger = ArrayPool<FieldLine>.Shared.Rent(Math.Max(FirstLines, 2 * _count));
        Lines.CopyTo(larger);
        ReturnLines();
        _lines = larger;
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void ReturnLines()
    {
        if (_lines.Length > 0)
        {
            ArrayPool<FieldLine>.Shared.Return(_lines);
            _lines = [];
        }
    }
}
