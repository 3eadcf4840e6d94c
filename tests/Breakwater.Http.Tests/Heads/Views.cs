using System.Text;

namespace Breakwater.Http.Tests.Heads;

/// <summary>Everything that a head says, as words to compare. Spaces and tabs within values show as underscores.</summary>
internal static class Views
{
    public static string Describe(RequestHead head)
    {
        StringBuilder words = new();
        words.Append($"method={Wire.Text(head.Method)} kind={head.MethodKind} form={head.TargetForm} target={Wire.Text(head.Target)}");
        words.Append($" scheme={Wire.Text(head.Scheme)} path={Wire.Text(head.Path)}");
        words.Append(head.HasQuery ? $" query={Wire.Text(head.Query)}" : "");
        words.Append($" authority={Wire.Text(head.Authority)} host={Wire.Text(head.HostName)} port={head.Port}");
        Append(words, head);
        words.Append(head.ExpectContinue ? " expect" : "").Append(head.UpgradeRequested ? " upgrade" : "");
        words.Append(head.IsWebSocketUpgrade ? " websocket" : "");
        return words.ToString();
    }

    public static string Describe(ResponseHead head)
    {
        StringBuilder words = new();
        words.Append($"status={head.StatusCode} reason={Wire.Text(head.Reason).Replace(' ', '_')}");
        Append(words, head);
        words.Append(head.IsInterim ? " interim" : "").Append(head.UpgradeAccepted ? " upgrade" : "");
        return words.ToString();
    }

    public static string Describe(FieldBlock block)
    {
        StringBuilder words = new();
        AppendFields(words, block);
        return words.ToString();
    }

    /// <summary>Whether a description has all expected words, and none of those that are expected not to be there.</summary>
    public static void AssertHas(string expected, string description)
    {
        string[] words = description.Split(' ');
        foreach (string word in expected.Split(' '))
        {
            if (word.StartsWith('!') && !word.Contains('='))
            {
                Assert.DoesNotContain(words, found => found == word[1..] || found.StartsWith(word[1..] + "=", StringComparison.Ordinal));
            }
            else
            {
                Assert.Contains(word, words);
            }
        }
    }

    private static void Append(StringBuilder words, MessageHead head)
    {
        words.Append($" version={head.Version} framing={head.Framing}");
        words.Append(head.ContentLength >= 0 ? $" length={head.ContentLength}" : "");
        words.Append(head.KeepAlive ? " keepalive" : "");
        IEnumerable<string> hops = Enumerable.Range(0, head.Count).Where(head.IsHopByHop).Select(i => Wire.Text(head.Name(i)));
        words.Append($" hop={string.Join(',', hops)}");
        AppendFields(words, head);
    }

    private static void AppendFields(StringBuilder words, FieldBlock block)
    {
        for (int i = 0; i < block.Count; i++)
        {
            string value = Wire.Text(block.Value(i)).Replace(' ', '_').Replace('\t', '_');
            words.Append($" {Wire.Text(block.Name(i))}={value}");
        }
    }
}
