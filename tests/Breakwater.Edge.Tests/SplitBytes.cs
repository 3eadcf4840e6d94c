using System.Buffers;

namespace Breakwater.Edge.Tests;

/// <summary>Bytes as a network may deliver them: cut at given places into the segments of a sequence.</summary>
internal static class SplitBytes
{
    /// <summary><paramref name="bytes"/> as a sequence of segments, cut before each index in <paramref name="cuts"/> (any order; out of range is ignored).</summary>
    public static ReadOnlySequence<byte> At(byte[] bytes, params IEnumerable<int> cuts)
    {
        int[] ends = [.. cuts.Where(cut => cut > 0 && cut < bytes.Length).Distinct().Order(), bytes.Length];
        Segment? first = null, last = null;
        int start = 0;
        foreach (int end in ends)
        {
            // A copy each, so that a reader that runs past a segment's end meets no neighbour.
            last = new Segment(bytes[start..end], last);
            first ??= last;
            start = end;
        }
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is null) return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
