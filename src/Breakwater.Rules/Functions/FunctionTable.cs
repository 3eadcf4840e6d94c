using Breakwater.Rules.Compilation;
using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Syntax;
using static Breakwater.Rules.Functions.ParameterTypes;

namespace Breakwater.Rules.Functions;

/// <summary>The rows of <see cref="KnownFunctions"/>. Immutable.</summary>
internal static class FunctionTable
{
    private const long MostSplits = 128;

    public static IEnumerable<FunctionDefinition> All =>
    [
        Text("lower", "Makes ASCII letters lower-case; other bytes stay.", "lower(http.host) eq \"example.com\"",
            c => new CaseFunction(c.Bytes(0), toLower: true)),
        Text("upper", "Makes ASCII letters upper-case; other bytes stay.", "upper(ip.src.country) eq \"GB\"",
            c => new CaseFunction(c.Bytes(0), toLower: false)),
        Text("decode_base64", "Decodes base64, with or without padding, in either alphabet; missing when the string is no base64.",
            "any(decode_base64(http.request.headers[\"x-token\"][*])[*] eq \"123abc\")", c => new DecodeBase64Function(c.Bytes(0))),
        Text("url_decode",
            "Decodes `%20` and `+` once. Options: `r` decodes again until nothing changes, at most 16 times; `u` decodes `%u2601` as "
                + "well, to UTF-8.",
            "url_decode(http.request.uri.path, \"r\") contains \"../\"",
            c => new UrlDecodeFunction(c.Bytes(0), c.HasFlag(1, 'r'), c.HasFlag(1, 'u')),
            new FunctionParameter("options", Bytes, ParameterForm.Literal)) with { Optional = 1, Check = a => Flags(a, 1, "ru") },
        Text("remove_bytes", "Removes all occurrences of the given bytes.", "remove_bytes(http.host, \".w\") eq \"example\"",
            c => new RemoveBytesFunction(c.Bytes(0), c.LiteralBytes(1)), new FunctionParameter("bytes", Bytes, ParameterForm.Literal)),
        Text("remove_query_args", "Removes the arguments of these names from a query; the others keep their order.",
            "remove_query_args(http.request.uri.query, \"utm_source\", \"utm_medium\")",
            c => new RemoveQueryArgsFunction(c.Bytes(0), Enumerable.Range(1, c.Count - 1).Select(c.LiteralBytes)),
            new FunctionParameter("name", Bytes, ParameterForm.Literal)) with
        {
            Repeats = true,
            Features = ExpressionFeatures.Rewrite,
            Check = a => a[0] is FieldSyntax { Field: FieldId.HttpRequestUriQuery or FieldId.RawHttpRequestUriQuery }
                ? null : new ArgumentError(0, "remove_query_args() needs http.request.uri.query or raw.http.request.uri.query"),
        },
        Text("encode_base64", "Encodes as base64 without padding. Flags: `u` for the alphabet of URLs, `p` for padding.",
            "encode_base64(http.request.uri.path, \"up\")",
            c => new EncodeBase64Function(c.Bytes(0), c.HasFlag(1, 'u'), c.HasFlag(1, 'p')),
            new FunctionParameter("flags", Bytes, ParameterForm.Literal)) with
        {
            Optional = 1,
            Features = ExpressionFeatures.Rewrite,
            Check = a => Flags(a, 1, "up"),
            Parameters = [new("source", Bytes), new("flags", Bytes, ParameterForm.Literal)],
        },
        Text("sha256", "The SHA-256 of a string: 32 bytes.", "encode_base64(sha256(concat(http.host, \"secret\")))",
            c => new Sha256Function(c.Bytes(0))) with
        {
            Features = ExpressionFeatures.Rewrite,
            Parameters = [new("source", Bytes)],
        },
        Text("uuidv4", "A random UUID (version 4) made of the given random bytes; missing when they are fewer than 16.",
            "uuidv4(cf.random_seed)",
            c => new UuidFunction(c.Bytes(0))) with { Features = ExpressionFeatures.Rewrite },
        new("substring", [new("source", Bytes, ParameterForm.NotLiteral), new("start", Int), new("end", Int)])
        {
            Doc = "The bytes from `start` up to, but not including, `end`. Negative places count from the end of the string; places "
                + "outside are cut to it.",
            Example = "substring(http.request.uri.path, 0, 4) eq \"/api\"",
            Optional = 1,
            ReturnType = _ => RuleType.Bytes,
            ReturnText = "String",
            Build = c => c.Result(new SubstringFunction(c.Bytes(0), c.Int(1), c.Count > 2 ? c.Int(2) : null)),
        },
        new("to_string", [new("value", Int | Bool | Ip)])
        {
            Doc = "The value as text: a decimal number, `true` or `false`, an address in its shortest form.",
            Example = "concat(\"score=\", to_string(cf.bot_management.score))",
            Features = ExpressionFeatures.Rewrite,
            ReturnType = _ => RuleType.Bytes,
            ReturnText = "String",
            Build = c => c.Result(c.Arguments[0] switch
            {
                ScalarPlan<long> number => new ToStringFunction<long>(number.Node),
                ScalarPlan<IpValue> address => new ToStringFunction<IpValue>(address.Node),
                Plan truth => (Node<ReadOnlySpan<byte>>)new ToStringFunction<bool>(((ScalarPlan<bool>)truth).Node),
            }),
        },
        new("concat", [new("value", Bytes | Int | ParameterTypes.Array)])
        {
            Doc = "Joins strings (and integers, as text) to one string, or arrays to one array. A missing value counts as empty.",
            Example = "concat(\"/archive\", http.request.uri.path)",
            Repeats = true,
            TakesMissing = true,
            ReturnType = a => a[0].Type.IsScalar ? RuleType.Bytes : a[0].Type,
            ReturnText = "String or Array",
            Check = a => OfOneShape(a, "concat"),
            Build = Concat,
        },
        new("coalesce", [new("value", Scalar), new("other", Scalar)])
        {
            Doc = "The first of the values that is there; missing when none is.",
            Example = "coalesce(http.request.headers[\"x-client\"][0], http.user_agent) contains \"bot\"",
            Repeats = true,
            TakesMissing = true,
            ReturnType = a => a[0].Type,
            ReturnText = "type of the values",
            Check = a => OfOneShape(a, "coalesce"),
            Build = Coalesce,
        },
        new("join", [new("items", Strings), new("separator", Bytes)])
        {
            Doc = "The strings of an array in one, with the separator between them.",
            Example = "join(http.request.headers.names, \",\") contains \"cookie,host\"",
            ReturnType = _ => RuleType.Bytes,
            ReturnText = "String",
            Build = c => c.Result(new JoinFunction(((FlatPlan<ReadOnlySpan<byte>>)c.Arguments[0]).Sequence, c.Bytes(1))),
        },
        new("split", [new("source", Bytes, ParameterForm.NotLiteral), new("separator", Bytes, ParameterForm.Literal),
            new("limit", Int, ParameterForm.Literal)])
        {
            Doc = "The pieces of a string between separators, at most `limit` (1 to 128); the last holds the rest.",
            Example = "split(http.request.headers[\"x-categories\"][0], \",\", 64)[1] eq \"diy\"",
            ReturnType = _ => RuleType.ArrayOf(RuleType.Bytes),
            ReturnText = "Array<String>",
            Check = a => FunctionCall.LiteralBytes(a, 1).Length == 0 ? new ArgumentError(1, "the separator is empty")
                : FunctionCall.LiteralInt(a, 2) is < 1 or > MostSplits
                    ? new ArgumentError(2, $"the limit is a number from 1 to {MostSplits}") : null,
            Build = c => new FlatPlan<ReadOnlySpan<byte>>(
                c.Type, new SplitFunction(c.Compiler.Register(SplitFunction.RegisterCount), c.Bytes(0), c.LiteralBytes(1),
                    (int)c.LiteralInt(2))),
        },
        new("len", [new("value", Bytes | ParameterTypes.Array, ParameterForm.NotLiteral)])
        {
            Doc = "The length of a string in bytes, or the number of elements of an array.",
            Example = "len(http.request.uri.query) gt 1024",
            ReturnType = _ => RuleType.Int,
            ReturnText = "Integer",
            Build = c => c.Result(c.Arguments[0] switch
            {
                ScalarPlan<ReadOnlySpan<byte>> text => new LengthFunction(text.Node),
                FlatPlan<ReadOnlySpan<byte>> texts => new CountFunction<ReadOnlySpan<byte>>(texts.Sequence),
                FlatPlan<long> numbers => new CountFunction<long>(numbers.Sequence),
                FlatPlan<IpValue> addresses => new CountFunction<IpValue>(addresses.Sequence),
                Plan truths => (Node<long>)new CountFunction<bool>(((FlatPlan<bool>)truths).Sequence),
            }),
        },
        Affix("starts_with", "Whether a string begins with another.", "starts_with(http.request.uri.path, \"/blog/\")", atStart: true),
        Affix("ends_with", "Whether a string ends with another.", "ends_with(http.request.uri.path, \".html\")", atStart: false),
        new("has_key", [new("map", Map), new("key", Bytes)])
        {
            Doc = "Whether a map has a value of this name.",
            Example = "has_key(http.request.uri.args, \"token\")",
            ReturnType = _ => RuleType.Bool,
            ReturnText = "Boolean",
            Build = c => c.Result(new HasKeyFunction(((MapPlan)c.Arguments[0]).Field, c.Bytes(1))),
        },
        new("has_value", [new("array", ParameterTypes.Array), new("value", Scalar)])
        {
            Doc = "Whether an array has this value.",
            Example = "has_value(http.request.headers.names, \"x-forwarded-for\")",
            ReturnType = _ => RuleType.Bool,
            ReturnText = "Boolean",
            Check = a => a[1].Type == a[0].Type.Element ? null
                : new ArgumentError(1, $"has_value() needs {a[0].Type.Element}, the type of the array's elements, and this is {a[1].Type}"),
            Build = c => c.Result(c.Arguments[0] switch
            {
                FlatPlan<ReadOnlySpan<byte>> texts => new HasTextFunction(texts.Sequence, c.Bytes(1)),
                FlatPlan<long> numbers => new HasValueFunction<long>(numbers.Sequence, c.Int(1)),
                FlatPlan<IpValue> addresses => new HasValueFunction<IpValue>(addresses.Sequence, c.Ip(1)),
                Plan truths => (Node<bool>)new HasValueFunction<bool>(((FlatPlan<bool>)truths).Sequence,
                    ((ScalarPlan<bool>)c.Arguments[1]).Node),
            }),
        },
        Network("cidr", [new("ipv4_bits", Int, ParameterForm.Literal), new("ipv6_bits", Int, ParameterForm.Literal)],
            "The first address of the network of this many bits that an address is in.", "cidr(ip.src, 24, 48) eq 203.0.113.0",
            c => new NetworkFunction(c.Ip(0), (int)c.LiteralInt(1), (int)c.LiteralInt(2)), a => Bits(a, 1, 32) ?? Bits(a, 2, 128)),
        Network("cidr6", [new("ipv6_bits", Int, ParameterForm.Literal)],
            "The first address of the network of this many bits that an IPv6 address is in; an IPv4 address stays as it is.",
            "cidr6(ip.src, 64) eq 2001:db8::",
            c => new NetworkFunction(c.Ip(0), 32, (int)c.LiteralInt(1)), a => Bits(a, 1, 128)),
        Json("lookup_json_string",
            "The string at a place in a JSON document; missing when there is none, it is no string, or the document is malformed.",
            "lookup_json_string(http.request.body.raw, \"user\", \"name\") eq \"admin\"", RuleType.Bytes, "String",
            c => c.Result(new JsonStringFunction(c.Bytes(0), Path(c)))),
        Json("lookup_json_integer",
            "The integer at a place in a JSON document; missing when there is none, it is no plain integer, or the document is malformed.",
            "lookup_json_integer(http.request.body.raw, \"items\", 0) gt 100", RuleType.Int, "Integer",
            c => c.Result(new JsonIntegerFunction(c.Bytes(0), Path(c)))),
        new("regex_replace",
            [new("source", Bytes), new("pattern", Bytes, ParameterForm.Literal), new("replacement", Bytes, ParameterForm.Literal)])
        {
            Doc = "The string with the first match of a regular expression replaced; `${1}` to `${8}` in the replacement stand for "
                + "groups, `$$` for a dollar sign.",
            Example = "regex_replace(http.request.uri.path, r\"^/v1/(.*)$\", \"/v2/${1}\")",
            Features = ExpressionFeatures.Rewrite,
            Group = FunctionGroups.Replacing,
            ReturnType = _ => RuleType.Bytes,
            ReturnText = "String",
            Check = CheckRegexReplace,
            Build = c =>
            {
                ByteRegex.TryCompile(c.LiteralBytes(1), ByteRegexOptions.Default, out ByteRegex? regex, out _);
                return c.Result(new RegexReplaceFunction(c.Bytes(0), regex!,
                    ReplacementTemplate.Parse(c.LiteralBytes(2), regex!.GroupCount - 1, out _)!));
            },
        },
        new("wildcard_replace",
            [new("source", Bytes, ParameterForm.NotLiteral), new("pattern", Bytes, ParameterForm.Literal),
                new("replacement", Bytes, ParameterForm.Literal), new("flags", Bytes, ParameterForm.Literal)])
        {
            Doc = "The replacement when the whole string matches a wildcard pattern, otherwise the string; `${1}` to `${8}` stand for "
                + "what the stars stood for, as little as possible from the left. Flag `s`: letters match in their case only.",
            Example = "wildcard_replace(http.request.uri.path, \"/apps/*\", \"/${1}\")",
            Optional = 1,
            Features = ExpressionFeatures.Rewrite,
            Group = FunctionGroups.Replacing,
            ReturnType = _ => RuleType.Bytes,
            ReturnText = "String",
            Check = CheckWildcardReplace,
            Build = c =>
            {
                Wildcard.TryParse(c.LiteralBytes(1), !c.HasFlag(3, 's'), out Wildcard? wildcard, out _, out _);
                return c.Result(new WildcardReplaceFunction(c.Bytes(0), wildcard!,
                    ReplacementTemplate.Parse(c.LiteralBytes(2), wildcard!.StarCount, out _)!));
            },
        },
        new("is_timed_hmac_valid_v0",
        [
            new("key", Bytes, ParameterForm.Literal), new("message_mac", Bytes, ParameterForm.NotLiteral),
            new("ttl", Int, ParameterForm.Literal), new("now", Int),
            new("separator_length", Int, ParameterForm.Literal), new("flags", Bytes, ParameterForm.Literal),
        ])
        {
            Doc = "Whether a string of message, separator, ten digits of Unix time, `-` and a base64 MAC is signed with the key "
                + "(HMAC-SHA256 of message and time) and at most `ttl` seconds old. The MAC is URL-encoded base64; with flag `s` it "
                + "is base64url without padding.",
            Example = "is_timed_hmac_valid_v0(\"key\", http.request.uri, 3600, http.request.timestamp.sec, 8)",
            Optional = 2,
            ReturnType = _ => RuleType.Bool,
            ReturnText = "Boolean",
            Check = a => FunctionCall.LiteralInt(a, 2) < 0 ? new ArgumentError(2, "the ttl is negative")
                : a.Length > 4 && FunctionCall.LiteralInt(a, 4) is < 0 or > 1024
                    ? new ArgumentError(4, "the separator's length is a number from 0 to 1024")
                : Flags(a, 5, "s"),
            Build = c => c.Result(new TimedHmacFunction(
                c.LiteralBytes(0), c.Bytes(1), c.LiteralInt(2), c.Int(3), c.Count > 4 ? (int)c.LiteralInt(4) : 0, c.HasFlag(5, 's'))),
        },
    ];

    private static FunctionDefinition Text(
        string name, string doc, string example, Func<FunctionCall, Node<ReadOnlySpan<byte>>> build, params FunctionParameter[] more) =>
        new(name, [new("source", Bytes, ParameterForm.NotLiteral), .. more])
        {
            Doc = doc,
            Example = example,
            ReturnType = _ => RuleType.Bytes,
            ReturnText = "String",
            Build = c => c.Result(build(c)),
        };

    private static FunctionDefinition Affix(string name, string doc, string example, bool atStart) =>
        new(name, [new("source", Bytes, ParameterForm.NotLiteral), new("part", Bytes)])
        {
            Doc = doc,
            Example = example,
            ReturnType = _ => RuleType.Bool,
            ReturnText = "Boolean",
            Build = c => c.Result(c.Bytes(1) switch
            {
                ConstantBytes part => new TestedNode<ReadOnlySpan<byte>>(
                    c.Bytes(0), atStart ? new BytesPrefixTest(part.Value) : new BytesSuffixTest(part.Value)),
                Node<ReadOnlySpan<byte>> part => (Node<bool>)new AffixFunction(c.Bytes(0), part, atStart),
            }),
        };

    private static FunctionDefinition Network(
        string name, FunctionParameter[] bits, string doc, string example,
        Func<FunctionCall, Node<IpValue>> build, Func<ValueSyntax[], ArgumentError?> check) =>
        new(name, [new("address", Ip, ParameterForm.NotLiteral), .. bits])
        {
            Doc = doc,
            Example = example,
            ReturnType = _ => RuleType.Ip,
            ReturnText = "IP address",
            Check = check,
            Build = c => c.Result(build(c)),
        };

    private static FunctionDefinition Json(
        string name, string doc, string example, RuleType type, string typeText, Func<FunctionCall, Plan> build) =>
        new(name, [new("document", Bytes, ParameterForm.NotLiteral), new("key", Bytes | Int, ParameterForm.Literal)])
        {
            Doc = doc,
            Example = example,
            Repeats = true,
            ReturnType = _ => type,
            ReturnText = typeText,
            Build = build,
        };

    private static JsonStep[] Path(FunctionCall call) => [.. call.Syntax.Arguments.Skip(1).Select(a => ((LiteralSyntax)a).Literal switch
    {
        BytesLiteral name => new JsonStep(name.Value, 0),
        Syntax.Literal number => new JsonStep(null, ((IntLiteral)number).Value),
    })];

    private static ArgumentError? Bits(ValueSyntax[] arguments, int argument, int most) =>
        FunctionCall.LiteralInt(arguments, argument) is var bits && bits >= 1 && bits <= most
            ? null : new ArgumentError(argument, $"the bits are a number from 1 to {most}");

    private static ArgumentError? Flags(ValueSyntax[] arguments, int argument, string known)
    {
        if (argument >= arguments.Length) return null;
        return FunctionCall.LiteralBytes(arguments, argument).All(f => known.Contains((char)f))
            ? null : new ArgumentError(argument, $"the flags here are made of {string.Join(" and ", known.Select(k => $"'{k}'"))}");
    }

    private static ArgumentError? OfOneShape(ValueSyntax[] arguments, string name)
    {
        bool mixes = name == "concat" && arguments[0].Type.IsScalar;
        for (int i = 1; i < arguments.Length; i++)
        {
            if (mixes ? !arguments[i].Type.IsScalar : arguments[i].Type != arguments[0].Type)
            {
                return new ArgumentError(i, $"{name}() needs {arguments[0].Type} here as before, and this is {arguments[i].Type}");
            }
        }

        return null;
    }

    private static Plan Concat(FunctionCall call)
    {
        switch (call.Arguments[0])
        {
            case FlatPlan<ReadOnlySpan<byte>>:
                return Join<ReadOnlySpan<byte>>(call);
            case FlatPlan<long>:
                return Join<long>(call);
            case FlatPlan<IpValue>:
                return Join<IpValue>(call);
            case FlatPlan<bool>:
                return Join<bool>(call);
            default:
                return call.Result(new ConcatFunction([.. call.Arguments.Select(a => a is ScalarPlan<long> number
                    ? new ToStringFunction<long>(number.Node) : ((ScalarPlan<ReadOnlySpan<byte>>)a).Node)]));
        }
    }

    private static FlatPlan<T> Join<T>(FunctionCall call)
        where T : allows ref struct =>
        new(call.Type, new ConcatSequence<T>(call.Compiler.Register(), [.. call.Arguments.Select(a => ((FlatPlan<T>)a).Sequence)]));

    private static Plan Coalesce(FunctionCall call) => call.Type.Kind switch
    {
        TypeKind.Bytes => call.Result(First<ReadOnlySpan<byte>>(call)),
        TypeKind.Int => call.Result(First<long>(call)),
        TypeKind.Ip => call.Result(First<IpValue>(call)),
        _ => call.Result(First<bool>(call)),
    };

    private static CoalesceFunction<T> First<T>(FunctionCall call)
        where T : allows ref struct =>
        new([.. call.Arguments.Select(a => ((ScalarPlan<T>)a).Node)]);

    private static ArgumentError? CheckRegexReplace(ValueSyntax[] arguments)
    {
        if (!ByteRegex.TryCompile(FunctionCall.LiteralBytes(arguments, 1), ByteRegexOptions.Default, out ByteRegex? regex,
            out ByteRegexError error))
        {
            return new ArgumentError(1, $"bad regular expression: {error.Message.TrimEnd('.')}");
        }

        return ReplacementTemplate.Parse(FunctionCall.LiteralBytes(arguments, 2), regex.GroupCount - 1, out string wrong) is null
            ? new ArgumentError(2, wrong) : null;
    }

    private static ArgumentError? CheckWildcardReplace(ValueSyntax[] arguments)
    {
        if (!Wildcard.TryParse(FunctionCall.LiteralBytes(arguments, 1), true, out Wildcard? wildcard, out WildcardError error, out _))
        {
            return new ArgumentError(1, ExpressionParser.Describe(error));
        }

        return ReplacementTemplate.Parse(FunctionCall.LiteralBytes(arguments, 2), wildcard.StarCount, out string wrong) is null
            ? new ArgumentError(2, wrong) : Flags(arguments, 3, "s");
    }
}
