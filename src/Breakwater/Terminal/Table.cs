using System.Text;

namespace Breakwater.Terminal;

/// <summary>Columns of text, padded to their widest cell. Owned by one thread.</summary>
internal sealed class Table(params string[] titles)
{
    private readonly List<string[]> _rows = [];

    /// <summary>The first column that holds numbers, aligned right like all after it.</summary>
    public int FirstNumber { get; init; } = int.MaxValue;

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes the lines, indented; the title line dimmed.</summary>
    public void WriteTo(TextWriter output, Palette palette)
    {
        int[] widths = [.. titles.Select((title, column) => _rows.Select(row => row[column].Length).Append(title.Length).Max())];
        output.WriteLine("  " + palette.Dim(Line(titles, widths)));
        foreach (string[] row in _rows)
        {
            output.WriteLine("  " + Line(row, widths));
        }
    }

    private string Line(string[] cells, int[] widths)
    {
        StringBuilder line = new();
        for (int column = 0; column < cells.Length; column++)
        {
            line.Append(column >= FirstNumber ? cells[column].PadLeft(widths[column]) : cells[column].PadRight(widths[column])).Append("  ");
        }

        return line.ToString().TrimEnd();
    }
}
