using System.IO.Compression;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Http;

namespace Breakwater.Edge.Compression;

/// <summary>
/// The client's half of an exchange whose response is coded on its way out (RFC 9110 §8.4). Stands in for the real one from the response's
/// head on; everything about the request goes straight through. Owned as that one is.
/// </summary>
internal sealed class CompressingStream : ClientStreamLayer
{
    private const int GzipLevel = 5;
    private const int BrotliLevel = 4;
    private const int ZstdLevel = 3;

    private readonly Sink _sink;
    private readonly Stream _encoder;
    private readonly ContentCoding _coding;
    private readonly Exchange _exchange;
    private readonly Fuse? _fuse;
    private byte[] _room = [];
    private bool _streams;
    private bool _dirty;

    /// <param name="exchange">The exchange; it is covered by whoever makes this.</param>
    /// <param name="coding">The coding.</param>
    /// <param name="fuse">Is told of an encoder that fails in the middle: that response is lost; null = nobody is.</param>
    public CompressingStream(Exchange exchange, ContentCoding coding, Fuse? fuse = null)
    {
        Inner = exchange.Client;
        _exchange = exchange;
        _coding = coding;
        _fuse = fuse;
        _sink = new Sink(Inner);
        _encoder = coding switch
        {
            ContentCoding.Zstd => new ZstdSharp.CompressionStream(_sink, ZstdLevel, leaveOpen: true),
            ContentCoding.Brotli => new BrotliStream(_sink, new BrotliCompressionOptions { Quality = BrotliLevel }, leaveOpen: true),
            _ => new GZipStream(_sink, new ZLibCompressionOptions { CompressionLevel = GzipLevel }, leaveOpen: true),
        };
    }

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, ResponseHead head, ResponseFraming framing)
    {
        // A body whose length was known arrives in any case: it need not be shown piece by piece, and codes better as a whole.
        _streams = framing == ResponseFraming.Streamed;
        EditHead(exchange.ResponseEdits, head, _coding);
        Inner.WriteHead(exchange, head, ResponseFraming.Streamed);
    }

    /// <summary>Makes a response's head that of the coded body.</summary>
    public static void EditHead(HeadEdits edits, ResponseHead head, ContentCoding coding)
    {
        edits.Remove("Content-Length"u8);
        edits.Remove("Accept-Ranges"u8);

        // Digests of other bytes than those that are sent (RFC 9530 §2, §3).
        edits.Remove("Content-MD5"u8);
        edits.Remove("Digest"u8);
        edits.Remove("Content-Digest"u8);
        edits.Remove("Repr-Digest"u8);
        edits.Set("Content-Encoding"u8, ContentCodings.NameOf(coding));
        if (head.TryGet(KnownField.ETag, out ReadOnlySpan<byte> tag) && !tag.StartsWith("W/"u8) && !edits.Removes("ETag"u8))
        {
            // Another sequence of bytes must not have the same strong validator (RFC 9110 §8.8.1).
            edits.Set("ETag"u8, [.. "W/"u8, .. tag]);
        }
    }

    /// <inheritdoc/>
    public override void WriteBody(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _encoder.Write(bytes);
        }
        catch (Exception fault)
        {
            _fuse?.Threw(fault, _exchange);
            throw;
        }

        _dirty |= !bytes.IsEmpty;
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint)
    {
        if (_room.Length < sizeHint)
        {
            _room = new byte[sizeHint];
        }

        return _room;
    }

    /// <inheritdoc/>
    public override void Advance(int count) => WriteBody(_room.AsSpan(0, count));

    /// <inheritdoc/>
    public override ValueTask<bool> FlushAsync()
    {
        if (_streams && _dirty)
        {
            _dirty = false;
            _encoder.Flush();
        }

        return Inner.FlushAsync();
    }

    /// <inheritdoc/>
    public override ValueTask<bool> EndAsync(FieldBlock? trailers)
    {
        _encoder.Dispose();
        _exchange.Record.ResponseBodyBytes = _sink.Written;
        return Inner.EndAsync(trailers);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // A response that broke off leaves an encoder that would still write its end, when the client's side may be another's already.
        _sink.Close();
        try
        {
            _encoder.Dispose();
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Where the encoder puts what it makes. After the end of the response it goes nowhere.</summary>
    private sealed class Sink(ClientStream client) : Stream
    {
        private bool _isClosed;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <summary>Bytes that went to the client.</summary>
        public long Written { get; private set; }

        /// <summary>From now on nothing goes to the client.</summary>
        public override void Close() => _isClosed = true;

        public override void Flush()
        {
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!_isClosed)
            {
                Written += buffer.Length;
                client.WriteBody(buffer);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
