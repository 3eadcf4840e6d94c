using System.Text;

namespace Breakwater.Waf.Tests.Rules;

/// <summary>
/// A request (and a response) made of the pieces of a case, on a plain one that no rule objects to. Pieces are separated by <c>¦</c>; the
/// pictures ␀ ␉ ␊ ␍ ␠ stand for the characters that they show.
/// <code>
/// arg VALUE       the value of a query argument, encoded    path TARGET      the raw path
/// query RAW       the raw query string                      method NAME
/// field VALUE     the value of a form's field, encoded      header NAME: VALUE
/// form RAW        a raw form                                cookie RAW       the Cookie header
/// json, xml, text RAW   a body of that type                 file NAME        an upload with this file name
/// part LINE       a header line of a multipart field        protocol NAME
/// status CODE     the response's status                     response RAW     a text/html response's body
/// type NAME       the response's type                       without NAME     no such header
/// </code>
/// </summary>
internal sealed class CaseRequest
{
    private const string Boundary = "b0undary";

    private readonly List<(string Name, byte[] Value)> _headers = [];
    private readonly List<string> _without = [];

    public string Method { get; private set; } = "";

    public byte[] Target { get; private set; } = "/"u8.ToArray();

    public string Protocol { get; private set; } = "HTTP/1.1";

    public IReadOnlyList<(string Name, byte[] Value)> Headers => _headers;

    public byte[] Body { get; private set; } = [];

    public int Status { get; private set; } = 200;

    public string ResponseType { get; private set; } = "text/html; charset=utf-8";

    public byte[] ResponseBody { get; private set; } = [];

    public static CaseRequest Parse(string text)
    {
        CaseRequest request = new();
        foreach (string piece in text.Split(" ¦ "))
        {
            int blank = piece.IndexOf(' ', StringComparison.Ordinal);
            Assert.True(blank > 0, $"a piece without a value: {piece}");
            request.Add(piece[..blank], Bytes(piece[(blank + 1)..]));
        }

        request.Complete();
        return request;
    }

    private void Add(string kind, byte[] value)
    {
        switch (kind)
        {
            case "arg": Query($"q={Encode(value)}"); break;
            case "query": Query(Encoding.Latin1.GetString(value)); break;
            case "path": Target = value; break;
            case "method": Method = Encoding.Latin1.GetString(value); break;
            case "protocol": Protocol = Encoding.Latin1.GetString(value); break;
            case "header":
                int colon = value.AsSpan().IndexOf((byte)':');
                Header(Encoding.Latin1.GetString(value, 0, colon), value[(colon + 1)..].AsSpan().TrimStart((byte)' ').ToArray());
                break;
            case "without": _without.Add(Encoding.Latin1.GetString(value)); break;
            case "cookie": Header("Cookie", value); break;
            case "field": Send("application/x-www-form-urlencoded", Encoding.ASCII.GetBytes($"q={Encode(value)}")); break;
            case "form": Send("application/x-www-form-urlencoded", value); break;
            case "json": Send("application/json", value); break;
            case "xml": Send("application/xml", value); break;
            case "text": Send("text/plain;charset=UTF-8", value); break;
            case "file": Multipart([.. "Content-Disposition: form-data; name=\"f\"; filename=\""u8, .. value, .. "\"\r\nContent-Type: text/plain"u8]); break;
            case "part": Multipart([.. "Content-Disposition: form-data; name=\"f\"\r\n"u8, .. value]); break;
            case "status": Status = int.Parse(Encoding.ASCII.GetString(value), System.Globalization.CultureInfo.InvariantCulture); break;
            case "response": ResponseBody = value; break;
            case "type": ResponseType = Encoding.ASCII.GetString(value); break;
            default: Assert.Fail($"there is no piece {kind}"); break;
        }
    }

    private void Complete()
    {
        if (Method.Length == 0) Method = Body.Length > 0 ? "POST" : "GET";
        AddMissing("Host", "shop.example.org");
        AddMissing("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
        AddMissing("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        if (Body.Length > 0) AddMissing("Content-Length", Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private void AddMissing(string name, string value)
    {
        if (!_headers.Exists(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) && !_without.Contains(name)) Header(name, Encoding.ASCII.GetBytes(value));
    }

    private void Header(string name, byte[] value) => _headers.Add((name, value));

    private void Query(string query)
    {
        string target = Encoding.Latin1.GetString(Target);
        Target = Encoding.Latin1.GetBytes($"{target}{(target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}");
    }

    private void Send(string type, byte[] body)
    {
        AddMissing("Content-Type", type);
        Body = body;
    }

    private void Multipart(byte[] partHeader)
    {
        Header("Content-Type", Encoding.ASCII.GetBytes($"multipart/form-data; boundary={Boundary}"));
        Body = [.. Encoding.ASCII.GetBytes($"--{Boundary}\r\n"), .. partHeader, .. Encoding.ASCII.GetBytes($"\r\n\r\nvalue\r\n--{Boundary}--\r\n")];
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(
        text.Replace('␀', '\0').Replace('␉', '\t').Replace('␊', '\n').Replace('␍', '\r').Replace('␠', ' '));

    private static string Encode(byte[] value) =>
        string.Concat(value.Select(b => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~' ? ((char)b).ToString() : $"%{b:X2}"));
}
