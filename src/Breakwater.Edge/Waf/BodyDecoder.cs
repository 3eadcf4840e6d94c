using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using Breakwater.Edge.Compression;
using Breakwater.Http;

namespace Breakwater.Edge.Waf;

/// <summary>How decoding went.</summary>
internal enum DecodeResult : byte
{
    /// <summary>All of it was decoded.</summary>
    Whole,

    /// <summary>There is more than was wanted.</summary>
    FirstPart,

    /// <summary>It is not what its coding says.</summary>
    Broken,

    /// <summary>It expands further than anything honest does.</summary>
    Bomb,
}

/// <summary>
/// Decodes bodies whose content is coded (RFC 9110 §8.4) for inspection; what is forwarded stays coded. Bounded in what it makes, whatever is
/// put in. Stateless.
/// </summary>
internal static class BodyDecoder
{
    /// <summary>Codings one over the other; what is coded more often is not decoded.</summary>
    private const int MaxCodings = 2;

    /// <summary>How many times longer the decoded body may be, once it is longer than <see cref="BombBytes"/>.</summary>
    private const int MaxRatio = 100;

    private const int BombBytes = 64 * 1024;

    /// <summary>
    /// The codings of a body in the order in which they are to be undone; empty for none. What the edge does not know is not decoded, and an
    /// origin sees it as the rules do.
    /// </summary>
    public static ImmutableArray<ContentCoding> CodingsOf(FieldBlock head)
    {
        ImmutableArray<ContentCoding> codings = [];
        for (int i = head.IndexOf(KnownField.ContentEncoding); i >= 0; i = head.IndexOf(KnownField.ContentEncoding, i + 1))
        {
            ReadOnlySpan<byte> list = head.Value(i);
            while (!list.IsEmpty)
            {
                int comma = list.IndexOf((byte)',');
                ReadOnlySpan<byte> name = HeaderTokens.Trim(comma < 0 ? list : list[..comma]);
                list = comma < 0 ? default : list[(comma + 1)..];
                if (name.IsEmpty || Ascii.EqualsIgnoreCase(name, "identity"u8))
                {
                    continue;
                }

                if (Of(name) is not { } coding || codings.Length == MaxCodings)
                {
                    return [];
                }

                codings = codings.Insert(0, coding);
            }
        }

        return codings;
    }

    /// <summary>Decodes.</summary>
    /// <param name="codings">As <see cref="CodingsOf"/> has them.</param>
    /// <param name="coded">The body.</param>
    /// <param name="codedBytes">How long that is.</param>
    /// <param name="sink">Takes what it says, and answers whether it wants more.</param>
    public static DecodeResult Decode(ImmutableArray<ContentCoding> codings, Stream coded, long codedBytes, Func<ReadOnlyMemory<byte>, bool> sink)
    {
        byte[] room = ArrayPool<byte>.Shared.Rent(16 * 1024);
        Stream stream = coded;
        try
        {
            foreach (ContentCoding coding in codings)
            {
                stream = Decoder(coding, stream);
            }

            long decoded = 0;
            while (true)
            {
                int read = stream.Read(room, 0, room.Length);
                if (read == 0)
                {
                    return DecodeResult.Whole;
                }

                decoded += read;
                if (decoded > BombBytes && decoded > codedBytes * MaxRatio)
                {
                    return DecodeResult.Bomb;
                }

                if (!sink(room.AsMemory(0, read)))
                {
                    return DecodeResult.FirstPart;
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or ZstdSharp.ZstdException or InvalidOperationException)
        {
            return DecodeResult.Broken;
        }
        finally
        {
            stream.Dispose();
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    private static ContentCoding? Of(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "gzip"u8) || Ascii.EqualsIgnoreCase(name, "x-gzip"u8) ? ContentCoding.Gzip
        : Ascii.EqualsIgnoreCase(name, "br"u8) ? ContentCoding.Brotli
        : Ascii.EqualsIgnoreCase(name, "zstd"u8) ? ContentCoding.Zstd
        : Ascii.EqualsIgnoreCase(name, "deflate"u8) ? ContentCoding.Identity
        : null;

    private static Stream Decoder(ContentCoding coding, Stream from) => coding switch
    {
        ContentCoding.Gzip => new GZipStream(from, CompressionMode.Decompress),
        ContentCoding.Brotli => new BrotliStream(from, CompressionMode.Decompress),
        ContentCoding.Zstd => new ZstdSharp.DecompressionStream(from, leaveOpen: false),
        _ => Deflate(from),
    };

    /// <summary><c>deflate</c> is zlib's format (RFC 9110 §8.4.1.2); some send the bare one (RFC 1951).</summary>
    private static Stream Deflate(Stream from)
    {
        var first = new byte[2];
        int read = from.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        bool isZlib = read == 2 && (first[0] & 15) == 8 && ((first[0] << 8) | first[1]) % 31 == 0;
        var whole = new Rejoined(first.AsMemory(0, read), from);
        return isZlib ? new ZLibStream(whole, CompressionMode.Decompress) : new DeflateStream(whole, CompressionMode.Decompress);
    }

    /// <summary>Some bytes that were read already, and the rest.</summary>
    private sealed class Rejoined(ReadOnlyMemory<byte> first, Stream rest) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> _first = first;

        public override int Read(Span<byte> buffer)
        {
            if (_first.IsEmpty)
            {
                return rest.Read(buffer);
            }

            int count = Math.Min(_first.Length, buffer.Length);
            _first.Span[..count].CopyTo(buffer);
            _first = _first[count..];
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            rest.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A stream that is only read, from its beginning to its end.</summary>
internal abstract class ReadOnlyStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override int Read(Span<byte> buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Pieces of memory, read one after the other.</summary>
/// <param name="count">How many.</param>
/// <param name="part">Gives one.</param>
internal sealed class PartsStream(int count, Func<int, ReadOnlyMemory<byte>> part) : ReadOnlyStream
{
    private int _next;
    private ReadOnlyMemory<byte> _rest;

    public override int Read(Span<byte> buffer)
    {
        while (_rest.IsEmpty)
        {
            if (_next == count)
            {
                return 0;
            }

            _rest = part(_next++);
        }

        int taken = Math.Min(_rest.Length, buffer.Length);
        _rest.Span[..taken].CopyTo(buffer);
        _rest = _rest[taken..];
        return taken;
    }
}
