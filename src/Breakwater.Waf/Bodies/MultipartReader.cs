using System.Buffers;
using System.Text;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// Reads a multipart body line by line.
/// <code>
///   preamble ── boundary ──> headers ── empty line ──> data ── boundary ──> headers … ── last boundary ──> end
/// </code>
/// Owned by the caller's stack frame.
/// </summary>
internal ref struct MultipartReader
{
    private enum State
    {
        Preamble,
        Headers,
        Data,
        End,
    }

    private readonly ReadOnlySpan<byte> _boundary;
    private readonly ReadOnlySpan<byte> _text;
    private readonly InspectedBody _into;

    private State _state;
    private int _at;
    private int _boundaries;
    private bool _afterBareLf; // the line before ended with LF alone

    private int _partHeaders; // where the part's header lines begin in PartHeaders
    private ByteSlice _header; // the header that is being read, folded lines together
    private ByteSlice _disposition;
    private bool _hasDisposition;
    private ByteSlice _name;
    private ByteSlice _filename;
    private ByteSlice _filenameStar;
    private int _dataStart;
    private int _dataEnd;
    private bool _dataRead;

    public MultipartReader(ReadOnlySpan<byte> boundary, ReadOnlySpan<byte> text, InspectedBody into)
    {
        this = default;
        _boundary = boundary;
        _text = text;
        _into = into;
        _partHeaders = into.PartHeaders.Count;
    }

    public void Read(bool isPartial)
    {
        while (_at < _text.Length && _state != State.End)
        {
            if (_state == State.Data) SkipData();
            int length = _text[_at..].IndexOf((byte)'\n') + 1;
            ReadOnlySpan<byte> line = length == 0 ? _text[_at..] : _text.Slice(_at, length);
            BodyError error = Line(line);
            if (error != BodyError.None)
            {
                Abort(error);
                return;
            }

            _at += line.Length;
            _afterBareLf = EndsWithBareLf(line);
        }

        if (_at < _text.Length) _into.Multipart |= MultipartFlags.DataAfter;
        if (_state == State.End || _text.IsEmpty) return;
        if (!isPartial)
        {
            _into.Multipart |= MultipartFlags.Error;
            _into.Fail(BodyError.MultipartIncomplete);
        }

        EndPart(isWhole: false);
    }

    /// <summary>Passes over lines without dashes, of which nothing is to be told, however short they are.</summary>
    private void SkipData()
    {
        int dashes = _text[_at..].IndexOf("--"u8);
        ReadOnlySpan<byte> lines = dashes < 0 ? _text[_at..] : _text.Slice(_at, _text.Slice(_at, dashes).LastIndexOf((byte)'\n') + 1);
        if (lines.IsEmpty) return;
        _at += lines.Length;
        _dataRead = true;
        _dataEnd = _at;
        _afterBareLf = EndsWithBareLf(lines);
    }

    private static bool EndsWithBareLf(ReadOnlySpan<byte> lines) => lines is [.., not (byte)'\r', (byte)'\n'] or [(byte)'\n'];

    /// <summary>Notes the error, and keeps what was read of the part and what is left of the body.</summary>
    private void Abort(BodyError error)
    {
        _into.Multipart |= MultipartFlags.Error;
        _into.Fail(error);
        EndHeader();
        if (_state == State.Headers && error == BodyError.MultipartHeader) KeepLine();
        int start = _state == State.Data ? _dataStart : _at;
        NameHeaders();
        _into.TryAdd(_into.Arguments, _name, _into.TryKeep(_text[start..], out ByteSlice rest) ? rest : default);
    }

    /// <summary>Rules look at header lines too, and most of all at those that are wrong.</summary>
    private readonly void KeepLine()
    {
        ReadOnlySpan<byte> rest = _text[_at..];
        int length = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = rest[..Math.Min(length < 0 ? rest.Length : length, _into.Limits.PartHeaderBytes)].TrimEnd((byte)'\r');
        if (_into.TryKeep(line, out ByteSlice kept)) _into.PartHeaders.Add(default, kept);
    }

    private BodyError Line(ReadOnlySpan<byte> line)
    {
        if (line is [(byte)'-', (byte)'-', _, _, ..])
        {
            if (line[2..].StartsWith(_boundary))
            {
                if (_afterBareLf) _into.Multipart |= MultipartFlags.LfLine;
                if (_state is State.Preamble || _dataRead) return Boundary(line[(2 + _boundary.Length)..]);
                // Servers that do not expect a boundary here take it for a header or for data.
                _into.Multipart |= MultipartFlags.InvalidPart;
            }
            else if (IsSpoiledBoundary(line[2..]))
            {
                return BodyError.MultipartBoundary;
            }
            else
            {
                _into.UnmatchedBoundary = 1;
            }
        }
        else if (HoldsBoundary(line))
        {
            _into.UnmatchedBoundary = 1;
        }

        switch (_state)
        {
            case State.Preamble:
                _into.Multipart |= MultipartFlags.DataBefore;
                return BodyError.None;
            case State.Headers:
                return HeaderLine(line);
            default:
                _dataRead = true;
                _dataEnd = _at + line.Length;
                return BodyError.None;
        }
    }

    /// <summary>A line that starts with the boundary; what follows it decides.</summary>
    private BodyError Boundary(ReadOnlySpan<byte> rest)
    {
        if (_boundaries > 0) _into.UnmatchedBoundary = 2;
        bool isLast = rest.StartsWith("--"u8);
        if (isLast) rest = rest[2..];
        // The last line of all needs no end.
        bool atEnd = isLast && rest.IsEmpty && _boundaries > 0;
        if (!atEnd && !rest.SequenceEqual("\r\n"u8) && !rest.SequenceEqual("\n"u8)) return BodyError.MultipartBoundary;
        if (!atEnd) _into.Multipart |= rest.Length == 1 ? MultipartFlags.LfLine : MultipartFlags.CrlfLine;

        _boundaries++;
        if (_state == State.Data && !EndPart(isWhole: true)) return _into.Error;
        BeginPart();
        _state = isLast ? State.End : State.Headers;
        return BodyError.None;
    }

    private readonly bool IsSpoiledBoundary(ReadOnlySpan<byte> rest)
    {
        bool quoted = (_into.Multipart & MultipartFlags.BoundaryQuoted) != 0;
        if (quoted && rest is [(byte)'"', ..] && rest[1..].StartsWith(_boundary)) return true;
        ReadOnlySpan<byte> trimmed = Trim.Left(rest);
        return trimmed.Length != rest.Length && trimmed.StartsWith(_boundary);
    }

    private readonly bool HoldsBoundary(ReadOnlySpan<byte> line)
    {
        int at = 0;
        while (line[at..].IndexOf("--"u8) is >= 0 and int next)
        {
            at += next + 1;
            if (line[(at + 1)..].StartsWith(_boundary)) return true;
        }

        return false;
    }

    private void BeginPart()
    {
        _partHeaders = _into.PartHeaders.Count;
        (_header, _disposition, _hasDisposition) = (default, default, false);
        (_name, _filename, _filenameStar) = (default, default, default);
        _dataRead = false;
    }

    private BodyError HeaderLine(ReadOnlySpan<byte> line)
    {
        if (line.Length > _into.Limits.PartHeaderBytes || line.Contains((byte)0)) return BodyError.MultipartHeader;
        bool crlf = line is [.., (byte)'\r', (byte)'\n'];
        _into.Multipart |= crlf ? MultipartFlags.CrlfLine : MultipartFlags.LfLine;
        ReadOnlySpan<byte> content = line[..^(crlf ? 2 : line is [.., (byte)'\n'] ? 1 : 0)];
        if (content.IsEmpty) return EndHeaders(_at + line.Length);
        return Blank.Is(content[0]) ? FoldedLine(content) : NewHeader(content);
    }

    private BodyError NewHeader(ReadOnlySpan<byte> content)
    {
        EndHeader();
        int colon = content.IndexOf((byte)':');
        if (colon <= 0 || content[..colon].ContainsAnyExceptInRange((byte)33, (byte)126)) return BodyError.MultipartHeader;
        if (_into.PartHeaders.Count - _partHeaders >= _into.Limits.PartHeaders || IsDuplicate(content[..colon])) return BodyError.MultipartHeader;
        return _into.TryKeep(content, out _header) ? BodyError.None : _into.Error;
    }

    private BodyError FoldedLine(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> data = Trim.Left(content);
        _into.Multipart |= MultipartFlags.HeaderFolding;
        if (content[..^data.Length].ContainsAnyExcept((byte)' ', (byte)'\t')) _into.Multipart |= MultipartFlags.InvalidHeaderFolding;
        if (_header.Length == 0 || _header.Length + data.Length + 1 > _into.Limits.PartHeaderBytes) return BodyError.MultipartHeader;

        int length = _header.Length + 1 + data.Length;
        if (!_into.TryReserve(length, out Span<byte> room)) return _into.Error;
        _into.Arena[_header].CopyTo(room);
        room[_header.Length] = (byte)' ';
        data.CopyTo(room[(_header.Length + 1)..]);
        _header = _into.Arena.Commit(length);
        return BodyError.None;
    }

    /// <summary>Puts the header that was being read with the part's others.</summary>
    private void EndHeader()
    {
        if (_header.Length == 0) return;
        ReadOnlySpan<byte> line = _into.Arena[_header];
        int colon = line.IndexOf((byte)':');
        if (Ascii.EqualsIgnoreCase(line[..colon], "Content-Disposition"u8))
        {
            int value = colon + 1;
            while (value < line.Length && line[value] is (byte)' ' or (byte)'\t') value++;
            _disposition = new ByteSlice(_header.Offset + value, line.Length - value);
            _hasDisposition = true;
        }

        _into.PartHeaders.Add(default, _header);
        _header = default;
    }

    private readonly bool IsDuplicate(ReadOnlySpan<byte> name)
    {
        foreach (Member header in _into.PartHeaders.Members[_partHeaders..])
        {
            ReadOnlySpan<byte> line = _into.Arena[header.Value];
            if (Ascii.EqualsIgnoreCase(line[..line.IndexOf((byte)':')], name)) return true;
        }

        return false;
    }

    private BodyError EndHeaders(int dataStart)
    {
        EndHeader();
        if (!_hasDisposition) return BodyError.MultipartDisposition;
        byte[] copy = ArrayPool<byte>.Shared.Rent(_disposition.Length);
        _into.Arena[_disposition].CopyTo(copy);
        ContentDisposition disposition = new(copy.AsSpan(0, _disposition.Length), _into);
        bool isRight = disposition.TryRead();
        ArrayPool<byte>.Shared.Return(copy);
        (_name, _filename, _filenameStar) = (disposition.Name, disposition.Filename, disposition.FilenameStar);
        if (!isRight) return BodyError.MultipartDisposition;
        if (_name.Length == 0)
        {
            _into.Multipart |= MultipartFlags.InvalidPart;
            return BodyError.MultipartDisposition;
        }

        _state = State.Data;
        _dataStart = _dataEnd = dataStart;
        return BodyError.None;
    }

    /// <summary>Header lines are members named by their part, whose name stands in one of them.</summary>
    private readonly void NameHeaders()
    {
        for (int i = _partHeaders; i < _into.PartHeaders.Count; i++) _into.PartHeaders.Rename(i, _name);
    }

    private bool EndPart(bool isWhole)
    {
        EndHeader();
        NameHeaders();
        if (_state != State.Data) return true;
        ReadOnlySpan<byte> data = _text[_dataStart.._dataEnd];
        if (isWhole && data is [.., (byte)'\n']) data = data[..^(data is [.., (byte)'\r', (byte)'\n'] ? 2 : 1)];
        if (_filename.Length == 0) return _into.TryKeep(data, out ByteSlice value) && _into.TryAdd(_into.Arguments, _name, value);

        if (_into.FileSizes.Count >= _into.Limits.Files) _into.Multipart |= MultipartFlags.FileLimitExceeded;
        _into.FilesCombinedSize += data.Length;
        _into.Files.Add(_name, _filename);
        if (_filenameStar.Length > 0) _into.Files.Add(_name, _filenameStar);
        if (!_into.TryAdd(_into.FileSizes, _name, data.Length)) return false;
        if (!_into.Limits.KeepFileContent) return true;
        if (!_into.TryKeep(data, out ByteSlice content)) return false;
        _into.FileContents.Add(_name, content);
        return true;
    }
}
