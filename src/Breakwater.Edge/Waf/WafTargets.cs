using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <summary>
/// Parts of a request as exclusions name them: <c>args.comment</c>, <c>json.items[*].body</c>, <c>cookies.session</c>, or as SecLang does
/// (<c>ARGS_NAMES:token</c>). Both ways: into what the engine takes, and from what a rule looked at. Stateless.
/// </summary>
internal static class WafTargets
{
    /// <summary>What may be written, for messages.</summary>
    public const string Examples = "args.NAME, json.PATH, cookies.NAME, headers.NAME, files.NAME, body, query, path, or a target of SecLang such as ARGS_NAMES:token";

    // Whole collections and single values.
    private static readonly (string Name, string Target)[] Wholes =
    [
        ("args", "ARGS"), ("cookies", "REQUEST_COOKIES"), ("headers", "REQUEST_HEADERS"), ("files", "FILES"), ("body", "REQUEST_BODY"),
        ("query", "QUERY_STRING"), ("path", "REQUEST_FILENAME"), ("url", "REQUEST_URI"),
    ];

    /// <summary>Adds a part to what an exclusion leaves out. False when the text names none.</summary>
    public static bool TryAdd(string text, WafExclusion to, out WafExclusion added)
    {
        added = to;
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        string kind = dot < 0 ? text : text[..dot];
        string name = dot < 0 ? "" : text[(dot + 1)..];
        if (Array.Find(Wholes, whole => whole.Name == text).Target is { } target)
        {
            added = to with { Targets = to.Targets.Add(target) };
            return true;
        }

        if (char.IsAsciiLetterUpper(text[0]))
        {
            added = to with { Targets = to.Targets.Add(text) };
            return true;
        }

        if (name.Length == 0)
        {
            return false;
        }

        switch (kind)
        {
            case "args":
                added = to with { Parameters = to.Parameters.Add(name) };
                return true;
            case "json":
                // Values of JSON are arguments whose names begin so.
                added = to with { Parameters = to.Parameters.Add(text) };
                return true;
            case "cookies":
                added = to with { Cookies = to.Cookies.Add(name) };
                return true;
            case "headers":
                added = to with { Headers = to.Headers.Add(name) };
                return true;
            case "files":
                added = to with { Targets = to.Targets.Add($"FILES:{name}") };
                return true;
            default:
                return false;
        }
    }

    /// <summary>The part that a rule looked at, as an exclusion names it; null where no exclusion can name it alone.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="name">The member's name; null for a variable of one value.</param>
    public static string? Of(SecVariable variable, string? name)
    {
        bool plain = name is not null && IsPlain(name);
        return variable switch
        {
            SecVariable.Args or SecVariable.ArgsGet or SecVariable.ArgsPost when plain =>
                name!.StartsWith("json.", StringComparison.Ordinal) ? AnyIndex(name) : $"args.{name}",
            SecVariable.RequestCookies when plain => $"cookies.{name}",
            SecVariable.RequestHeaders when plain => $"headers.{name!.ToLowerInvariant()}",
            SecVariable.Files when plain => $"files.{name}",
            SecVariable.RequestBody => "body",
            SecVariable.QueryString => "query",
            SecVariable.RequestFilename => "path",
            SecVariable.RequestUri => "url",

            // A name that no exclusion can hold: the collection alone.
            SecVariable.Args or SecVariable.ArgsGet or SecVariable.ArgsPost => "args",
            SecVariable.RequestCookies => "cookies",
            SecVariable.RequestHeaders => "headers",
            SecVariable.Files => "files",
            SecVariable.Tx => null,
            _ when plain => $"{SecVariables.NameOf(variable)}:{name}",
            _ => SecVariables.NameOf(variable),
        };
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= 128 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '[' or ']' or '$' or ':');

    /// <summary>An item of a list is excluded with its neighbours: which one it is says nothing.</summary>
    private static string AnyIndex(string name)
    {
        string[] parts = name.Split('.');
        var text = new System.Text.StringBuilder(parts[0]);
        foreach (string part in parts.Skip(1))
        {
            text.Append(part.Length > 0 && part.All(char.IsAsciiDigit) ? "[*]" : "." + part);
        }

        return text.ToString();
    }
}
