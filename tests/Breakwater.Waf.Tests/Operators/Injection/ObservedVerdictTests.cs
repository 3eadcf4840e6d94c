using System.IO.Compression;
using System.Text;
using Breakwater.Waf.Operators;
using Breakwater.Waf.Operators.Injection;

namespace Breakwater.Waf.Tests.Operators.Injection;

/// <summary>Our verdicts beside those of Debian's libinjection, on the inputs that eng/Breakwater.Eng.ObserveInjection made.</summary>
public sealed class ObservedVerdictTests
{
    /// <summary>Rows of observed.tsv.gz: input, fingerprint or a dash, xss or a dash.</summary>
    private static readonly Lazy<List<Row>> Observed = new(() =>
    {
        using Stream file = File.OpenRead(Path.Combine(Folder, "observed.tsv.gz"));
        return [.. Rows(new GZipStream(file, CompressionMode.Decompress), 3).Select(r => new Row(r[0], r[1], r[2]))];
    });

    /// <summary>Rows of differences.tsv, where we differ on purpose: input, our two verdicts, why.</summary>
    private static readonly Lazy<Dictionary<string, Row>> Differences = new(() =>
    {
        using Stream file = File.OpenRead(Path.Combine(Folder, "differences.tsv"));
        return Rows(file, 4).Select(r => new Row(r[0], r[1], r[2])).ToDictionary(r => r.Input);
    });

    private static readonly DetectSqli Sqli = new();
    private static readonly DetectXss Xss = new();

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Operators", "Injection");

    [Fact]
    public void Verdicts_and_fingerprints_are_those_of_libinjection_but_for_the_listed_ones()
    {
        StringBuilder wrong = new();
        foreach (Row row in Observed.Value)
        {
            Row expected = Differences.Value.GetValueOrDefault(row.Input, row);
            Row actual = Judge(row.Input);
            if (actual != expected) wrong.AppendLine($"{actual} not {expected}");
        }

        Assert.Equal("", wrong.ToString());
    }

    [Fact]
    public void The_table_is_large_and_has_enough_of_both_verdicts_and_few_differences()
    {
        int rows = Observed.Value.Count;
        Assert.Equal(rows, Observed.Value.Select(r => r.Input).Distinct().Count());
        Assert.InRange(rows, 20_000, int.MaxValue);
        Assert.InRange(Observed.Value.Count(r => r.Sqli != "-"), rows / 10, rows / 2);
        Assert.InRange(Observed.Value.Count(r => r.Xss != "-"), rows / 10, rows / 2);
        Assert.InRange(Observed.Value.Select(r => r.Sqli).Distinct().Count(), 500, int.MaxValue);
        Assert.InRange(Differences.Value.Count, 0, rows / 1000);
        Assert.All(Differences.Value.Values, difference => Assert.Contains(Observed.Value, r => r.Input == difference.Input && r != difference));
    }

    private static Row Judge(string input)
    {
        byte[] value = Unescape(input);
        Span<byte> text = stackalloc byte[Operator.MaxCapturedText];
        int length = Sqli.CapturedText(value, text);
        Assert.Equal(length > 0, Sqli.IsMatch(value, default));
        return new Row(input, length == 0 ? "-" : Encoding.ASCII.GetString(text[..length]), Xss.IsMatch(value, default) ? "xss" : "-");
    }

    private static IEnumerable<string[]> Rows(Stream file, int fields)
    {
        using StreamReader reader = new(file);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal)) continue;
            string[] row = line.Split('\t');
            Assert.Equal(fields, row.Length);
            yield return row;
        }
    }

    /// <summary>Printable ASCII is itself, a backslash doubled, any other byte <c>\xNN</c>.</summary>
    private static byte[] Unescape(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
            }
            else if (text[++i] == '\\')
            {
                bytes.Add((byte)'\\');
            }
            else
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
        }

        return [.. bytes];
    }

    private sealed record Row(string Input, string Sqli, string Xss);
}
