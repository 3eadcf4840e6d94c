using System.Globalization;
using System.Text;

namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>
/// Tables of patterns, texts and what must be found: a row a line, columns between bars ‖. Patterns stand as they are, non-ASCII as UTF-8;
/// texts know \n \t \r \v \f \0 \\ and \xHH. What is found is written start-end for each group, ~ for one that took no part.
/// </summary>
internal static class RegexTable
{
    public static IEnumerable<string[]> Rows(string table) =>
        table.Split('\n').Where(line => line.Contains('‖', StringComparison.Ordinal)).Select(line => line.Split('‖'));

    public static byte[] Bytes(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                int length = char.IsHighSurrogate(text[i]) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
                continue;
            }
            switch (text[++i])
            {
                case 'n': bytes.Add((byte)'\n'); break;
                case 't': bytes.Add((byte)'\t'); break;
                case 'r': bytes.Add((byte)'\r'); break;
                case 'v': bytes.Add(0x0B); break;
                case 'f': bytes.Add(0x0C); break;
                case '0': bytes.Add(0); break;
                case 'x':
                    bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                default: bytes.Add((byte)text[i]); break;
            }
        }
        return [.. bytes];
    }

    public static string Found(ByteRegex regex, byte[] text)
    {
        var groups = new ByteRange[regex.GroupCount];
        bool found = regex.TryMatch(text, 0, groups);
        if (found != regex.IsMatch(text))
            return $"found: {found}, matches: {!found}";
        return found ? string.Join(' ', groups.Select(group => group.IsNone ? "~" : $"{group.Start}-{group.End}")) : "no";
    }

    /// <summary>Runs all rows and reports each that differs.</summary>
    public static void Check(string table, ByteRegexOptions options, int atLeast)
    {
        var wrong = new StringBuilder();
        int count = 0;
        foreach (string[] row in Rows(table))
        {
            count++;
            string actual = ByteRegex.TryCompile(Encoding.UTF8.GetBytes(row[0]), options, out var regex, out var error)
                ? Found(regex, Bytes(row[1]))
                : $"refused at {error.Offset}: {error.Message}";
            if (actual != row[2])
                wrong.AppendLine(CultureInfo.InvariantCulture, $"{row[0]} on {row[1]}: expected {row[2]}, found {actual}");
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
        Assert.True(count >= atLeast, $"{count} rows");
    }
}
