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
        byte slash = backslashes ? (byte)'\\' : (byte)'/';
        bool rooted = IsSlash(input[0], slash);
        bool trailing = IsSlash(input[^1], slash);
        int written = 0;
        int floor = 0; // what lies before it can no parent reference take away
        if (rooted) output[written++] = (byte)'/';
        floor = written;

        int at = 0;
        while (at < input.Length)
        {
            while (at < input.Length && IsSlash(input[at], slash)) at++;
            if (at == input.Length) break;
            // A segment is written first and looked at then: most of them stay.
            int before = written;
            if (written > 0 && output[written - 1] != '/') output[written++] = (byte)'/';
            int start = written;
            for (; at < input.Length && !IsSlash(input[at], slash); at++) output[written++] = input[at];
            if (output[start] != '.') continue;
            switch (output[start..written])
            {
                case [_]:
                    written = before;
                    break;
                case [_, (byte)'.'] when before > floor:
                    written = floor + ParentLength(output[floor..before]);
                    break;
                case [_, (byte)'.'] when rooted:
                    written = before;
                    break;
                case [_, (byte)'.']:
                    floor = written;
                    break;
            }
        }

        if (trailing && written > 0 && output[written - 1] != '/') output[written++] = (byte)'/';
        if (!trailing && written > 0 && output[written - 1] == '/') written--;
        return written;
    }

    /// <summary>The length without the last segment and the slash before it.</summary>
    private static int ParentLength(ReadOnlySpan<byte> path) => Math.Max(path.LastIndexOf((byte)'/'), 0);

    private static bool IsSlash(byte b, byte slash) => b == '/' || b == slash;
}
