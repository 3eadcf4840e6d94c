using System.Buffers;
using System.Text;

namespace Breakwater.Http;

/// <summary>
/// Field lines as they came, byte for byte and in order, with an index over them: the trailers of a message, and what both kinds of
/// head are made of. The bytes lie in one pooled buffer that grows with what is received and never beyond the limits.
/// Owned by one connection; spans that it hands out are valid until it is cleared or read into.
/// </summary>
public class FieldBlock
{
    private const int FirstBuffer = 1024;
    private const int FirstLines = 32;

    /// <summary>A buffer larger than this is given back between messages.</summary>
    private const int RetainedBuffer = 8 * 1024;

    private byte[] _buffer = [];
    private FieldLine[] _lines = [];
    private int _length;
    private int _count;
    private int _lineStart;
    private int _scanned;
    private bool _startLineDone;
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

    /// <summary>The bytes received so far; all of the block once it is complete, with the empty line that ends it.</summary>
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
        _lineStart = 0;
        _scanned = 0;
        _startLineDone = false;
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

    /// <summary>What a start line that is too long is called.</summary>
    private protected virtual HttpViolation StartLineTooLong => HttpViolation.HeadTooLarge;

    /// <summary>Whether the block begins with a start line.</summary>
    private protected virtual bool HasStartLine => false;

    /// <summary>Checks and takes apart the start line, given without its CRLF. It begins at offset 0.</summary>
    private protected virtual HttpViolation ReadStartLine(ReadOnlySpan<byte> line) => HttpViolation.None;

    /// <summary>Checks the fields as a whole, when all are there.</summary>
    private protected virtual HttpViolation Finish() => HttpViolation.None;

    /// <summary>
    /// Reads on. A block that is complete in <paramref name="data"/> is parsed there and then copied once. Otherwise the bytes are kept
    /// and parsing goes on where it stopped, so that the work stays linear however the input is split.
    /// </summary>
    /// <param name="data">The input that follows what was consumed before.</param>
    /// <param name="consumed">
    /// How much of it belongs to the block: all of it with <see cref="ReadStatus.NeedMore"/>, without meaning with
    /// <see cref="ReadStatus.Invalid"/>.
    /// </param>
    private protected ReadStatus ReadLines(ReadOnlySpan<byte> data, out int consumed)
    {
        consumed = 0;
        if (_status != ReadStatus.NeedMore)
        {
            return _status;
        }

        int before = _length;
        if (before == 0)
        {
            _status = Parse(data, out int end);
            if (_status != ReadStatus.Invalid)
            {
                consumed = _status == ReadStatus.Complete ? end : data.Length;
                Append(data[..consumed]);
            }
        }
        else
        {
            Append(data[..Math.Min(data.Length, Limits.MaxBytes - before)]);
            _status = Parse(Bytes, out int end);
            _length = _status == ReadStatus.Complete ? end : _length;
            consumed = _length - before;
        }

        if (_status == ReadStatus.Complete && Finish() is var violation and not HttpViolation.None)
        {
            Refuse(violation);
        }

        return _status;
    }

    /// <summary>Remembers the first violation.</summary>
    private protected ReadStatus Refuse(HttpViolation violation)
    {
        Violation = violation;
        return _status = ReadStatus.Invalid;
    }

    /// <summary>
    /// Goes through the lines in <paramref name="head"/> that were not seen before. One vectorised search per line finds its end
    /// and at the same time any byte that may not be in it; a second one checks the name and finds the colon.
    /// What is refused, and as what, depends on the bytes alone and not on how many of them are here yet.
    /// </summary>
    private ReadStatus Parse(ReadOnlySpan<byte> head, out int end)
    {
        end = 0;
        int start = _lineStart;
        int scanned = _scanned;
        while (true)
        {
            int limit = Math.Min(Limits.MaxBytes, start + Limits.MaxLine);
            ReadOnlySpan<byte> window = head[..Math.Min(head.Length, limit)];
            int at = window[scanned..].IndexOfAny(Octets.Control) + scanned;
            if (at < scanned || (at == window.Length - 1 && window[at] == Octets.Cr))
            {
                _lineStart = start;
                _scanned = at < scanned ? window.Length : at;
                return window.Length == limit ? Refuse(TooLong(limit)) : ReadStatus.NeedMore;
            }

            if (window[at] != Octets.Cr || window[at + 1] != Octets.Lf)
            {
                return Refuse(Unexpected(window[at]));
            }

            HttpViolation violation;
            if (!_startLineDone && HasStartLine)
            {
                violation = ReadStartLine(window[start..at]);
                _startLineDone = true;
            }
            else if (at == start)
            {
                end = at + 2;
                return ReadStatus.Complete;
            }
            else
            {
                violation = ReadField(window, start, at);
            }

            if (violation != HttpViolation.None)
            {
                return Refuse(violation);
            }

            start = scanned = at + 2;
        }
    }

    private static HttpViolation Unexpected(byte value) => value switch
    {
        Octets.Cr => HttpViolation.BareCr,
        Octets.Lf => HttpViolation.BareLf,
        _ => HttpViolation.ControlByte,
    };

    private HttpViolation TooLong(int limit)
    {
        bool startLine = !_startLineDone && HasStartLine;
        return startLine ? StartLineTooLong : limit == Limits.MaxBytes ? HttpViolation.HeadTooLarge : HttpViolation.FieldLineTooLong;
    }

    /// <summary>Takes the field line from <paramref name="start"/> to <paramref name="end"/>, which has no control bytes.</summary>
    private HttpViolation ReadField(ReadOnlySpan<byte> head, int start, int end)
    {
        int nameLength = head[start..end].IndexOf((byte)':');
        if (nameLength <= 0)
        {
            return BadName(head[start..end]);
        }

        // A known name is a token.
        ReadOnlySpan<byte> name = head.Slice(start, nameLength);
        KnownField known = KnownFields.Find(name);
        if (known == KnownField.None && name.ContainsAnyExcept(Octets.Token))
        {
            return BadName(head[start..end]);
        }

        if (_count == Limits.MaxFields)
        {
            return HttpViolation.TooManyFields;
        }

        int valueStart = start + nameLength + 1;
        while (Octets.IsWhitespace(head[valueStart]))
        {
            valueStart++;
        }

        int valueEnd = end;
        while (valueEnd > valueStart && Octets.IsWhitespace(head[valueEnd - 1]))
        {
            valueEnd--;
        }

        AddLine(known, start, nameLength, valueStart, valueEnd, end + 2);
        return HttpViolation.None;
    }

    private HttpViolation BadName(ReadOnlySpan<byte> line)
    {
        if (Octets.IsWhitespace(line[0]))
        {
            return _count == 0 ? HttpViolation.LeadingWhitespace : HttpViolation.ObsFold;
        }

        int colon = line.IndexOf((byte)':');
        return colon switch
        {
            < 0 => HttpViolation.MissingColon,
            0 => HttpViolation.EmptyFieldName,
            _ => Octets.IsToken(line[..colon].TrimEnd(" \t"u8)) ? HttpViolation.SpaceBeforeColon : HttpViolation.BadFieldName,
        };
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

    /// <summary>Writes a field line of its own making behind the others, if it is valid and fits.</summary>
    private protected HttpViolation AppendField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        value = Octets.Trim(value);
        if (name.IsEmpty || name.ContainsAnyExcept(Octets.Token))
        {
            return name.IsEmpty ? HttpViolation.EmptyFieldName : HttpViolation.BadFieldName;
        }

        if (value.IndexOfAny(Octets.Control) is >= 0 and var at)
        {
            return Unexpected(value[at]);
        }

        long lineLength = 4L + name.Length + value.Length;
        if (lineLength > Limits.MaxLine)
        {
            return HttpViolation.FieldLineTooLong;
        }

        if (_length + lineLength + 2 > Limits.MaxBytes)
        {
            return HttpViolation.HeadTooLarge;
        }

        if (_count == Limits.MaxFields)
        {
            return HttpViolation.TooManyFields;
        }

        int start = _length;
        Append(name);
        Append(": "u8);
        int valueStart = _length;
        Append(value);
        Append("\r\n"u8);
        AddLine(KnownFields.Find(name), start, name.Length, valueStart, _length - 2, _length);
        return HttpViolation.None;
    }

    /// <summary>Makes the last field's value longer by a separator and a further value.</summary>
    private protected HttpViolation ExtendLastField(ReadOnlySpan<byte> separator, ReadOnlySpan<byte> value)
    {
        value = Octets.Trim(value);
        if (value.IndexOfAny(Octets.Control) is >= 0 and var at)
        {
            return Unexpected(value[at]);
        }

        ref FieldLine line = ref _lines[_count - 1];
        long added = separator.Length + (long)value.Length;
        if (line.End - line.Start + added > Limits.MaxLine)
        {
            return HttpViolation.FieldLineTooLong;
        }

        if (_length + added + 2 > Limits.MaxBytes)
        {
            return HttpViolation.HeadTooLarge;
        }

        _length -= 2;
        Append(separator);
        Append(value);
        line.ValueEnd = _length;
        Append("\r\n"u8);
        line.End = _length;
        return HttpViolation.None;
    }

    /// <summary>Joins all fields of one kind into the place of the first.</summary>
    private protected HttpViolation JoinFields(KnownField field, ReadOnlySpan<byte> separator)
    {
        byte[] old = _buffer;
        FieldLine[] oldLines = _lines;
        int oldCount = _count;
        int startLine = _count > 0 ? _lines[0].Start : _length;
        _buffer = ArrayPool<byte>.Shared.Rent(_length);
        _lines = ArrayPool<FieldLine>.Shared.Rent(_count);
        _length = 0;
        _count = 0;
        Append(old.AsSpan(0, startLine));
        HttpViolation violation = HttpViolation.None;
        bool joined = false;
        for (int i = 0; i < oldCount && violation == HttpViolation.None; i++)
        {
            ref readonly FieldLine line = ref oldLines[i];
            if (line.Known == field && joined)
            {
                continue;
            }

            violation = AppendField(old.AsSpan(line.Start, line.NameLength), old.AsSpan(line.ValueStart, line.ValueEnd - line.ValueStart));
            if (line.Known != field)
            {
                continue;
            }

            joined = true;
            for (int j = i + 1; j < oldCount && violation == HttpViolation.None; j++)
            {
                if (oldLines[j].Known == field)
                {
                    violation = ExtendLastField(separator, old.AsSpan(oldLines[j].ValueStart, oldLines[j].ValueEnd - oldLines[j].ValueStart));
                }
            }
        }

        ArrayPool<byte>.Shared.Return(old);
        ArrayPool<FieldLine>.Shared.Return(oldLines);
        return violation;
    }

    /// <summary>Ends a block of its own making with an empty line and checks it as a whole.</summary>
    private protected ReadStatus Complete()
    {
        if (_status == ReadStatus.Invalid)
        {
            return _status;
        }

        Append("\r\n"u8);
        _status = ReadStatus.Complete;
        return Finish() is var violation and not HttpViolation.None ? Refuse(violation) : _status;
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
