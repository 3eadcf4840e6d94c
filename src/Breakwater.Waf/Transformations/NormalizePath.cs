namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>normalizePath</c>: a path without doubled slashes, references to itself and, except at its start, to its parent. A path that begins
/// at the root stays there; whether it ends with a slash does not change.
/// </summary>
internal static class NormalizePath
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output) => Apply(input, output, backslashes: false);

    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output, bool backslashes)
    {
        if (input.IsEmpty) return 0;
        bool rooted = IsSlash(input[0], backslashes);
        bool trailing = IsSlash(input[^1], backslashes);
        int written = 0;
        int floor = 0; // what lies before it can no parent reference take away
        if (rooted) output[written++] = (byte)'/';
        floor = written;

        int at = 0;
        while (at < input.Length)
        {
            while (at < input.Length && IsSlash(input[at], backslashes)) at++;
            int start = at;
            while (at < input.Length && !IsSlash(input[at], backslashes)) at++;
            ReadOnlySpan<byte> segment = input[start..at];
            if (segment.IsEmpty || segment is [(byte)'.']) continue;
            if (segment is [(byte)'.', (byte)'.'])
            {
                if (written > floor)
                {
                    written = floor + ParentLength(output[floor..written]);
                    continue;
                }

                if (rooted) continue;
                Append(segment, output, ref written);
                floor = written;
                continue;
            }

            Append(segment, output, ref written);
        }

        if (trailing && written > 0 && output[written - 1] != '/') output[written++] = (byte)'/';
        if (!trailing && written > 0 && output[written - 1] == '/') written--;
        return written;
    }

    private static void Append(ReadOnlySpan<byte> segment, Span<byte> output, ref int written)
    {
        if (written > 0 && output[written - 1] != '/') output[written++] = (byte)'/';
        segment.CopyTo(output[written..]);
        written += segment.Length;
    }

    /// <summary>The length without the last segment and the slash before it.</summary>
    private static int ParentLength(ReadOnlySpan<byte> path) => Math.Max(path.LastIndexOf((byte)'/'), 0);

    private static bool IsSlash(byte b, bool backslashes) => b == '/' || (backslashes && b == '\\');
}
