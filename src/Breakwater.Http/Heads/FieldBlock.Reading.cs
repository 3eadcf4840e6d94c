namespace Breakwater.Http;

/// <content>Reading a block from bytes.</content>
public partial class FieldBlock
{
    private int _lineStart;
    private int _scanned;
    private bool _startLineDone;

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
            _status = Parse(data, out consumed);
            Append(data[..consumed]);
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

    /// <summary>
    /// Goes through the lines in <paramref name="head"/> that were not seen before. One vectorised search per line finds its end
    /// and at the same time any byte that may not be in it; a second one checks the name and finds the colon.
    /// What is refused, and as what, depends on the bytes alone and not on how many of them are here yet.
    /// </summary>
    /// <param name="head">All of the block so far.</param>
    /// <param name="end">Where the block ends, or what was looked at ends: all that the index refers to lies before.</param>
    private ReadStatus Parse(ReadOnlySpan<byte> head, out int end)
    {
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
                end = window.Length;
                return window.Length == limit ? Refuse(TooLong(limit)) : ReadStatus.NeedMore;
            }

            end = at;
            if (window[at] != Octets.Cr || window[at + 1] != Octets.Lf)
            {
                return Refuse(Unexpected(window[at]));
            }

            end = at + 2;
            HttpViolation violation;
            if (!_startLineDone && HasStartLine)
            {
                violation = ReadStartLine(window[start..at]);
                _startLineDone = true;
            }
            else if (at == start)
            {
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

            start = scanned = end;
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

    private void ClearReading()
    {
        _lineStart = 0;
        _scanned = 0;
        _startLineDone = false;
    }
}
