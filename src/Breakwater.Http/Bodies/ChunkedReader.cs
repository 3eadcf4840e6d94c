namespace Breakwater.Http;

/// <summary>
/// Takes chunked bodies apart (RFC 9112 §7.1), piece by piece and without copying. Owned by one connection, reused after
/// <see cref="Reset"/>. Strict: sizes are 1 to 16 hexadecimal digits within 63 bits; no whitespace, not even where the RFC lets a
/// recipient tolerate it; every line ends in CRLF; extensions are checked, bounded and dropped; framing fields in trailers are refused.
/// </summary>
public sealed class ChunkedReader
{
    /// <summary>The most bytes of extensions, with their semicolons, that one chunk may have.</summary>
    public const int MaxExtension = 1024;

    /// <summary>The most bytes of extensions that the chunks of one body may have together.</summary>
    public const int MaxExtensions = 16 * 1024;

    private const int MaxDigits = 16;

    private readonly FieldReader _trailers;
    private State _state;
    private ulong _size;
    private int _digits;
    private int _extension;
    private int _extensions;

    /// <summary>A reader whose trailers keep <see cref="HeadLimits.Trailers"/>.</summary>
    public ChunkedReader()
        : this(HeadLimits.Trailers)
    {
    }

    /// <summary>A reader whose trailers keep these limits.</summary>
    public ChunkedReader(HeadLimits trailerLimits) => _trailers = new(trailerLimits);

    private enum State : byte
    {
        Size,
        ExtensionNameStart,
        ExtensionName,
        ExtensionValueStart,
        ExtensionToken,
        ExtensionQuoted,
        ExtensionQuotedPair,
        ExtensionEnd,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        Trailers,
        Complete,
        Invalid,
    }

    /// <summary>The trailer fields, after <see cref="ReadStatus.Complete"/>. Valid until <see cref="Reset"/>.</summary>
    public FieldBlock Trailers => _trailers;

    /// <summary>Why the body was refused, after <see cref="ReadStatus.Invalid"/>.</summary>
    public HttpViolation Violation { get; private set; }

    /// <summary>The number of data bytes handed out so far.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Reads on until it has found one piece of data and what follows, the body's end, or the end of the input. The piece, if
    /// <paramref name="dataLength"/> is not zero, belongs to the body whatever the status; it may come together with
    /// <see cref="ReadStatus.Complete"/>. With <see cref="ReadStatus.NeedMore"/> call again with what was not consumed, and when all
    /// was, with further input. Bytes behind the body are not consumed.
    /// </summary>
    /// <param name="data">The input that follows what was consumed before.</param>
    /// <param name="consumed">How many bytes of it are done with, the piece included.</param>
    /// <param name="dataStart">Where in <paramref name="data"/> the piece begins.</param>
    /// <param name="dataLength">Its length.</param>
    public ReadStatus Read(ReadOnlySpan<byte> data, out int consumed, out int dataStart, out int dataLength)
    {
        dataStart = 0;
        dataLength = 0;
        int at = 0;
        ReadStatus status = ReadStatus.NeedMore;
        while (status == ReadStatus.NeedMore && (at < data.Length || _state >= State.Complete))
        {
            if (_state == State.Data)
            {
                if (dataLength > 0)
                {
                    break;
                }

                dataStart = at;
                dataLength = (int)Math.Min(_size, (ulong)(data.Length - at));
                at += dataLength;
                _size -= (uint)dataLength;
                Length += dataLength;
                _state = _size == 0 ? State.DataCr : State.Data;
            }
            else if (_state < State.Trailers)
            {
                status = Step(data[at++]);
            }
            else
            {
                status = ReadEnd(data[at..], out int used);
                at += used;
            }
        }

        consumed = at;
        return status;
    }

    /// <summary>Makes the reader ready for the next body and gives back the buffer of the trailers.</summary>
    public void Reset()
    {
        _trailers.ReleaseBuffer();
        _state = State.Size;
        _size = 0;
        _digits = 0;
        _extension = 0;
        _extensions = 0;
        Length = 0;
        Violation = HttpViolation.None;
    }

    /// <summary>Takes one byte of framing.</summary>
    private ReadStatus Step(byte value)
    {
        switch (_state)
        {
            case State.Size:
                return ReadSize(value);

            case State.SizeLf when value == Octets.Lf:
                _state = _size == 0 ? State.Trailers : State.Data;
                return ReadStatus.NeedMore;

            case State.DataCr when value == Octets.Cr:
                _state = State.DataLf;
                return ReadStatus.NeedMore;

            case State.DataLf when value == Octets.Lf:
                _state = State.Size;
                _digits = 0;
                _extension = 0;
                return ReadStatus.NeedMore;

            case State.SizeLf:
                return Refuse(HttpViolation.BareCr);

            case State.DataCr or State.DataLf:
                return Refuse(HttpViolation.BadChunkEnd);

            default:
                return ReadExtension(value);
        }
    }

    private ReadStatus ReadSize(byte value)
    {
        int digit = Octets.HexValue(value);
        if (digit >= 0)
        {
            _size = _size << 4 | (uint)digit;
            bool fits = ++_digits <= MaxDigits && _size <= long.MaxValue;
            return fits ? ReadStatus.NeedMore : Refuse(HttpViolation.ChunkSizeOverflow);
        }

        if (_digits == 0 || value is not (Octets.Cr or (byte)';'))
        {
            return Refuse(value == Octets.Lf && _digits > 0 ? HttpViolation.BareLf : HttpViolation.BadChunkSize);
        }

        return EndOfElement(value);
    }

    /// <summary>
    /// chunk-ext = *( ";" chunk-ext-name [ "=" chunk-ext-val ] ), the value a token or a quoted string (RFC 9112 §7.1.1).
    /// </summary>
    private ReadStatus ReadExtension(byte value)
    {
        switch (_state)
        {
            case State.ExtensionNameStart when Octets.IsTokenByte(value):
                return Extend(State.ExtensionName);

            case State.ExtensionName when value == '=':
                return Extend(State.ExtensionValueStart);

            case State.ExtensionValueStart when value == '"':
                return Extend(State.ExtensionQuoted);

            case State.ExtensionValueStart when Octets.IsTokenByte(value):
                return Extend(State.ExtensionToken);

            case State.ExtensionName or State.ExtensionToken when Octets.IsTokenByte(value):
                return Extend(_state);

            case State.ExtensionQuoted when value == '"':
                return Extend(State.ExtensionEnd);

            case State.ExtensionQuoted when value == '\\':
                return Extend(State.ExtensionQuotedPair);

            case State.ExtensionQuoted or State.ExtensionQuotedPair when !IsControl(value):
                return Extend(State.ExtensionQuoted);

            case State.ExtensionName or State.ExtensionToken or State.ExtensionEnd when value is Octets.Cr or (byte)';':
                return EndOfElement(value);

            default:
                return Refuse(value == Octets.Lf ? HttpViolation.BareLf : HttpViolation.BadChunkExtension);
        }
    }

    private ReadStatus EndOfElement(byte value)
    {
        if (value == ';')
        {
            return Extend(State.ExtensionNameStart);
        }

        _state = State.SizeLf;
        return ReadStatus.NeedMore;
    }

    private ReadStatus Extend(State next)
    {
        _state = next;
        return ++_extension <= MaxExtension && ++_extensions <= MaxExtensions
            ? ReadStatus.NeedMore
            : Refuse(HttpViolation.ChunkLineTooLong);
    }

    private static bool IsControl(byte value) => value is < 0x20 and not Octets.Tab or 0x7F;

    private ReadStatus ReadEnd(ReadOnlySpan<byte> data, out int used)
    {
        used = 0;
        if (_state != State.Trailers)
        {
            return _state == State.Complete ? ReadStatus.Complete : ReadStatus.Invalid;
        }

        // Nearly every body ends without trailers: no buffer for those.
        ReadStatus status = ReadStatus.Complete;
        if (_trailers.Bytes.IsEmpty && data.StartsWith("\r\n"u8))
        {
            used = 2;
        }
        else
        {
            status = _trailers.Read(data, out used);
        }

        if (status == ReadStatus.Invalid)
        {
            return Refuse(_trailers.Violation);
        }

        if (status == ReadStatus.Complete)
        {
            if (_trailers.Present.Overlaps(KnownFields.ForbiddenInTrailers))
            {
                return Refuse(HttpViolation.BadTrailer);
            }

            _state = State.Complete;
        }

        return status;
    }

    private ReadStatus Refuse(HttpViolation violation)
    {
        _state = State.Invalid;
        Violation = violation switch
        {
            HttpViolation.HeadTooLarge or HttpViolation.FieldLineTooLong or HttpViolation.TooManyFields => HttpViolation.TrailersTooLarge,
            _ => violation,
        };
        return ReadStatus.Invalid;
    }
}
