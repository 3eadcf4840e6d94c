using System.Buffers;
using System.Buffers.Binary;

namespace Breakwater.Edge.Tls;

/// <summary>What the bytes from the start of a connection are, so far.</summary>
internal enum ClientHelloStatus : byte
{
    /// <summary>A ClientHello may become of it.</summary>
    NeedMore,

    /// <summary>A whole ClientHello was read.</summary>
    Complete,

    /// <summary>No TLS: the first bytes are not those of a TLS handshake record.</summary>
    NotTls,

    /// <summary>TLS, but no acceptable ClientHello: see <see cref="ClientHelloReader.Error"/>.</summary>
    Invalid,
}

/// <summary>
/// Finds the ClientHello at the start of a connection, without consuming anything: each call gets all bytes that have arrived, from
/// the first on. It remembers how far it has looked, so the work is linear in the bytes that arrive, however they are cut into reads
/// and records (RFC 8446 §5.1 lets a message span records). A mutable struct, owned by one connection; never throws.
/// </summary>
internal struct ClientHelloReader
{
    /// <summary>Longest message accepted, without its 4-byte header. Hellos take 0.2 to 2 KiB, with post-quantum key shares and
    /// large session tickets a few more.</summary>
    public const int MaxMessageLength = 32 * 1024;

    /// <summary>Most records that one hello may be cut into. Four suffice for the longest; some clients cut small on purpose.</summary>
    public const int MaxRecords = 64;

    /// <summary>Most bytes that are ever looked at: what a transport must be ready to buffer.</summary>
    public const int MaxLength = HandshakeHeaderLength + MaxMessageLength + MaxRecords * RecordHeaderLength + MaxRecordLength;

    private const int RecordHeaderLength = 5;
    private const int MaxRecordLength = 1 << 14;
    private const int HandshakeHeaderLength = 4;
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;

    private int _records;
    private int _nextRecordAt;    // from the start of the connection
    private int _seen;            // bytes of the handshake message in the records that are complete
    private int _messageLength;   // with its header; 0 until known
    private uint _header;         // the first bytes of the message, as they come

    /// <summary>Why the status was <see cref="ClientHelloStatus.Invalid"/>.</summary>
    public ClientHelloError Error { get; private set; }

    /// <summary>Looks at <paramref name="input"/>, everything that has arrived since the connection began.
    /// <paramref name="hello"/> is set exactly when the status is <see cref="ClientHelloStatus.Complete"/>.</summary>
    public ClientHelloStatus Read(in ReadOnlySequence<byte> input, out ClientHello? hello)
    {
        hello = null;
        while (input.Length > _nextRecordAt)
        {
            var status = ReadRecord(input.Slice(_nextRecordAt), out bool whole);
            if (status != ClientHelloStatus.NeedMore) return status;
            if (_messageLength != 0 && _seen >= _messageLength) return Parse(input, out hello);
            if (!whole) break;
        }
        return ClientHelloStatus.NeedMore;
    }

    /// <summary>Reads one record header and, once the record is there, steps over it.</summary>
    private ClientHelloStatus ReadRecord(in ReadOnlySequence<byte> input, out bool whole)
    {
        whole = false;
        Span<byte> header = stackalloc byte[RecordHeaderLength];
        int available = (int)Math.Min(input.Length, RecordHeaderLength);
        input.Slice(0, available).CopyTo(header);

        // The version of a record says nothing (RFC 8446 §5.1: it MUST be ignored); its first byte was 3 in every version so far.
        if (header[0] != HandshakeRecord || (available > 1 && header[1] != 3))
            return _records == 0 ? ClientHelloStatus.NotTls : Refuse(ClientHelloError.BadRecord);
        if (available < RecordHeaderLength) return ClientHelloStatus.NeedMore;

        int length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        if (length is 0 or > MaxRecordLength) return Refuse(ClientHelloError.BadRecord);

        var fragment = input.Slice(RecordHeaderLength);
        var error = ReadMessageHeader(fragment.Slice(0, Math.Min(fragment.Length, length)));
        if (error != ClientHelloError.None) return Refuse(error);
        if (fragment.Length < length) return ClientHelloStatus.NeedMore;

        whole = true;
        _seen += length;
        _nextRecordAt += RecordHeaderLength + length;
        return ++_records > MaxRecords ? Refuse(ClientHelloError.TooManyRecords) : ClientHelloStatus.NeedMore;
    }

    /// <summary>Judges type and length of the message as soon as they are there, which may be before their record is complete.</summary>
    private ClientHelloError ReadMessageHeader(in ReadOnlySequence<byte> fragment)
    {
        if (_seen >= HandshakeHeaderLength) return ClientHelloError.None;

        int count = (int)Math.Min(fragment.Length, HandshakeHeaderLength - _seen);
        Span<byte> bytes = stackalloc byte[HandshakeHeaderLength];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, _header);
        fragment.Slice(0, count).CopyTo(bytes[_seen..]);
        _header = BinaryPrimitives.ReadUInt32BigEndian(bytes);

        int known = _seen + count;
        if (known > 0 && bytes[0] != ClientHelloMessage) return ClientHelloError.NotClientHello;
        if (known < HandshakeHeaderLength) return ClientHelloError.None;

        int length = (int)(_header & 0x00FF_FFFF);
        if (length > MaxMessageLength) return ClientHelloError.MessageTooLong;
        _messageLength = HandshakeHeaderLength + length;
        return ClientHelloError.None;
    }

    private ClientHelloStatus Parse(in ReadOnlySequence<byte> input, out ClientHello? hello)
    {
        if (_records == 1 && input.FirstSpan.Length >= RecordHeaderLength + _messageLength)
            return Finish(input.FirstSpan.Slice(RecordHeaderLength, _messageLength), out hello);

        byte[] message = ArrayPool<byte>.Shared.Rent(_messageLength);
        Gather(input, message.AsSpan(0, _messageLength));
        var status = Finish(message.AsSpan(0, _messageLength), out hello);
        ArrayPool<byte>.Shared.Return(message);
        return status;
    }

    /// <summary>Puts the fragments of all records together. The headers were checked before.</summary>
    private static void Gather(in ReadOnlySequence<byte> input, Span<byte> message)
    {
        var reader = new SequenceReader<byte>(input);
        while (!message.IsEmpty)
        {
            reader.Advance(3);
            reader.TryReadBigEndian(out short length);
            var part = message[..Math.Min(message.Length, (ushort)length)];
            reader.TryCopyTo(part);
            reader.Advance(part.Length);
            message = message[part.Length..];
        }
    }

    private ClientHelloStatus Finish(ReadOnlySpan<byte> message, out ClientHello? hello)
    {
        var error = ClientHelloParser.Parse(message[HandshakeHeaderLength..], out hello);
        return error == ClientHelloError.None ? ClientHelloStatus.Complete : Refuse(error);
    }

    private ClientHelloStatus Refuse(ClientHelloError error)
    {
        Error = error;
        return ClientHelloStatus.Invalid;
    }
}
