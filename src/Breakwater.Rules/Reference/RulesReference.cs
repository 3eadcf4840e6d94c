using System.Text;
using Breakwater.Rules.Functions;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Reference;

/// <summary>The reference of the language, made from its tables of operators, functions and fields.</summary>
public static class RulesReference
{
    /// <summary>The reference as Markdown: <c>docs/rules-reference.md</c>.</summary>
    public static string Markdown { get; } = Make();

    private static string Make()
    {
        var text = new StringBuilder();
        text.Append("""
            # Rules language: reference

            Made from the code; a test holds this file to it. To renew it, run the tests of Breakwater.Rules with `BREAKWATER_UPDATE_DOCS=1`.

            An expression is true or false of a request: `http.request.uri.path contains "/admin" and not ip.src in {192.0.2.0/24}`.
            Words are lower-case; spaces and line ends separate them, tabs do not. An expression has at most 262,144 characters, and parentheses,
            `not` and calls nest at most 128 deep.

            **Missing is not empty and not zero.** A comparison with a missing value is false, `ne` included; `not` in front of it is true.
            `any()` over a missing array is false, `all()` over a comparison with one is true. Functions make a missing value of a missing
            value, but `concat()` takes it for empty and `coalesce()` passes over it.

            ## Values

            | type | literals |
            |---|---|
            | Boolean | none: a Boolean stands alone, `ssl` or `not ssl` |
            | Integer | `10`, `-10`, `0x0a` (hexadecimal), `012` (octal); 64 bits. In sets ranges too: `{1 5..9}` |
            | IP address | `192.0.2.1`, `2001:db8::1`. In sets networks and ranges too: `{192.0.2.0/24 2001:db8::1..2001:db8::9}` |
            | String | `"text"` with the escapes `\"`, `\\`, `\xHH` and `\OOO` (octal); `r"text"` or `r#"text"#` without escapes; bytes `01:2e:f3` |
            | Array | no literals. `names[0]` is an element, `names[*]` stands for each: `any(names[*] eq "a")` |
            | Map | no literals. `headers["accept"]` is the array of a name's values, `headers["accept"][0]` the first of them; `headers[*][*]` stands for each value as they came |

            `[*]` stands for each element in a comparison inside `any()` or `all()`, or in the first argument of a function, which then makes an
            array of its results: `any(lower(http.request.headers.names[*])[*] eq "x-test")`. Arrays of Booleans are combined element by
            element, as far as the shortest reaches.

            ## Comparisons

            | operator | also | of | meaning |
            |---|---|---|---|

            """);
        foreach (OperatorDefinition op in Operators.Comparisons)
        {
            string sign = op.Sign is null ? "" : Code(op.Sign);
            text.Append($"| `{op.Word}` | {sign} | {string.Join(", ", op.Types.Select(Name))} | {op.Doc} |\n");
        }

        text.Append("""

            Addresses of different families are unlike: every comparison of them is false but `ne`. A wildcard pattern has at most 16 stars, not
            two side by side; `\*` and `\\` stand for a star and a backslash, `?` for itself.

            ## Logic

            From the tightest to the loosest; parentheses group.

            | operator | also | meaning |
            |---|---|---|
            | `not` | `!` | The operand is false. |

            """);
        foreach ((_, string word, string sign, string doc) in Operators.Logical.Reverse())
        {
            text.Append($"| `{word}` | {Code(sign)} | {doc} |\n");
        }

        text.Append("""
            | `any()` | | One element of an array of Booleans is true. |
            | `all()` | | All elements of an array of Booleans are true; of none, too. |

            ## Lists

            `ip.src in $office` looks an address, integer or string up in a list of the configuration. A list's name is made of lower-case
            letters, digits, underscores and inner dots; its content may change while requests are served.

            ## Functions

            What a function makes is at most 1 MiB, and what one expression makes about 2 MiB; beyond, the value is missing.


            """);
        foreach (FunctionDefinition function in KnownFunctions.All) Append(text, function);
        AppendFields(text);
        return text.ToString();
    }

    private static void Append(StringBuilder text, FunctionDefinition function)
    {
        text.Append($"### {function.Name}\n\n`{function.Signature}`: {function.ReturnText}\n\n{function.Doc}\n\n");
        foreach (FunctionParameter parameter in function.Parameters)
        {
            text.Append($"- `{parameter.Name}`: {parameter.TypeText}").Append(parameter.Form switch
            {
                ParameterForm.Literal => ", a literal",
                ParameterForm.NotLiteral => ", not a literal",
                _ => "",
            }).Append('\n');
        }

        if (function.Features == ExpressionFeatures.Rewrite)
        {
            text.Append("\nOnly in the values of rewrites and redirects, not in filters.\n");
        }
        if (function.Group == FunctionGroups.Replacing)
        {
            text.Append("\nAn expression may have only one call of `regex_replace()` or `wildcard_replace()`.\n");
        }

        text.Append($"\n```\n{function.Example}\n```\n\n");
    }

    private static void AppendFields(StringBuilder text)
    {
        text.Append("""
            ## Fields

            `http.*` fields are normalised where URL normalisation is on, and follow rewrites from the next phase on; `raw.*` fields never change.
            A field of which this edge knows nothing (geography without a database, scores without the module that gives them) is missing.

            """);
        foreach (IGrouping<string, FieldDefinition> section in KnownFields.All.GroupBy(f => f.Section))
        {
            text.Append($"\n### {section.Key}\n\n");
            if (section.Any(f => f.Id == FieldId.HttpRequestBodyRaw)) text.Append(Bodies);
            text.Append("| field | type | what it holds |\n|---|---|---|\n");
            foreach (FieldDefinition field in section)
            {
                text.Append($"| `{field.Name}` | {Escape(field.Type.ToString())} | {field.Doc}{Where(field)} |\n");
            }
        }

        text.Append("\n### Former names\n\n| name | now |\n|---|---|\n");
        foreach ((string alias, FieldId field) in KnownFields.Aliases) text.Append($"| `{alias}` | `{KnownFields.Get(field).Name}` |\n");
    }

    private const string Bodies =
        """
        These rules do not see bodies yet; the firewall does. The size is known where the request states it (`Content-Length`, or no body); all
        others of these fields are missing, so that a comparison with one of them is false. Rules may name them from `http_request_firewall_custom` on.


        """;

    private static string Where(FieldDefinition field) => field.Availability switch
    {
        FieldAvailability.Response => " In response phases and counting expressions.",
        FieldAvailability.RateLimit => " Not in filters.",
        _ => "",
    };

    private static string Name(TypeKind kind) => kind switch
    {
        TypeKind.Bytes => "String",
        TypeKind.Int => "Integer",
        _ => "IP address",
    };

    private static string Code(string sign) => $"`{sign.Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string Escape(string type) => type.Replace("<", "\\<", StringComparison.Ordinal);
}
