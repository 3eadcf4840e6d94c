using System.Globalization;
using System.Text;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Lists;

/// <summary>
/// Reads redirects from lines of comma-separated values, as bulk redirects are exported:
/// <c>source,target[,status,preserve_query_string,include_subdomains,subpath_matching,preserve_path_suffix]</c>. A value with a comma in it
/// stands in quotes; one that is left out has its default, 301 or false. Stateless.
/// </summary>
internal static class RedirectLines
{
    private const int MaxValues = 7;

    /// <summary>Reads all lines. The position of an item has no file, and the line counted from 1.</summary>
    public static List<RedirectItem> Read(ReadOnlySpan<byte> text, ListProblems problems)
    {
        var redirects = new List<RedirectItem>();
        var values = new List<string>(MaxValues);
        var items = new ListText(text);
        while (items.MoveNext())
        {
            if (!TrySplit(Encoding.UTF8.GetString(items.Item), values))
            {
                problems.Add(items.Line, "a quote that is not closed, or text behind one");
            }
            else if (values.Count is < 2 or > MaxValues)
            {
                problems.Add(items.Line, $"{values.Count} values; write source,target[,status,preserve_query_string,include_subdomains,subpath_matching,preserve_path_suffix]");
            }
            else if (Make(values, items.Line, problems) is { } redirect)
            {
                redirects.Add(redirect);
            }
        }

        return redirects;
    }

    private static RedirectItem? Make(List<string> values, int line, ListProblems problems)
    {
        int status = 301;
        if (values.Count > 2 && values[2].Length > 0 && !int.TryParse(values[2], NumberStyles.None, CultureInfo.InvariantCulture, out status))
        {
            problems.Add(line, $"'{values[2]}' is no status; write 301, 302, 303, 307 or 308, or nothing");
            return null;
        }

        Span<bool> flags = [false, false, false, false];
        for (int i = 3; i < values.Count; i++)
        {
            bool isTrue = values[i].Equals("true", StringComparison.OrdinalIgnoreCase);
            if (!isTrue && values[i].Length > 0 && !values[i].Equals("false", StringComparison.OrdinalIgnoreCase))
            {
                problems.Add(line, $"'{values[i]}' is neither true nor false");
                return null;
            }

            flags[i - 3] = isTrue;
        }

        var position = new RulePosition("", line, 1);
        return new RedirectItem
        {
            Source = new RuleText(values[0], position),
            Target = new RuleText(values[1], position),
            StatusCode = status,
            PreserveQuery = flags[0],
            IncludeSubdomains = flags[1],
            SubpathMatching = flags[2],
            PreservePathSuffix = flags[3],
        };
    }

    /// <summary>Values between commas, without the space around them; two quotes inside quotes are one (RFC 4180).</summary>
    private static bool TrySplit(string line, List<string> values)
    {
        values.Clear();
        int at = 0;
        while (true)
        {
            while (at < line.Length && line[at] is (' ' or '\t'))
            {
                at++;
            }

            if (at < line.Length && line[at] == '"')
            {
                if (!TryReadQuoted(line, ref at, out string value))
                {
                    return false;
                }

                values.Add(value);
            }
            else
            {
                int comma = line.IndexOf(',', at);
                int end = comma < 0 ? line.Length : comma;
                values.Add(line[at..end].Trim());
                at = end;
            }

            if (at == line.Length)
            {
                return true;
            }

            at++;
        }
    }

    private static bool TryReadQuoted(string line, ref int at, out string value)
    {
        var text = new StringBuilder();
        value = "";
        for (at++; at < line.Length; at++)
        {
            if (line[at] != '"')
            {
                text.Append(line[at]);
            }
            else if (at + 1 < line.Length && line[at + 1] == '"')
            {
                text.Append('"');
                at++;
            }
            else
            {
                at++;
                while (at < line.Length && line[at] is (' ' or '\t'))
                {
                    at++;
                }

                value = text.ToString();
                return at == line.Length || line[at] == ',';
            }
        }

        return false;
    }
}
