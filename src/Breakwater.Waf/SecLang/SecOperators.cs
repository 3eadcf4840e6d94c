using System.Collections.Frozen;

namespace Breakwater.Waf.SecLang;

/// <summary>What an operator's argument is.</summary>
public enum SecArgumentKind
{
    /// <summary>It takes none; one that is there means nothing.</summary>
    None,

    /// <summary>A text in which macros are expanded for each transaction.</summary>
    Text,

    /// <summary>Fixed when the rules are loaded: an expression, a list of words, addresses, ranges. <c>%{</c> means nothing in it.</summary>
    Fixed,

    /// <summary>Names of files with one item per line; read when the rules are loaded.</summary>
    Files,
}

/// <summary>The table of SecLang's operators: names, arguments, and the reason for each one that Breakwater does not have. Immutable.</summary>
public static class SecOperators
{
    private static readonly (string Name, SecOperatorKind Kind, SecArgumentKind Argument)[] Table =
    [
        ("beginsWith", SecOperatorKind.BeginsWith, SecArgumentKind.Text),
        ("contains", SecOperatorKind.Contains, SecArgumentKind.Text),
        ("containsWord", SecOperatorKind.ContainsWord, SecArgumentKind.Text),
        ("detectSQLi", SecOperatorKind.DetectSqli, SecArgumentKind.None),
        ("detectXSS", SecOperatorKind.DetectXss, SecArgumentKind.None),
        ("endsWith", SecOperatorKind.EndsWith, SecArgumentKind.Text),
        ("eq", SecOperatorKind.Eq, SecArgumentKind.Text),
        ("ge", SecOperatorKind.Ge, SecArgumentKind.Text),
        ("geoLookup", SecOperatorKind.GeoLookup, SecArgumentKind.None),
        ("gt", SecOperatorKind.Gt, SecArgumentKind.Text),
        ("ipMatch", SecOperatorKind.IpMatch, SecArgumentKind.Fixed),
        ("ipMatchFromFile", SecOperatorKind.IpMatchFromFile, SecArgumentKind.Files),
        ("ipMatchF", SecOperatorKind.IpMatchFromFile, SecArgumentKind.Files),
        ("le", SecOperatorKind.Le, SecArgumentKind.Text),
        ("lt", SecOperatorKind.Lt, SecArgumentKind.Text),
        ("noMatch", SecOperatorKind.NoMatch, SecArgumentKind.None),
        ("pm", SecOperatorKind.Pm, SecArgumentKind.Fixed),
        ("pmFromFile", SecOperatorKind.PmFromFile, SecArgumentKind.Files),
        ("pmf", SecOperatorKind.PmFromFile, SecArgumentKind.Files),
        ("rbl", SecOperatorKind.Rbl, SecArgumentKind.Fixed),
        ("rx", SecOperatorKind.Rx, SecArgumentKind.Fixed),
        ("rxGlobal", SecOperatorKind.RxGlobal, SecArgumentKind.Fixed),
        ("streq", SecOperatorKind.StrEq, SecArgumentKind.Text),
        ("strmatch", SecOperatorKind.StrMatch, SecArgumentKind.Text),
        ("unconditionalMatch", SecOperatorKind.UnconditionalMatch, SecArgumentKind.None),
        ("validateByteRange", SecOperatorKind.ValidateByteRange, SecArgumentKind.Fixed),
        ("validateUrlEncoding", SecOperatorKind.ValidateUrlEncoding, SecArgumentKind.None),
        ("validateUtf8Encoding", SecOperatorKind.ValidateUtf8Encoding, SecArgumentKind.None),
        ("verifyCC", SecOperatorKind.VerifyCc, SecArgumentKind.Fixed),
        ("verifyCPF", SecOperatorKind.VerifyCpf, SecArgumentKind.Fixed),
        ("verifySSN", SecOperatorKind.VerifySsn, SecArgumentKind.Fixed),
        ("verifySVNR", SecOperatorKind.VerifySvnr, SecArgumentKind.Fixed),
        ("within", SecOperatorKind.Within, SecArgumentKind.Text),
    ];

    private static readonly FrozenDictionary<string, (SecOperatorKind Kind, SecArgumentKind Argument)> ByName =
        Table.ToFrozenDictionary(row => row.Name, row => (row.Kind, row.Argument), StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<SecOperatorKind, string> Names =
        Table.DistinctBy(row => row.Kind).ToFrozenDictionary(row => row.Kind, row => row.Name);

    private static readonly FrozenSet<SecOperatorKind> TextKinds =
        Table.Where(row => row.Argument == SecArgumentKind.Text).Select(row => row.Kind).ToFrozenSet();

    private static readonly FrozenDictionary<string, string> Absent = new Dictionary<string, string>
    {
        ["fuzzyHash"] = "fuzzy hashes are not part of the WAF; remove the rule",
        ["gsbLookup"] = "the service behind it is gone; remove the rule",
        ["inspectFile"] = "rules may not run programs; inspect FILES, FILES_NAMES or the body",
        ["rsub"] = "bodies are not rewritten; remove the rule",
        ["validateDTD"] = "documents are never checked against a DTD, which would have to be fetched; remove the rule",
        ["validateHash"] = "link signing is not supported; remove the rule",
        ["validateSchema"] = "documents are not checked against schemas; remove the rule",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name as SecLang writes it, without the at sign.</summary>
    public static string NameOf(SecOperatorKind kind) => Names[kind];

    /// <summary>Whether the argument is a text in which macros are expanded.</summary>
    internal static bool TakesText(SecOperatorKind kind) => TextKinds.Contains(kind);

    internal static SecFault? Find(ReadOnlySpan<char> name, out SecOperatorKind kind, out SecArgumentKind argument)
    {
        bool known = ByName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var row);
        (kind, argument) = row;
        if (known) return null;
        return Absent.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out string? remedy)
            ? new SecFault($"the operator @{name} is not supported", remedy)
            : new SecFault($"there is no operator {SecNames.Quote($"@{name}")}", SecNames.DidYouMean(name, Names.Values));
    }
}
