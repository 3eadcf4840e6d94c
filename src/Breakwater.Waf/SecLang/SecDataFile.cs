namespace Breakwater.Waf.SecLang;

/// <summary>
/// A file that an operator names: one item per line, blank lines and lines that start with <c>#</c> do not count. Shared by all rules that
/// name it. Immutable.
/// </summary>
/// <param name="Path">Its path.</param>
/// <param name="Content">Its bytes.</param>
public sealed record SecDataFile(string Path, ReadOnlyMemory<byte> Content)
{
    /// <summary>Its items, each with the blanks at both ends taken away.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Items()
    {
        List<ReadOnlyMemory<byte>> items = [];
        ReadOnlySpan<byte> content = Content.Span;
        int start = 0;
        while (start < content.Length)
        {
            int length = content[start..].IndexOf((byte)'\n');
            int end = length < 0 ? content.Length : start + length;
            int from = start, to = end;
            while (from < to && content[from] is (byte)' ' or (byte)'\t' or (byte)'\r') from++;
            while (to > from && content[to - 1] is (byte)' ' or (byte)'\t' or (byte)'\r') to--;
            if (from < to && content[from] != '#') items.Add(Content[from..to]);
            start = end + 1;
        }

        return items;
    }
}
