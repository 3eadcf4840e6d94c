using System.Buffers;

namespace Breakwater.Http;

/// <content>Building a block from fields that come one by one.</content>
public partial class FieldBlock
{
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
}
