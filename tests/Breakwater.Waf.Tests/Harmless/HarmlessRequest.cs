using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>A request as an ordinary visitor's program sends it: encoded as browsers encode, with the header that they send. Immutable.</summary>
/// <param name="Name">What it is, unique in the corpus: <c>forum/phpbb/sql-3</c>.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The request target, encoded.</param>
/// <param name="Headers">The header beside Host, User-Agent and Content-Length.</param>
/// <param name="Body">The body.</param>
internal sealed record HarmlessRequest(string Name, string Method, string Target, ImmutableArray<(string Name, string Value)> Headers, byte[] Body)
{
    private const string Boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

    private static readonly JsonSerializerOptions AsJavaScript = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether <see cref="Headers"/> is the whole header in its order; otherwise what every browser sends comes before it.</summary>
    public bool IsWhole { get; init; }

    /// <summary>A GET with arguments.</summary>
    public static HarmlessRequest Get(string name, string path, params (string Name, string Value)[] arguments) =>
        new(name, "GET", arguments.Length == 0 ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Encode(arguments)}", [], []);

    /// <summary>A form as browsers send it.</summary>
    public static HarmlessRequest Form(string name, string path, params (string Name, string Value)[] fields) =>
        Send(name, "POST", path, "application/x-www-form-urlencoded", Encode(fields));

    /// <summary>What <c>fetch</c> sends of an object.</summary>
    public static HarmlessRequest Json(string name, string path, object value, string method = "POST") =>
        Send(name, method, path, "application/json", JsonSerializer.Serialize(value, AsJavaScript));

    /// <summary>A body of any type.</summary>
    public static HarmlessRequest Send(string name, string method, string path, string type, string body) => Send(name, method, path, type, Encoding.UTF8.GetBytes(body));

    /// <summary>A body of any type.</summary>
    public static HarmlessRequest Send(string name, string method, string path, string type, byte[] body) => new(name, method, path, [("Content-Type", type)], body);

    /// <summary>A form with files as browsers send it.</summary>
    public static HarmlessRequest Multipart(string name, string path, params Part[] parts)
    {
        MemoryStream body = new();
        foreach (Part part in parts)
        {
            string file = part.File is null ? "" : $"; filename=\"{Quote(part.File)}\"";
            string type = part.Type is null ? "" : $"Content-Type: {part.Type}\r\n";
            body.Write(Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{Quote(part.Name)}\"{file}\r\n{type}\r\n"));
            body.Write(part.Content);
            body.Write("\r\n"u8);
        }

        body.Write(Encoding.UTF8.GetBytes($"--{Boundary}--\r\n"));
        return Send(name, "POST", path, $"multipart/form-data; boundary={Boundary}", body.ToArray());
    }

    /// <summary>With one more header field.</summary>
    public HarmlessRequest With(string name, string value) => this with { Headers = Headers.Add((name, value)) };

    /// <summary>A string as JSON has it, without its quotes.</summary>
    public static string Escape(string text) => JsonSerializer.Serialize(text, AsJavaScript)[1..^1];

    /// <summary>Text as HTML has it.</summary>
    public static string Html(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>The bytes on the wire.</summary>
    public byte[] ToWire()
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"{Method} {Target} HTTP/1.1\r\n");
        if (!IsWhole) AddUsual(head);
        foreach ((string name, string value) in Headers) head.Append(name).Append(": ").Append(value).Append("\r\n");
        if (!IsWhole && (Body.Length > 0 || Method is "POST" or "PUT" or "PATCH")) head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n");
        head.Append("\r\n");
        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. Body];
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private void AddUsual(StringBuilder head)
    {
        Add(head, "Host", "www.example.org");
        Add(head, "User-Agent", Browsers.Of(Name));
        Add(head, "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8");
        Add(head, "Accept-Language", "en-GB,en;q=0.8,de;q=0.5");
        Add(head, "Accept-Encoding", "gzip, deflate, br, zstd");
    }

    private void Add(StringBuilder head, string name, string value)
    {
        if (!Headers.Any(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) head.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    /// <summary>As the URL standard encodes forms.</summary>
    public static string Encode(params (string Name, string Value)[] fields) => string.Join('&', fields.Select(f => $"{Encode(f.Name)}={Encode(f.Value)}"));

    private static string Encode(string text)
    {
        StringBuilder encoded = new();
        foreach (byte b in Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'*' or (byte)'-' or (byte)'.' or (byte)'_') encoded.Append((char)b);
            else if (b == ' ') encoded.Append('+');
            else encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return encoded.ToString();
    }

    private static string Quote(string text) =>
        text.Replace("\n", "%0A", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\"", "%22", StringComparison.Ordinal);
}

/// <summary>A part of a multipart form. Immutable.</summary>
/// <param name="Name">The field.</param>
/// <param name="Content">Its value, or the file's content.</param>
/// <param name="File">The file's name; null for a value.</param>
/// <param name="Type">The content's type; null for a value.</param>
internal sealed record Part(string Name, byte[] Content, string? File = null, string? Type = null)
{
    public Part(string name, string text)
        : this(name, Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")))
    {
    }
}
