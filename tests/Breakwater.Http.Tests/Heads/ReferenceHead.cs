using System.Numerics;
using System.Text.RegularExpressions;

namespace Breakwater.Http.Tests.Heads;

/// <summary>
/// A slow reader of heads, written from the grammars of RFC 9112, RFC 9110 and RFC 3986 with regular expressions over Latin-1 text and
/// nothing shared with the library. It looks at an input that contains a whole head and says what the head means, or null when it may
/// not be accepted.
/// </summary>
internal static partial class ReferenceHead
{
    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]+";
    private const string FieldLines = @"(?:(?<name>" + Token + @"):(?<value>[\t -~\x80-\xff]*)\r\n)*\r\n";
    private const string Host =
        @"(?<host>\[(?:" + Ipv6 + @"|[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)";

    private const string H16 = "[0-9A-Fa-f]{1,4}";
    private const string Octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private const string Ls32 = "(?:" + H16 + ":" + H16 + "|" + Octet + @"\." + Octet + @"\." + Octet + @"\." + Octet + ")";

    /// <summary>IPv6address, alternative by alternative as in RFC 3986 §3.2.2.</summary>
    private const string Ipv6 =
        "(?:(?:" + H16 + ":){6}" + Ls32
        + "|::(?:" + H16 + ":){5}" + Ls32
        + "|(?:" + H16 + ")?::(?:" + H16 + ":){4}" + Ls32
        + "|(?:(?:" + H16 + ":){0,1}" + H16 + ")?::(?:" + H16 + ":){3}" + Ls32
        + "|(?:(?:" + H16 + ":){0,2}" + H16 + ")?::(?:" + H16 + ":){2}" + Ls32
        + "|(?:(?:" + H16 + ":){0,3}" + H16 + ")?::" + H16 + ":" + Ls32
        + "|(?:(?:" + H16 + ":){0,4}" + H16 + ")?::" + Ls32
        + "|(?:(?:" + H16 + ":){0,5}" + H16 + ")?::" + H16
        + "|(?:(?:" + H16 + ":){0,6}" + H16 + ")?::)";

    private static readonly string[] HopByHop =
        ["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade", "http2-settings"];

    /// <summary>The meaning of a request, in the words of <see cref="Views.Describe(RequestHead)"/>, and its length in bytes.</summary>
    public static (string Meaning, int Length)? Request(string input, HeadLimits limits)
    {
        Match match = RequestGrammar().Match(input);
        if (!match.Success)
        {
            return null;
        }

        Head head = new(match, limits);
        string method = match.Groups["method"].Value;
        string target = match.Groups["target"].Value;
        bool http10 = match.Groups["minor"].Value == "0";
        if (!head.WithinLimits || method.Length > 64 || target.Length > limits.MaxTarget || method is "CONNECT" or "TRACE")
        {
            return null;
        }

        Match form = Targets().Match(target);
        bool asterisk = form.Groups["asterisk"].Success;
        bool absolute = form.Groups["scheme"].Success;
        if (!form.Success || (asterisk && method != "OPTIONS"))
        {
            return null;
        }

        string? hostField = head.Only("host", out bool oneHost);
        string? named = absolute ? form.Groups["authority"].Value : null;
        if (!oneHost || (hostField is null && !http10) || (hostField is not null && named is not null && !Same(hostField, named)))
        {
            return null;
        }

        string authority = named ?? hostField ?? "";
        Match host = Authorities().Match(authority);
        if (hostField is not null && !Authorities().IsMatch(hostField) || (authority.Length > 0 && !host.Success))
        {
            return null;
        }

        string port = host.Groups["port"].Value;
        if (port.Length > 0 && int.Parse(port, null) > 65535)
        {
            return null;
        }

        (string Framing, string? Length)? body = head.Body(http10);
        HashSet<string>? options = head.ConnectionOptions();
        string? expect = head.Only("expect", out bool oneExpect);
        bool hasBody = body?.Framing == "Chunked" || (body?.Length is not null && body.Value.Length.Trim('0').Length > 0);
        if (body is null || options is null || !oneExpect || (expect is not null && !Same(expect, "100-continue")))
        {
            return null;
        }

        bool upgrade = !http10 && options.Contains("upgrade") && head.Has("upgrade");
        bool webSocket = upgrade && head.Elements("upgrade").Any(protocol => Same(protocol, "websocket"));
        if (webSocket && hasBody)
        {
            return null;
        }

        string path = absolute && form.Groups["path"].Value.Length == 0 ? "/" : form.Groups["path"].Value;
        string kind = method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "OPTIONS" or "PATCH"
            ? method[..1] + method[1..].ToLowerInvariant() : "Other";
        string words = $"method={method} kind={kind} form={(asterisk ? "Asterisk" : absolute ? "Absolute" : "Origin")} target={target}"
            + $" scheme={form.Groups["scheme"].Value} path={path}"
            + (form.Groups["query"].Success ? $" query={form.Groups["query"].Value}" : "")
            + $" authority={authority} host={host.Groups["host"].Value} port={(port.Length > 0 ? int.Parse(port, null) : -1)}"
            + head.Words(http10, body.Value, http10 ? options.Contains("keep-alive") && !options.Contains("close") : !options.Contains("close"), options)
            + (expect is not null && !http10 && hasBody ? " expect" : "")
            + (upgrade ? " upgrade" : "")
            + (webSocket && method == "GET" ? " websocket" : "");
        return (words, match.Length);
    }

    /// <summary>The meaning of a response, in the words of <see cref="Views.Describe(ResponseHead)"/>, and its length in bytes.</summary>
    public static (string Meaning, int Length)? Response(string input, MethodKind method, HeadLimits limits)
    {
        Match match = ResponseGrammar().Match(input);
        if (!match.Success)
        {
            return null;
        }

        Head head = new(match, limits);
        bool http10 = match.Groups["minor"].Value == "0";
        int status = int.Parse(match.Groups["status"].Value, null);
        (string Framing, string? Length)? body = head.Body(http10);
        HashSet<string>? options = head.ConnectionOptions();
        if (!head.WithinLimits || body is null || options is null)
        {
            return null;
        }

        bool bodiless = status < 200 || status == 204;
        if (bodiless && (body.Value.Framing == "Chunked" || body.Value.Length?.Trim('0').Length > 0))
        {
            return null;
        }

        if (status == 101 && !(options.Contains("upgrade") && head.Has("upgrade")))
        {
            return null;
        }

        string framing = bodiless || status == 304 || method == MethodKind.Head ? "None"
            : body.Value.Framing == "None" ? "UntilClose"
            : body.Value.Framing;
        bool keepAlive = !options.Contains("close") && framing != "UntilClose" && status != 101 && (!http10 || options.Contains("keep-alive"));
        string words = $"status={status} reason={match.Groups["reason"].Value.Replace(' ', '_')}"
            + head.Words(http10, (framing, body.Value.Length), keepAlive, options)
            + (status < 200 && status != 101 ? " interim" : "")
            + (status == 101 ? " upgrade" : "");
        return (words, match.Length);
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A(?:\r\n)?(?<start>(?<method>" + Token + @") (?<target>[!""$-~\x80-\xff]+) HTTP/1\.(?<minor>[01])\r\n)" + FieldLines, RegexOptions.CultureInvariant)]
    private static partial Regex RequestGrammar();

    [GeneratedRegex(@"\A(?<start>HTTP/1\.(?<minor>[01]) (?<status>[1-9][0-9]{2})(?: (?<reason>[\t -~\x80-\xff]*))?\r\n)" + FieldLines, RegexOptions.CultureInvariant)]
    private static partial Regex ResponseGrammar();

    [GeneratedRegex(@"\A(?:(?<asterisk>\*)|(?:(?<scheme>[hH][tT][tT][pP][sS]?)://(?<authority>" + Host + @"(?::(?<port>[0-9]{0,5}))?)(?=[/?]|\z))?(?<path>(?(scheme)(?:/[^?]*)?|/[^?]*))(?:\?(?<query>.*))?)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Targets();

    [GeneratedRegex(@"\A" + Host + @"(?::(?<port>[0-9]{0,5}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Authorities();

    /// <summary>The field lines of a head, as pairs of strings.</summary>
    private sealed class Head(Match match, HeadLimits limits)
    {
        private readonly (string Name, string Value)[] _fields = [.. match.Groups["name"].Captures.Zip(
            match.Groups["value"].Captures, (name, value) => (name.Value, value.Value.Trim(' ', '\t')))];

        public bool WithinLimits =>
            match.Length - match.Groups["start"].Index <= limits.MaxBytes
            && match.Groups["start"].Length <= limits.MaxLine
            && _fields.Length <= limits.MaxFields
            && match.Groups["name"].Captures.Zip(match.Groups["value"].Captures).All(pair => pair.First.Length + pair.Second.Length + 3 <= limits.MaxLine);

        public bool Has(string name) => _fields.Any(field => Same(field.Name, name));

        /// <summary>The one value of a field that may come once at most.</summary>
        public string? Only(string name, out bool atMostOne)
        {
            string[] values = [.. _fields.Where(field => Same(field.Name, name)).Select(field => field.Value)];
            atMostOne = values.Length <= 1;
            return values.FirstOrDefault();
        }

        /// <summary>Elements of the list that all fields of this name make, as long as nothing is quoted.</summary>
        public IEnumerable<string> Elements(string name) => _fields.Where(field => Same(field.Name, name))
            .SelectMany(field => field.Value.Split(',')).Select(element => element.Trim(' ', '\t')).Where(element => element.Length > 0);

        public HashSet<string>? ConnectionOptions()
        {
            string[] options = [.. Elements("connection").Select(option => option.ToLowerInvariant())];
            bool valid = options.Length <= 32 && options.All(option => Regex.IsMatch(option, @"\A" + Token + @"\z"));
            return valid && !options.Any(option => IsKnown(option) && !HopByHop.Contains(option)) ? [.. options] : null;
        }

        public (string Framing, string? Length)? Body(bool http10)
        {
            string? length = Only("content-length", out bool oneLength);
            string? coding = Only("transfer-encoding", out bool oneCoding);
            if (coding is not null)
            {
                return length is null && oneCoding && !http10 && Same(coding, "chunked") ? ("Chunked", null) : null;
            }

            return length is null ? ("None", null)
                : oneLength && Regex.IsMatch(length, @"\A[0-9]{1,19}\z") && BigInteger.Parse(length, null) <= long.MaxValue ? ("Length", length)
                : null;
        }

        public string Words(bool http10, (string Framing, string? Length) body, bool keepAlive, HashSet<string> options)
        {
            IEnumerable<string> hops = _fields.Select(field => field.Name)
                .Where(name => HopByHop.Contains(name.ToLowerInvariant()) || options.Contains(name.ToLowerInvariant()));
            return $" version=Http1{(http10 ? 0 : 1)} framing={body.Framing}"
                + (body.Length is null ? "" : $" length={long.Parse(body.Length, null)}")
                + (keepAlive ? " keepalive" : "")
                + $" hop={string.Join(',', hops)}"
                + string.Concat(_fields.Select(field => $" {field.Name}={field.Value.Replace(' ', '_').Replace('\t', '_')}"));
        }

        private static bool IsKnown(string name) => Enum.GetValues<KnownField>().Any(
            field => field != KnownField.None && Same(name, Wire.Text(KnownFields.Name(field))));
    }
}
