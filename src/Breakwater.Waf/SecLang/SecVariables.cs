using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Waf.SecLang;

/// <summary>What kind of thing a variable is.</summary>
public enum SecVariableShape
{
    /// <summary>One value.</summary>
    Scalar,

    /// <summary>Named values, in arrival order, of this request.</summary>
    Collection,

    /// <summary>Named values that outlive the request (initcol).</summary>
    Persistent,
}

/// <summary>The table of SecLang's variables: names, shapes, and the reason for each one that Breakwater does not have. Immutable.</summary>
public static class SecVariables
{
    private static readonly SecVariable[] Collections =
    [
        SecVariable.Args, SecVariable.ArgsGet, SecVariable.ArgsGetNames, SecVariable.ArgsNames, SecVariable.ArgsPost,
        SecVariable.ArgsPostNames, SecVariable.Files, SecVariable.FilesNames, SecVariable.FilesSizes, SecVariable.FilesTmpContent,
        SecVariable.Geo,
        SecVariable.MatchedVars, SecVariable.MatchedVarsNames, SecVariable.MultipartFilename, SecVariable.MultipartName,
        SecVariable.MultipartPartHeaders, SecVariable.RequestCookies, SecVariable.RequestCookiesNames, SecVariable.RequestHeaders,
        SecVariable.RequestHeadersNames, SecVariable.ResponseHeaders, SecVariable.ResponseHeadersNames, SecVariable.Rule,
        SecVariable.Tx, SecVariable.Xml,
    ];

    private static readonly SecVariable[] PersistentCollections =
        [SecVariable.Global, SecVariable.Ip, SecVariable.Resource, SecVariable.Session, SecVariable.User];

    // The spelling of a name that is not simply its parts joined by underscores.
    private static readonly Dictionary<SecVariable, string> Spelled = new()
    {
        [SecVariable.SessionId] = "SESSIONID",
        [SecVariable.UserId] = "USERID",
        [SecVariable.WebAppId] = "WEBAPPID",
    };

    private static readonly string[] Names = [.. Enum.GetValues<SecVariable>().Select(Spell)];

    private static readonly FrozenDictionary<string, SecVariable> ByName = Enum.GetValues<SecVariable>()
        .Select(v => KeyValuePair.Create(Names[(int)v], v))
        .Append(KeyValuePair.Create("MULTIPART_SEMICOLON_MISSING", SecVariable.MultipartMissingSemicolon))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly SecVariableShape[] Shapes = [.. Enum.GetValues<SecVariable>().Select(v =>
        Collections.Contains(v) ? SecVariableShape.Collection
        : PersistentCollections.Contains(v) ? SecVariableShape.Persistent
        : SecVariableShape.Scalar)];

    private static readonly FrozenDictionary<string, string> Absent = new Dictionary<string, string>
    {
        ["ENV"] = "rules may not read the process's environment; use TX",
        ["FILES_TMPNAMES"] = "uploads are inspected as they stream and never lie in a file; use FILES, FILES_NAMES or FILES_SIZES",
        ["PERF_ALL"] = PerfReason,
        ["PERF_COMBINED"] = PerfReason,
        ["PERF_GC"] = PerfReason,
        ["PERF_LOGGING"] = PerfReason,
        ["PERF_PHASE1"] = PerfReason,
        ["PERF_PHASE2"] = PerfReason,
        ["PERF_PHASE3"] = PerfReason,
        ["PERF_PHASE4"] = PerfReason,
        ["PERF_PHASE5"] = PerfReason,
        ["PERF_RULES"] = PerfReason,
        ["PERF_SREAD"] = PerfReason,
        ["PERF_SWRITE"] = PerfReason,
        ["SCRIPT_BASENAME"] = ScriptReason,
        ["SCRIPT_FILENAME"] = ScriptReason,
        ["SCRIPT_GID"] = ScriptReason,
        ["SCRIPT_GROUPNAME"] = ScriptReason,
        ["SCRIPT_MODE"] = ScriptReason,
        ["SCRIPT_UID"] = ScriptReason,
        ["SCRIPT_USERNAME"] = ScriptReason,
        ["SDBM_DELETE_ERROR"] = "collections are not kept in SDBM files; remove the target",
        ["STREAM_INPUT_BODY"] = "bodies are not rewritten; use REQUEST_BODY",
        ["STREAM_OUTPUT_BODY"] = "bodies are not rewritten; use RESPONSE_BODY",
        ["URLENCODED_BODY"] = "use REQUEST_BODY",
        ["USERAGENT_IP"] = "use REMOTE_ADDR",
        ["WEBSERVER_ERROR_LOG"] = "there is no web server's log to read; remove the target",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private const string PerfReason = "rules cannot see their own cost; use `breakwater waf top`";
    private const string ScriptReason = "a proxy has no script's file to look at; remove the target";

    /// <summary>The name as SecLang writes it, in capitals.</summary>
    public static string NameOf(SecVariable variable) => Names[(int)variable];

    /// <summary>What kind of thing it is.</summary>
    public static SecVariableShape ShapeOf(SecVariable variable) => Shapes[(int)variable];

    /// <summary>Finds a variable by its name; case does not matter.</summary>
    public static bool TryGet(ReadOnlySpan<char> name, out SecVariable variable) =>
        ByName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out variable);

    /// <summary>Why a name that SecLang knows is not here, and what to use instead.</summary>
    internal static bool IsAbsent(ReadOnlySpan<char> name, [NotNullWhen(true)] out string? remedy) =>
        Absent.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out remedy);

    /// <summary>The finding about a name that is no variable here.</summary>
    internal static SecFault Unknown(ReadOnlySpan<char> name) =>
        IsAbsent(name, out string? remedy)
            ? new SecFault($"the variable {name.ToString().ToUpperInvariant()} is not supported", remedy)
            : new SecFault($"there is no variable {SecNames.Quote(name)}", SecNames.DidYouMean(name, Names));

    private static string Spell(SecVariable variable)
    {
        if (Spelled.TryGetValue(variable, out string? name)) return name;
        string camel = variable.ToString();
        System.Text.StringBuilder snake = new();
        for (int i = 0; i < camel.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(camel[i])) snake.Append('_');
            snake.Append(char.ToUpperInvariant(camel[i]));
        }

        return snake.ToString();
    }
}
