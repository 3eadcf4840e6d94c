using System.Text;
using System.Text.Json;
using Breakwater.Http;

namespace Breakwater.Waf.Ftw;

/// <summary>
/// The origin that the Core Rule Set's tests are written for: it answers everything with an empty 200, and <c>POST /reflect</c> with what
/// the JSON of the request asks for. Immutable.
/// </summary>
public sealed record Albedo(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    private static readonly Albedo Empty = new(200, [], []);

    /// <summary>The answer to a request.</summary>
    public static Albedo Answer(RequestHead head, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(head);
        ReadOnlySpan<byte> path = head.Path;
        return head.MethodKind == MethodKind.Post && path.StartsWith("/reflect"u8) ? Reflect(body) : Empty;
    }

    private static Albedo Reflect(ReadOnlyMemory<byte> request)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(request);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return Empty with { Status = 400 };
            int status = root.TryGetProperty("status", out JsonElement code) && code.TryGetInt32(out int number) ? number : 200;
            byte[] body = root.TryGetProperty("encodedBody", out JsonElement encoded) && encoded.GetString() is { Length: > 0 } base64 ? Convert.FromBase64String(base64)
                : root.TryGetProperty("body", out JsonElement text) ? Encoding.UTF8.GetBytes(text.GetString() ?? "") : [];
            List<KeyValuePair<string, string>> headers = [];
            if (root.TryGetProperty("headers", out JsonElement fields) && fields.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty field in fields.EnumerateObject()) headers.Add(KeyValuePair.Create(field.Name, field.Value.GetString() ?? ""));
            }

            if (body.Length > 0 && !headers.Exists(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            {
                headers.Add(KeyValuePair.Create("Content-Type", Sniff(body)));
            }

            return new Albedo(status, headers, body);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            return Empty with { Status = 400 };
        }
    }

    /// <summary>The type of a body without one, as far as the tests need the WHATWG's rules.</summary>
    private static string Sniff(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> start = body[..Math.Min(512, body.Length)].TrimStart("\t\n\f\r "u8);
        foreach (string tag in (ReadOnlySpan<string>)["<!DOCTYPE HTML", "<HTML", "<HEAD", "<SCRIPT", "<IFRAME", "<H1", "<DIV", "<FONT", "<TABLE", "<A", "<STYLE", "<TITLE", "<B", "<BODY", "<BR", "<P", "<!--"])
        {
            if (start.Length > tag.Length && Ascii.EqualsIgnoreCase(start[..tag.Length], tag) && start[tag.Length] is (byte)' ' or (byte)'>') return "text/html; charset=utf-8";
        }

        if (start.StartsWith("<?xml"u8)) return "text/xml; charset=utf-8";
        foreach (byte b in body[..Math.Min(512, body.Length)])
        {
            if (b is < 9 or 11 or (>= 14 and < 27) or (>= 28 and < 32)) return "application/octet-stream";
        }

        return "text/plain; charset=utf-8";
    }
}
