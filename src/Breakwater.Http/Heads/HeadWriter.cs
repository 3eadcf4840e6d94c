using System.Buffers.Text;

namespace Breakwater.Http;

/// <summary>
/// Writes a head into memory that the caller has made large enough: the <c>…Size</c> members say how much is needed, so that it is
/// rented once. Owned by the caller's stack frame.
/// <para>
/// Values given to <see cref="Field(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> must be free of control bytes, as those of a parsed head
/// are. One that is not is a bug of the caller, which ends in an exception and not in a split response.
/// </para>
/// </summary>
public ref struct HeadWriter
{
    /// <summary>The empty line that ends a head.</summary>
    public const int EndSize = 2;

    private readonly Span<byte> _destination;

    /// <summary>Begins at the start of <paramref name="destination"/>.</summary>
    public HeadWriter(Span<byte> destination)
    {
        _destination = destination;
        Written = 0;
    }

    /// <summary>The number of bytes written so far.</summary>
    public int Written { get; private set; }

    /// <summary>What is left of the room, for content that is written in place and then counted by <see cref="Advance"/>.</summary>
    public readonly Span<byte> Rest => _destination[Written..];

    /// <summary>Counts bytes that were written into <see cref="Rest"/>.</summary>
    public void Advance(int count) => Written += count;

    /// <summary>The size of a request line.</summary>
    public static int RequestLineSize(int methodLength, int targetLength) => methodLength + targetLength + 12;

    /// <summary>The size of a status line.</summary>
    public static int StatusLineSize(int reasonLength) => reasonLength + 15;

    /// <summary>The size of a field line.</summary>
    public static int FieldSize(int nameLength, int valueLength) => nameLength + valueLength + 4;

    /// <summary>Writes <c>METHOD target HTTP/1.1</c>.</summary>
    public void RequestLine(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        Raw(method);
        Raw(" "u8);
        Raw(target);
        Raw(" HTTP/1.1\r\n"u8);
    }

    /// <summary>
    /// Writes the request line with which a received request goes on to an origin: the target in origin-form as it came, also if it came
    /// in absolute-form (RFC 9112 §3.2.1, §3.2.4). Needs no more than the size for its method and target, and one byte.
    /// </summary>
    public void RequestLine(RequestHead head)
    {
        Raw(head.Method);
        Raw(" "u8);
        if (head.MeansWholeServer)
        {
            Raw("*"u8);
        }
        else if (head.TargetForm == TargetForm.Absolute)
        {
            Raw(head.Path);
            if (head.HasQuery)
            {
                Raw("?"u8);
                Raw(head.Query);
            }
        }
        else
        {
            Raw(head.Target);
        }

        Raw(" HTTP/1.1\r\n"u8);
    }

    /// <summary>Writes <c>METHOD path?query HTTP/1.1</c>. Path and query must be fit for it, as <see cref="RequestTarget.EncodePath"/> makes them.</summary>
    public void RequestLine(ReadOnlySpan<byte> method, ReadOnlySpan<byte> path, bool hasQuery, ReadOnlySpan<byte> query)
    {
        Raw(method);
        Raw(" "u8);
        Raw(path);
        if (hasQuery)
        {
            Raw("?"u8);
            Raw(query);
        }

        Raw(" HTTP/1.1\r\n"u8);
    }

    /// <summary>Writes <c>HTTP/1.1 200 OK</c>.</summary>
    public void StatusLine(int statusCode, ReadOnlySpan<byte> reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 999);
        Raw("HTTP/1.1 "u8);
        Number(statusCode);
        Raw(" "u8);
        Raw(reason);
        Raw("\r\n"u8);
    }

    /// <summary>Writes a field line.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        if (value.ContainsAny(Octets.Control))
        {
            throw new ArgumentException("A field value must not contain control bytes.", nameof(value));
        }

        Raw(name);
        Raw(": "u8);
        Raw(value);
        Raw("\r\n"u8);
    }

    /// <summary>Writes a field line for a known field.</summary>
    public void Field(KnownField field, scoped ReadOnlySpan<byte> value) => Field(KnownFields.Name(field), value);

    /// <summary>Writes a field line whose value is a number of up to 20 characters.</summary>
    public void Field(KnownField field, long value)
    {
        Raw(KnownFields.Name(field));
        Raw(": "u8);
        Number(value);
        Raw("\r\n"u8);
    }

    /// <summary>Writes all end-to-end lines of a received head but some, in one run where nothing is left out.</summary>
    public void Fields(MessageHead head, KnownFieldSet except = default) =>
        Written += head.CopyEndToEnd(_destination[Written..], except);

    /// <summary>Writes bytes as they are: lines of a parsed head, or constants.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_destination[Written..]);
        Written += bytes.Length;
    }

    /// <summary>Writes the empty line that ends the head.</summary>
    public void End() => Raw("\r\n"u8);

    private void Number(long value)
    {
        if (!Utf8Formatter.TryFormat(value, _destination[Written..], out int length))
        {
            throw new ArgumentException("The destination is too small.", nameof(value));
        }

        Written += length;
    }
}
