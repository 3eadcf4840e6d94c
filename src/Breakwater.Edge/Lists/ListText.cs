using Breakwater.Edge.Files;

namespace Breakwater.Edge.Lists;

/// <summary>
/// Walks the items of a list's text: one a line, without the space around it; <c>#</c> begins a comment at the start of a line or behind
/// space. Counts lines. Owned by the caller's stack frame.
/// </summary>
internal ref struct ListText(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text.StartsWith("\uFEFF"u8) ? text["\uFEFF"u8.Length..] : text;

    /// <summary>The item.</summary>
    public ReadOnlySpan<byte> Item { get; private set; }

    /// <summary>The number of its line, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Goes to the next item.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            int end = _rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            Line++;
            Item = WithoutComment(line).Trim(" \t\r"u8);
            if (!Item.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> WithoutComment(ReadOnlySpan<byte> line)
    {
        for (int i = line.IndexOf((byte)'#'), from = 0; i >= 0;)
        {
            int at = from + i;
            if (at == 0 || line[at - 1] is (byte)' ' or (byte)'\t')
            {
                return line[..at];
            }

            from = at + 1;
            i = line[from..].IndexOf((byte)'#');
        }

        return line;
    }
}

/// <summary>Collects what is wrong with a list: the first few problems in full, the rest as a number. Owned by one reading.</summary>
internal sealed class ListProblems(string source)
{
    /// <summary>Problems told in full.</summary>
    public const int MaxTold = 20;

    private readonly List<FileProblem> _told = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Those to tell, and one that says how many more there are.</summary>
    public IReadOnlyList<FileProblem> Told => Count <= MaxTold ? _told : [.. _told, new FileProblem(source, 0, $"and {Count - MaxTold} more")];

    /// <summary>Adds one.</summary>
    public void Add(int line, string what)
    {
        if (Count++ < MaxTold)
        {
            _told.Add(new FileProblem(source, line, what));
        }
    }
}
