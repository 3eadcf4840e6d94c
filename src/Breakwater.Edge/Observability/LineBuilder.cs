using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using Breakwater.Edge.Clients;

namespace Breakwater.Edge.Observability;

/// <summary>
/// Writes one line of a log into memory that is there already. What does not fit sets <see cref="Overflowed"/> and is left out; the line
/// is then of no use. Owned by the caller's stack frame.
/// </summary>
internal ref struct LineBuilder(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Whether something did not fit.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Writes bytes as they are.</summary>
    // Inlined, a literal becomes a store or two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.TryCopyTo(_buffer[Length..]))
        {
            Length += bytes.Length;
        }
        else
        {
            Overflowed = true;
        }
    }

    /// <summary>Writes one byte.</summary>
    public void Append(byte value)
    {
        if (Length < _buffer.Length)
        {
            _buffer[Length++] = value;
        }
        else
        {
            Overflowed = true;
        }
    }

    /// <summary>Writes text that the caller knows to be ASCII.</summary>
    public void AppendAscii(string text)
    {
        // Compared first: the encoder makes objects of its own when it runs out of room.
        if (text.Length <= _buffer.Length - Length)
        {
            Length += Encoding.ASCII.GetBytes(text, _buffer[Length..]);
        }
        else
        {
            Overflowed = true;
        }
    }

    /// <summary>Writes a decimal number.</summary>
    public void Append(long value)
    {
        if (Utf8Formatter.TryFormat(value, _buffer[Length..], out int written))
        {
            Length += written;
        }
        else
        {
            Overflowed = true;
        }
    }

    /// <summary>Writes microseconds as milliseconds with three decimals.</summary>
    public void AppendMillis(long micros)
    {
        (long millis, long rest) = Math.DivRem(Math.Max(micros, 0), 1000);
        Append(millis);
        Append([(byte)'.', (byte)('0' + rest / 100), (byte)('0' + rest / 10 % 10), (byte)('0' + rest % 10)]);
    }

    /// <summary>Writes an address.</summary>
    public void Append(ClientAddress address)
    {
        if (_buffer.Length - Length >= ClientAddress.MaxTextLength)
        {
            Length += address.Format(_buffer[Length..]);
        }
        else
        {
            Overflowed = true;
        }
    }
}
