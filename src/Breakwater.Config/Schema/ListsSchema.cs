using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>Lists, access rules and what the edge knows of addresses.</summary>
internal static class ListsSchema
{
    public static Section<RedirectConfig> Redirect { get; } = new Section<RedirectConfig>(
        "list_redirect", "a redirect", "A redirect in a list of them.", () => new() { From = ConfigText.Of(""), To = ConfigText.Of("") })
        .Key("from", RuleSyntax.Text, r => r.From, (r, v) => r with { From = v },
            "The URL that is redirected: `[https://]host[/path]`, without port and query. Without scheme it means both.", "", Presence.Required,
            aka: ["source", "source_url"])
        .Key("to", RuleSyntax.Text, r => r.To, (r, v) => r with { To = v },
            "Where it leads: an http or https URL.", "", Presence.Required, aka: ["target", "target_url"])
        .Key("status", Values.Integer(301, 308), r => r.Status, (r, v) => r with { Status = v },
            "301, 302, 303, 307 or 308.", "Lists hold what moved for good.", aka: ["status_code"])
        .Key("include_subdomains", Values.Boolean, r => r.IncludeSubdomains, (r, v) => r with { IncludeSubdomains = v },
            "Whether the host's subdomains are redirected too.", "The host is meant as it is written.")
        .Key("subpath_matching", Values.Boolean, r => r.SubpathMatching, (r, v) => r with { SubpathMatching = v },
            "Whether paths below are redirected too.", "The path is meant as it is written.")
        .Key("preserve_path_suffix", Values.Boolean, r => r.PreservePathSuffix, (r, v) => r with { PreservePathSuffix = v },
            "With `subpath_matching`: whether the rest of the path is appended to `to`.", "A whole tree moves as it is.")
        .Key("preserve_query", Values.Boolean, r => r.PreserveQuery, (r, v) => r with { PreserveQuery = v },
            "Whether the request's query is appended to `to`.", "The target is meant as it is written.",
            aka: ["preserve_query_string", "keep_query"]);

    public static Section<ListConfig> List { get; } = new Section<ListConfig>(
        "list", "a list",
        "A list that rules name: `ip.src in $office`, or `to_list` for redirects. Its content is replaced as a whole, without a pause.",
        () => new())
        .Key("kind", Values.Choice(
                ("ip", ListKind.Ip), ("hostname", ListKind.Hostname), ("asn", ListKind.Asn), ("redirect", ListKind.Redirect)),
            l => l.Kind, (l, v) => l with { Kind = v },
            "What it holds: addresses and networks, hosts (`*.` and a host for all below it), numbers of networks, or redirects.",
            "What most lists hold.", aka: ["type"])
        .Key("description", RuleSyntax.Words, l => l.Description, (l, v) => l with { Description = v }, "What it is for.", "")
        .Key("items", Values.ListOf(new ListItemSyntax(Redirect.Syntax)), l => l.Items, (l, v) => l with { Items = v },
            "Its items.", "They may all be in the `file`.", aka: ["values", "entries"])
        .Key("file", Values.File, l => l.File, (l, v) => l with { File = v },
            "A file of further items, one a line, `#` begins a comment; of redirects `from,to` and, where wanted, the status. It is read again "
                + "when it changes; one with an error is refused and the old content stays.",
            "Short lists are easier to read here.", aka: ["path"]);

    public static Section<AccessRuleConfig> Access { get; } = new Section<AccessRuleConfig>(
        "access_rule", "an access rule",
        "A decision over some visitors before any rule; the first that means a visitor holds. Exactly one of `allow`, `block`, `challenge` "
            + "and `log` stands in each.",
        () => new())
        .Key("allow", RuleSyntax.AccessTarget, a => a.Allow, (a, v) => a with { Allow = v },
            "Visitors whom no protection looks at.", "", aka: ["whitelist", "permit"])
        .Key("block", RuleSyntax.AccessTarget, a => a.Block, (a, v) => a with { Block = v },
            "Visitors who are refused.", "", aka: ["deny", "blacklist"])
        .Key("challenge", RuleSyntax.AccessTarget, a => a.Challenge, (a, v) => a with { Challenge = v },
            "Visitors who are challenged.", "", aka: ["managed_challenge", "js_challenge"])
        .Key("log", RuleSyntax.AccessTarget, a => a.Log, (a, v) => a with { Log = v },
            "Visitors who are recorded; the next access rules are looked at all the same.", "")
        .Key("description", RuleSyntax.Words, a => a.Description, (a, v) => a with { Description = v }, "What it is for.", "");

    public static Section<GeoConfig> Geo { get; } = new Section<GeoConfig>(
        "geo", "'geo'", "Where the edge learns countries, cities and networks of addresses. Without it the fields `ip.src.country`, "
            + "`ip.src.asnum` and their like are absent, and a rule on them does not match.", () => new())
        .Key("databases", Values.ListOf(Values.File), g => g.Databases, (g, v) => g with { Databases = v },
            "MMDB files; of a field that several have, the first counts. They are read again when they change.",
            "They come from somebody else, under their own licence.", aka: ["database", "mmdb", "files"]);

    public static NamedSyntax<ListConfig, NamedListConfig> Lists { get; } = new(
        "mapping of name to [list](#list)", "office: {items: [10.0.0.0/8]}", "^[a-z0-9_.]{1,50}$", RuleSyntax.ListNameFault,
        List.Syntax, (name, list) => new NamedListConfig(name, list));
}
