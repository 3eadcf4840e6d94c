using System.Text;
using Breakwater.Waf.Engine;

namespace Breakwater.Waf.Ftw;

/// <summary>A match as a line of ModSecurity's log, which is what tests look at: ids in brackets, the message, the data. Stateless.</summary>
public static class FtwLogLine
{
    /// <summary>Writes one match.</summary>
    public static string Of(WafTransaction transaction, WafMatch match)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        StringBuilder line = new();
        line.Append("Warning. Match at ").Append(Text(transaction.NameOf(match.Target)));
        line.Append(". [id \"").Append(match.Rule.Id).Append("\"]");
        line.Append(" [msg \"").Append(Text(transaction.BytesOf(match.Message))).Append("\"]");
        line.Append(" [data \"").Append(Text(transaction.BytesOf(match.LogData))).Append("\"]");
        foreach (string tag in match.Rule.Tags) line.Append(" [tag \"").Append(tag).Append("\"]");
        return line.ToString();
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).ReplaceLineEndings(" ");
}
