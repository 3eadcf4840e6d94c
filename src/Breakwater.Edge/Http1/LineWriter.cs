using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Http1;

/// <summary>Writes heads into room that the caller has measured. For use on the stack.</summary>
internal ref struct LineWriter(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_room[Length..]);
        Length += bytes.Length;
    }

    public void WriteNumber(long value)
    {
        Utf8Formatter.TryFormat(value, _room[Length..], out int written);
        Length += written;
    }

    public void WriteStatusLine(int status, scoped ReadOnlySpan<byte> reason)
    {
        Write("HTTP/1.1 "u8);
        WriteNumber(status);
        Write(" "u8);
        Write(reason);
        Write("\r\n"u8);
    }

    public void WriteRay(RayId ray)
    {
        Write("Breakwater-Ray: "u8);
        ray.Format(_room[Length..]);
        Length += RayId.Length;
        Write("\r\n"u8);
    }

    /// <summary>The field lines that are passed on, except some.</summary>
    public void CopyEndToEnd(MessageHead head, KnownFieldSet except) => Length += head.CopyEndToEnd(_room[Length..], except);

    /// <summary>The field lines that are passed on, except some, without those that the edits remove, and then those that they add.</summary>
    public void CopyEdited(MessageHead head, KnownFieldSet except, HeadEdits edits)
    {
        for (int i = 0; i < head.Count; i++)
        {
            if (!head.IsHopByHop(i) && !except.Contains(head.Known(i)) && !edits.Removes(head.Name(i)))
            {
                Write(head.Line(i));
            }
        }

        for (int i = 0; i < edits.AddedCount; i++)
        {
            Write(edits.AddedLine(i));
        }
    }
}
