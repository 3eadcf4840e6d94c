using System.Globalization;
using System.Text;

namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>Rows of patterns that must be refused: the pattern, the offset of the error, a part of its message.</summary>
internal static class RefusalTable
{
    public static void Check(string table, ByteRegexOptions options, int atLeast)
    {
        var wrong = new StringBuilder();
        int count = 0;
        foreach (string[] row in RegexTable.Rows(table))
        {
            count++;
            bool compiled = ByteRegex.TryCompile(Encoding.UTF8.GetBytes(row[0]), options, out _, out var error);
            if (compiled || error.Offset != int.Parse(row[1], CultureInfo.InvariantCulture) || !error.Message.Contains(row[2], StringComparison.Ordinal))
                wrong.AppendLine(CultureInfo.InvariantCulture, $"{row[0]}: expected {row[1]} {row[2]}, was {(compiled ? "compiled" : $"{error.Offset} {error.Message}")}");
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
        Assert.True(count >= atLeast, $"{count} rows");
    }
}
