using System.Globalization;
using System.Text;
using Breakwater.Http;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.Operators;
using Breakwater.Waf.SecLang;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Tests.Rules;

/// <summary>Whether one rule, alone, matches a request: targets, transformations, operator, chain.</summary>
internal sealed class CaseEvaluation
{
    private static readonly OperatorCompiler Compiler = new();
    private readonly List<(SecVariable Variable, string Name, byte[] Value)> _values = [];

    public CaseEvaluation(CaseRequest request)
    {
        byte[] target = request.Target;
        int q = Array.IndexOf(target, (byte)'?');
        byte[] path = q < 0 ? target : target[..q];
        byte[] room = new byte[path.Length];
        byte[] decoded = RequestTarget.PercentDecode(path, room, plusIsSpace: false, out _).ToArray();
        Add(SecVariable.RequestMethod, Encoding.ASCII.GetBytes(request.Method));
        Add(SecVariable.RequestUriRaw, target);
        Add(SecVariable.RequestUri, target);
        Add(SecVariable.RequestProtocol, Encoding.ASCII.GetBytes(request.Protocol));
        Add(SecVariable.RequestFilename, decoded);
        Add(SecVariable.RequestBasename, decoded[(Array.LastIndexOf(decoded, (byte)'/') + 1)..]);
        if (q >= 0) Add(SecVariable.QueryString, target[(q + 1)..]);
        InspectedBody get = new();
        if (q >= 0) UrlencodedBody.Parse(target.AsSpan(q + 1), get);
        Arguments(get, post: false);
        string type = "";
        foreach ((string name, byte[] value) in request.Headers)
        {
            Add(SecVariable.RequestHeaders, value, name);
            Add(SecVariable.RequestHeadersNames, Encoding.ASCII.GetBytes(name), name);
            if (name.Equals("content-type", StringComparison.OrdinalIgnoreCase)) type = Encoding.Latin1.GetString(value);
            if (!name.Equals("cookie", StringComparison.OrdinalIgnoreCase)) continue;
            foreach (string cookie in Encoding.Latin1.GetString(value).Split(';', StringSplitOptions.TrimEntries))
            {
                int e = cookie.IndexOf('=', StringComparison.Ordinal);
                string key = e < 0 ? cookie : cookie[..e];
                Add(SecVariable.RequestCookies, Encoding.Latin1.GetBytes(e < 0 ? "" : cookie[(e + 1)..]), key);
                Add(SecVariable.RequestCookiesNames, Encoding.Latin1.GetBytes(key), key);
            }
        }

        InspectedBody body = new();
        string t = type.ToLowerInvariant();
        string processor = t.Contains("urlencoded") ? "URLENCODED" : t.Contains("multipart") ? "MULTIPART" : t.Contains("xml") ? "XML" : "JSON";
        if (request.Body.Length > 0)
        {
            if (processor == "URLENCODED")
            {
                UrlencodedBody.Parse(request.Body, body);
                Add(SecVariable.RequestBody, request.Body);
            }
            else if (processor == "MULTIPART") MultipartBody.Parse(Encoding.Latin1.GetBytes(type), request.Body, false, body);
            else if (processor == "XML") XmlBody.Parse(request.Body, false, body);
            else JsonBody.Parse(request.Body, false, body);
            Add(SecVariable.ReqbodyProcessor, Encoding.ASCII.GetBytes(processor));
        }

        Arguments(body, post: true);
        List(body, body.Files, SecVariable.Files, SecVariable.FilesNames);
        List(body, body.Files, SecVariable.MultipartFilename, null);
        List(body, body.PartHeaders, SecVariable.MultipartPartHeaders, null);
        List(body, body.XmlText, SecVariable.Xml, null, "/*");
        List(body, body.XmlAttributes, SecVariable.Xml, null, "//@*");
        Add(SecVariable.ReqbodyError, body.Error == BodyError.None ? "0"u8.ToArray() : "1"u8.ToArray());
        Add(SecVariable.MultipartStrictError, (body.Multipart & MultipartFlags.Strict) == 0 ? "0"u8.ToArray() : "1"u8.ToArray());
        Add(SecVariable.ResponseStatus, Encoding.ASCII.GetBytes(request.Status.ToString(CultureInfo.InvariantCulture)));
        Add(SecVariable.ResponseBody, request.ResponseBody);
        Add(SecVariable.ResponseContentType, Encoding.ASCII.GetBytes(request.ResponseType));
        if (t.StartsWith("text/plain", StringComparison.Ordinal) || t.Length == 0) Add(SecVariable.Tx, "1"u8.ToArray(), "body_is_text");
    }

    public bool? Matches(SecRule rule)
    {
        if (Compiler.Compile(rule.Operator, []) is not { } op) return null;
        List<(SecVariable, string, byte[])> matched = [];
        foreach (byte[] value in Values(rule))
        {
            if (Holds(rule, op, value)) matched.Add((SecVariable.MatchedVars, "", value));
        }

        if (matched.Count == 0) return false;
        if (rule.Chained is not { } next) return true;
        _values.RemoveAll(v => v.Variable is SecVariable.MatchedVars or SecVariable.MatchedVar);
        _values.AddRange(matched);
        _values.Add((SecVariable.MatchedVar, "", matched[^1].Item3));
        return Matches(next);
    }

    private static bool Holds(SecRule rule, Operator op, byte[] value)
    {
        byte[] argument = Encoding.UTF8.GetBytes(rule.Operator.Argument.Source);
        if (rule.MultiMatch && op.IsMatch(value, argument) != rule.Operator.Negated) return true;
        foreach (TransformationKind kind in rule.Transformations)
        {
            byte[] room = new byte[Transformation.MaxLength(kind, value.Length)];
            if (Transformation.Apply(kind, value, room, out int written)) value = room[..written];
            if (rule.MultiMatch && op.IsMatch(value, argument) != rule.Operator.Negated) return true;
        }

        return op.IsMatch(value, argument) != rule.Operator.Negated;
    }

    private IEnumerable<byte[]> Values(SecRule rule)
    {
        foreach (SecTarget target in rule.Targets)
        {
            if (target.Mode == SecTargetMode.Exclude) continue;
            var found = _values.Where(v => v.Variable == target.Variable && Chosen(target.Selector, v.Name)
                && !rule.Targets.Any(t => t.Mode == SecTargetMode.Exclude && t.Variable == v.Variable && Chosen(t.Selector, v.Name)));
            if (target.Mode == SecTargetMode.Count) yield return Encoding.ASCII.GetBytes(found.Count().ToString(CultureInfo.InvariantCulture));
            else foreach (var v in found) yield return v.Value;
        }
    }

    private static bool Chosen(SecSelector? selector, string name) => selector?.Kind switch
    {
        null => true,
        SecSelectorKind.Regex => System.Text.RegularExpressions.Regex.IsMatch(name, selector.Text, System.Text.RegularExpressions.RegexOptions.IgnoreCase),
        _ => selector.Text.Equals(name, StringComparison.OrdinalIgnoreCase),
    };

    private void Arguments(InspectedBody body, bool post)
    {
        List(body, body.Arguments, SecVariable.Args, SecVariable.ArgsNames);
        List(body, body.Arguments, post ? SecVariable.ArgsPost : SecVariable.ArgsGet, post ? SecVariable.ArgsPostNames : SecVariable.ArgsGetNames);
    }

    private void List(InspectedBody body, MemberList list, SecVariable values, SecVariable? names, string? key = null)
    {
        foreach (Member member in list.Members)
        {
            string name = Encoding.Latin1.GetString(body.Arena[member.Name]);
            Add(values, body.Arena[member.Value].ToArray(), key ?? name);
            if (names is { } n) Add(n, body.Arena[member.Name].ToArray(), name);
        }
    }

    private void Add(SecVariable variable, byte[] value, string name = "") => _values.Add((variable, name, value));
}
