using System.Buffers;

namespace Breakwater.Rules.Rulesets;

/// <summary>Which header fields a rule may change.</summary>
internal static class HeaderRules
{
    // RFC 9110 §5.6.2, tchar.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // They say where a message ends and who reads it (RFC 9112 §6, RFC 9110 §7.6.1): a rule that changed them could split messages.
    private static readonly string[] Framing =
    [
        "connection", "content-length", "transfer-encoding", "keep-alive", "proxy-connection", "te", "trailer", "upgrade",
    ];

    /// <summary>Why a rule may not change the field; null when it may.</summary>
    public static (string Problem, string Remedy)? Fault(string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            return ($"'{Shown.Short(name)}' is no name of a header field", "write a name such as X-Country");
        }
        if (Framing.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return ($"'{name}' belongs to the framing of messages and cannot be changed by a rule", "remove it");
        }
        return name.Equals("host", StringComparison.OrdinalIgnoreCase)
            ? ("'Host' cannot be changed as a header", "use the action 'route' with 'host_header'") : null;
    }

    /// <summary>Whether the text can stand in a field value (RFC 9110 §5.5): no control characters but tab.</summary>
    public static bool IsValue(string text) => text.All(c => c is '\t' or (>= ' ' and not '\x7f'));
}
