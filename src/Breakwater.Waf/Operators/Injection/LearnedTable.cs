using System.Text;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>Reads the tables beside this file, which eng/Breakwater.Eng.ObserveInjection writes: one entry a line, <c># </c> before a remark.</summary>
internal static class LearnedTable
{
    public static IEnumerable<string> Lines(string name)
    {
        using Stream data = typeof(LearnedTable).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in this assembly");
        using StreamReader reader = new(data, Encoding.ASCII);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith("# ", StringComparison.Ordinal)) yield return line;
        }
    }
}
