using Breakwater.Http;

namespace Breakwater.Edge.Exchanges;

/// <summary>What the edge writes into heads beyond the plain lines of <see cref="HeadWriter"/>.</summary>
internal static class HeadWriting
{
    /// <summary>Bytes of the Breakwater-Ray line.</summary>
    public const int RayLineBytes = 18 + RayId.Length;

    /// <summary>The Breakwater-Ray line.</summary>
    public static void Ray(this ref HeadWriter writer, RayId ray)
    {
        Span<byte> text = stackalloc byte[RayId.Length];
        ray.Format(text);
        writer.Raw("Breakwater-Ray: "u8);
        writer.Raw(text);
        writer.Raw("\r\n"u8);
    }

    /// <summary>The field lines of a head that are passed on, except some, with the edits of the exchange.</summary>
    public static void Fields(this ref HeadWriter writer, MessageHead head, KnownFieldSet except, HeadEdits edits)
    {
        if (edits.IsEmpty)
        {
            writer.Fields(head, except);
            return;
        }

        for (int i = 0; i < head.Count; i++)
        {
            if (!head.IsHopByHop(i) && !except.Contains(head.Known(i)) && !edits.Removes(head.Name(i)))
            {
                writer.Raw(head.Line(i));
            }
        }

        writer.Added(edits);
    }

    /// <summary>The field lines of an answer of the edge, except those that the edits take out.</summary>
    public static void Lines(this ref HeadWriter writer, ReadOnlySpan<byte> lines, HeadEdits edits)
    {
        if (edits.IsEmpty)
        {
            writer.Raw(lines);
            return;
        }

        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf("\r\n"u8) + 2;
            if (!edits.Removes(lines[..lines.IndexOf((byte)':')]))
            {
                writer.Raw(lines[..end]);
            }

            lines = lines[end..];
        }
    }

    /// <summary>The lines that the edits add.</summary>
    public static void Added(this ref HeadWriter writer, HeadEdits edits)
    {
        for (int i = 0; i < edits.AddedCount; i++)
        {
            writer.Raw(edits.AddedLine(i));
        }
    }
}
