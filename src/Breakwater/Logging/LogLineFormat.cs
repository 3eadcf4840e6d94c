using System.Globalization;
using System.Text;
using Breakwater.Terminal;
using Microsoft.Extensions.Logging;

namespace Breakwater.Logging;

/// <summary>
/// How an event becomes one line. Immutable.
/// <code>
/// 2026-03-01T08:15:30.123Z warning origins: shop: http://10.0.0.5:3000 looks down: connection refused
/// &lt;4&gt;origins: shop: …                       for the journal, which knows time and level by itself (sd-daemon(3))
/// </code>
/// Control characters, which a client could smuggle into a message to forge a line or steer a terminal, are written as <c>\n</c> or <c>\x1B</c>.
/// </summary>
internal sealed class LogLineFormat(Palette palette, bool forJournal)
{
    /// <summary>For standard error as it is: the journal, a terminal, or anything else.</summary>
    public static LogLineFormat ForStandardError(Palette palette) =>
        new(palette, forJournal: JournalStream.IsStandardError(Environment.GetEnvironmentVariable("JOURNAL_STREAM")));

    /// <summary>The line, without its end.</summary>
    public string Line(DateTimeOffset time, LogLevel level, string category, string message, Exception? exception)
    {
        StringBuilder line = new(128);
        if (forJournal)
        {
            line.Append('<').Append(Priority(level)).Append('>');
        }
        else
        {
            line.Append(palette.Dim(time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))).Append(' ').Append(Name(level)).Append(' ');
        }

        line.Append(Short(category)).Append(": ");
        AppendClean(line, message);
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            line.Append(" | ").Append(cause.GetType().Name).Append(": ");
            AppendClean(line, cause.Message);
        }

        // Where it happened matters for bugs only; what is expected to fail is logged as a warning at most.
        if (level >= LogLevel.Error && exception?.StackTrace is { } stack)
        {
            foreach (string frame in stack.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                line.Append(" | ");
                AppendClean(line, frame);
            }
        }

        return line.ToString();
    }

    // syslog(3) priorities.
    private static char Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => '2',
        LogLevel.Error => '3',
        LogLevel.Warning => '4',
        LogLevel.Information => '6',
        _ => '7',
    };

    private string Name(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => palette.Red("error  "),
        LogLevel.Warning => palette.Yellow("warning"),
        LogLevel.Information => "info   ",
        _ => palette.Dim("debug  "),
    };

    /// <summary>The feature's name: Breakwater.Edge.Origins.OriginProbe is "origins".</summary>
    private static string Short(string category)
    {
        if (!category.StartsWith("Breakwater", StringComparison.Ordinal))
        {
            return category[(category.LastIndexOf('.') + 1)..];
        }

        string[] parts = category.Split('.');
        return parts switch
        {
            [_, "Edge", var feature, _, ..] => feature,
            [.., var last] => last,
            _ => category,
        } is { } name ? name.ToLowerInvariant() : category;
    }

    private static void AppendClean(StringBuilder line, string text)
    {
        foreach (char c in text)
        {
            switch (c)
            {
                case '\n':
                    line.Append("\\n");
                    break;
                case '\r':
                    line.Append("\\r");
                    break;

                // C0, DEL and C1; and what reorders or breaks lines in a viewer.
                case < ' ' or (>= '\x7f' and < '\xa0'):
                    line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}");
                    break;
                case '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'):
                    line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
                    break;
                default:
                    line.Append(c);
                    break;
            }
        }
    }
}
