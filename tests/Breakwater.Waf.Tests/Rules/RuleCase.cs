using System.Globalization;

namespace Breakwater.Waf.Tests.Rules;

/// <summary>What a case expects.</summary>
internal enum Expectation
{
    /// <summary><c>+</c>: the rule matches.</summary>
    Match,

    /// <summary><c>~</c>: the rule matches what is encoded or disguised.</summary>
    MatchDisguised,

    /// <summary><c>-</c>: harmless; the rule does not match, and the request is not refused at paranoia level 1.</summary>
    Harmless,

    /// <summary><c>=</c>: the rule does not match; others may.</summary>
    NoMatch,
}

/// <summary>A line of a file in <c>cases/</c>: under a rule's id, a sign and the pieces of a request (<see cref="CaseRequest"/>).</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Expectation">What is expected.</param>
/// <param name="Text">The pieces.</param>
/// <param name="File">The file.</param>
/// <param name="Line">The line in it.</param>
internal sealed record RuleCase(long Rule, Expectation Expectation, string Text, string File, int Line)
{
    public string Place => $"{File}:{Line}";

    public bool ExpectsMatch => Expectation is Expectation.Match or Expectation.MatchDisguised;

    /// <summary>The names of all files.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Directory.GetFiles(Folder, "*.txt").Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    /// <summary>All cases of all files.</summary>
    public static IReadOnlyList<RuleCase> All { get; } = [.. Files.SelectMany(Read)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Rules", "cases");

    private static IEnumerable<RuleCase> Read(string file)
    {
        long rule = 0;
        int number = 0;
        foreach (string line in System.IO.File.ReadLines(Path.Combine(Folder, file)))
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            if (char.IsAsciiDigit(line[0]))
            {
                rule = long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture);
                continue;
            }

            int sign = "+~-=".IndexOf(line[0], StringComparison.Ordinal);
            if (sign < 0 || line.Length < 3 || line[1] != ' ') throw new FormatException($"{file}:{number}: {line}");
            yield return new RuleCase(rule, (Expectation)sign, line[2..], file, number);
        }
    }
}
