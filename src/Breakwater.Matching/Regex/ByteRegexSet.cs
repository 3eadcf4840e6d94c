using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Matching;

/// <summary>Many patterns searched for at once: which of them match a text. Thread-safe, as <see cref="ByteRegex"/>.</summary>
public sealed class ByteRegexSet
{
    private readonly ByteRegex[] _patterns;

    private ByteRegexSet(ByteRegex[] patterns) => _patterns = patterns;

    /// <summary>How many patterns there are.</summary>
    public int Count => _patterns.Length;

    /// <summary>How many words <see cref="Match"/> needs for its result.</summary>
    public int Words => (_patterns.Length + 63) >> 6;

    /// <summary>Compiles patterns; on failure <paramref name="failed"/> is the number of the first that was refused.</summary>
    public static bool TryCompile(
        IReadOnlyList<(byte[] Pattern, ByteRegexOptions Options)> patterns,
        [NotNullWhen(true)] out ByteRegexSet? set,
        out int failed,
        out ByteRegexError error)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        set = null;
        error = default;
        var compiled = new ByteRegex[patterns.Count];
        for (failed = 0; failed < compiled.Length; failed++)
        {
            if (!ByteRegex.TryCompile(patterns[failed].Pattern, patterns[failed].Options, out var regex, out error))
                return false;
            compiled[failed] = regex;
        }
        failed = -1;
        set = new ByteRegexSet(compiled);
        return true;
    }

    /// <summary>Sets in <paramref name="matched"/> (of <see cref="Words"/> words) the bit of each pattern that matches; true when one does.</summary>
    public bool Match(ReadOnlySpan<byte> input, Span<ulong> matched)
    {
        matched[..Words].Clear();
        bool any = false;
        for (int i = 0; i < _patterns.Length; i++)
        {
            if (_patterns[i].IsMatch(input))
            {
                matched[i >> 6] |= 1UL << (i & 63);
                any = true;
            }
        }
        return any;
    }
}
