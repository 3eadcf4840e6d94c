using CsCheck;

namespace Breakwater.Rules.Tests.Naive;

/// <summary>Makes valid expressions over few fields and few values, so that they are often true.</summary>
internal static class ExpressionGenerator
{
    private static readonly Gen<string> Texts = Pick("\"a\"", "\"b\"", "\"ab\"", "\"\"", "\"A\"", "\"/a/b\"", "r\"a.b\"", "61:62",
        "\"\\xff\"");

    private static readonly Gen<string> Numbers = Pick("0", "1", "-1", "2", "17", "0x10", "300", "9223372036854775807");

    private static readonly Gen<string> Addresses = Pick("192.0.2.77", "192.0.2.0", "10.0.0.1", "::1", "2001:db8::17");

    private static readonly Gen<string> TextFields = Pick(
        "http.host", "http.referer", "http.user_agent", "http.request.uri.path", "http.request.headers[\"x\"][0]",
            "http.request.headers[\"y\"][1]",
        "http.request.headers.names[1]", "http.request.body.multipart.filenames[1][0]");

    private static readonly Gen<string> TextArrays = Pick(
        "http.request.headers.names", "http.request.headers.values", "http.request.headers[\"x\"]", "http.request.headers[\"no\"]",
        "http.request.body.multipart.filenames[0]", "http.request.uri.args.names");

    private static readonly Gen<string> MappedTexts = Gen.OneOf(
        TextArrays.Select(a => a + "[*]"),
        Pick("http.request.headers[*][*]", "http.request.headers[*][1]", "http.request.body.multipart.filenames[*][*]"));

    private static readonly Gen<string> TextOperators = Gen.OneOf(
        Gen.Select(Pick("eq", "==", "ne", "!=", "lt", "<", "le", ">=", "gt", "contains"), Texts, (op, t) => $"{op} {t}"),
        Texts.List[0, 4].Select(items => $"in {{{string.Join(' ', items)}}}"),
        Pick("matches \"a\"", "~ \"^[ab]+$\"", "matches r\"/a|b$\"", "wildcard \"*A*\"", "strict wildcard \"a*\"", "wildcard r\"\\*b\"",
            "in $hosts"));

    private static readonly Gen<string> NumberOperators = Gen.OneOf(
        Gen.Select(Pick("eq", "ne", "lt", "le", "gt", "ge", "bitwise_and", "&"), Numbers, (op, n) => $"{op} {n}"),
        Pick("in {1..16 300}", "in {}", "in {17}", "in $scores"));

    private static readonly Gen<string> AddressOperators = Gen.OneOf(
        Gen.Select(Pick("eq", "ne", "lt", "le", "gt", "ge"), Addresses, (op, a) => $"{op} {a}"),
        Pick("in {192.0.2.0/24 ::/0}", "in {10.0.0.0..10.0.0.9}", "in {}", "in $office"));

    /// <summary>Filters, nested up to a depth.</summary>
    public static Gen<string> Filter(int depth)
    {
        if (depth == 0) return Leaf;
        Gen<string> inner = Filter(depth - 1);
        return Gen.Frequency(
            (3, Leaf),
            (3, Gen.Select(inner, Pick("and", "or", "xor", "&&", "||", "^^"), inner, (a, op, b) => $"({a}) {op} ({b})")),
            (2, Gen.Select(inner, Pick("and", "or", "xor"), inner, (a, op, b) => $"{a} {op} {b}")),
            (2, inner.Select(a => $"not ({a})")),
            (1, Gen.Select(Pick("any", "all"), ArrayFilter(depth - 1), (q, a) => $"{q}({a})")));
    }

    /// <summary>Filters about one value, so that many cover or exclude one another.</summary>
    public static Gen<string> Related
    {
        get
        {
            Gen<string> text = Gen.Select(
                Pick("http.host", "lower(http.host)", "http.request.headers[\"x\"][0]"),
                Gen.OneOf(
                    TextOperators,
                    Pick("wildcard \"*\"", "wildcard \"a*\"", "wildcard \"A\"", "wildcard \"*b\"", "strict wildcard \"*b\"",
                        "strict wildcard \"a*b\"", "wildcard \"*/A*\"", "strict wildcard \"ab\"", "contains \"/a\"")),
                (t, op) => $"{t} {op}");
            Gen<string> affix = Gen.Select(
                Pick("starts_with", "ends_with"), Pick("http.host", "upper(http.host)", "lower(http.host)"), Texts, (f, t, p) => $"{f}({t}, {p})");
            Gen<string> number = NumberOperators.Select(op => $"cf.waf.score {op}");
            Gen<string> address = AddressOperators.Select(op => $"ip.src {op}");
            Gen<string> leaf = Gen.Select(Gen.OneOf(text, affix, number, address), Gen.Bool, (f, not) => not ? $"not {f}" : f);
            return Gen.OneOf(leaf, Gen.Select(leaf, Pick("and", "or"), leaf, (a, op, b) => $"{a} {op} {b}"));
        }
    }

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<string> Leaf => Gen.Frequency(
        (5, Gen.Select(Text(2), TextOperators, (t, op) => $"{t} {op}")),
        (3, Gen.Select(Number, NumberOperators, (n, op) => $"{n} {op}")),
        (2, Gen.Select(Pick("ip.src", "cf.edge.server_ip", "cidr(ip.src, 24, 16)", "coalesce(ip.src, cf.edge.server_ip)"),
            AddressOperators, (a, op) => $"{a} {op}")),
        (1, Pick("ssl", "cf.client.bot", "cf.bot_management.verified_bot", "not ssl")),
        (2, Gen.Select(Pick("starts_with", "ends_with"), Text(1), Texts, (f, t, p) => $"{f}({t}, {p})")),
        (1, Gen.Select(Pick("has_key(http.request.headers, ", "has_value(http.request.headers.names, "), Texts, (f, t) => $"{f}{t})")),
        (3, Gen.Select(Pick("any", "all"), ArrayFilter(1), (q, a) => $"{q}({a})")));

    private static Gen<string> ArrayFilter(int depth)
    {
        Gen<string> leaf = Gen.Frequency(
            (4, Gen.Select(MappedTexts, TextOperators, (m, op) => $"{m} {op}")),
            (2, Gen.Select(Pick("lower", "upper", "url_decode"), MappedTexts, TextOperators, (f, m, op) => $"{f}({m})[*] {op}")),
            (1, Gen.Select(MappedTexts, TextOperators, (m, op) => $"concat({m}, \"b\")[*] {op}")),
            (1, Gen.Select(MappedTexts, TextOperators, (m, op) => $"split({m}, \"/\", 3)[*][*] {op}")),
            (1, Gen.Select(MappedTexts, NumberOperators, (m, op) => $"len({m})[*] {op}")),
            (1, NumberOperators.Select(op => $"len(http.request.headers[*])[*] {op}")),
            (1, NumberOperators.Select(op => $"cf.bot_management.detection_ids[*] {op}")),
            (1, Gen.Select(MappedTexts, Texts, (m, t) => $"starts_with({m}, {t})")),
            (1, Gen.Select(MappedTexts, Texts, (m, t) => $"ends_with({m}, {t})[*]")));
        if (depth == 0) return leaf;
        Gen<string> inner = ArrayFilter(depth - 1);
        return Gen.Frequency(
            (4, leaf),
            (1, inner.Select(a => $"not ({a})")),
            (1, Gen.Select(inner, Pick("and", "or", "xor"), inner, (a, op, b) => $"({a} {op} {b})")));
    }

    private static Gen<string> Text(int depth)
    {
        if (depth == 0) return TextFields;
        Gen<string> inner = Text(depth - 1);
        return Gen.Frequency(
            (6, TextFields),
            (1, Gen.Select(Pick("lower", "upper", "url_decode", "decode_base64"), inner, (f, t) => $"{f}({t})")),
            (1, Gen.Select(inner, Pick("0, 2", "-2", "1", "0, -1", "5, 1"), (t, range) => $"substring({t}, {range})")),
            (1, Gen.Select(inner, inner, (a, b) => $"concat({a}, \"-\", {b})")),
            (1, Gen.Select(inner, Texts, (a, b) => $"coalesce({a}, {b})")),
            (1, Gen.Select(inner, Texts, (a, b) => $"remove_bytes({a}, {b})")),
            (1, TextArrays.Select(a => $"join({a}, \"/\")")),
            (1, inner.Select(a => $"split({a}, \"/\", 3)[1]")));
    }

    private static Gen<string> Number => Gen.OneOf(
        Pick("cf.waf.score", "cf.bot_management.score", "cf.bot_management.detection_ids[1]", "coalesce(cf.bot_management.score, 17)"),
        Text(1).Select(t => $"len({t})"),
        TextArrays.Select(a => $"len({a})"));

    /// <summary>Requests in which each field is there or not.</summary>
    public static Gen<SampleRequest> Request
    {
        get
        {
            Gen<string> text = Pick("a", "b", "ab", "", "A", "/a/b", "x/a%20b", "a.b", "YWI=", "B+b");
            Gen<string?> maybe = Gen.Select(Gen.Int[0, 3], text, (n, t) => n == 0 ? null : t);
            Gen<(string, string)[]?> map = Gen.Select(
                Gen.Int[0, 4], Gen.Select(Pick("x", "y", "a"), text).Array[0, 6], (n, m) => n == 0 ? null : m);
            return Gen.Select(maybe, maybe, maybe, map, Gen.Int[-2, 20], Gen.Int[0, 3], text.Array[0, 3].Array[1, 3]).Select(Build);
        }
    }

    private static SampleRequest Build(string? host, string? agent, string? path, (string Name, string Value)[]? headers, int number,
        int kind, string[][] files)
    {
        var request = new SampleRequest();
        if (host is not null) request.With(FieldId.HttpHost, host);
        if (agent is not null) request.With(FieldId.HttpUserAgent, agent);
        if (path is not null) request.With(FieldId.HttpRequestUriPath, path);
        if (headers is not null)
        {
            request.With(FieldId.HttpRequestHeaders, headers)
                .With(FieldId.HttpRequestHeadersNames, headers.Select(h => h.Name).ToArray())
                .With(FieldId.HttpRequestHeadersValues, headers.Select(h => h.Value).ToArray());
        }

        if (number >= 0) request.With(FieldId.CfWafScore, number).With(FieldId.CfBotManagementDetectionIds,
            new[] { number, 300, -1 }).With(FieldId.Ssl, number % 2 == 0);
        if (kind > 0) request.WithIp(FieldId.IpSrc, kind == 1 ? "192.0.2.77" : "2001:db8::17").With(FieldId.CfClientBot, kind == 2);
        // An array whose last inner arrays are empty looks shorter to field values: they know inner arrays by their elements.
        string[][] known = [.. files.Where(f => f.Length > 0)];
        if (known.Length > 0) request.With(FieldId.HttpRequestBodyMultipartFilenames, known);
        return request;
    }
}
