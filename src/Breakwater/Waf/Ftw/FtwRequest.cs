using System.Text;

namespace Breakwater.Waf.Ftw;

/// <summary>Makes the bytes of a test's request in the way of go-ftw, whose tests these are: what it adds and encodes, and no more. Stateless.</summary>
public static class FtwRequest
{
    private const string Form = "application/x-www-form-urlencoded";

    /// <summary>The request as it goes on the wire.</summary>
    public static byte[] Build(FtwInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.EncodedRequest is { Length: > 0 } encoded) return Convert.FromBase64String(encoded);

        List<KeyValuePair<string, string>> headers = [.. input.Headers];
        byte[] body = Encoding.UTF8.GetBytes(input.Data ?? "");
        if (body.Length > 0 && input.Autocomplete)
        {
            AddMissing(headers, "Content-Type", Form);
            if (Value(headers, "Content-Type") == Form) body = EncodeForm(body);
        }

        if (Value(headers, "Content-Type")?.StartsWith("multipart/form-data;", StringComparison.Ordinal) ?? false) body = WithCrlf(body, input.IsOldSchema);
        if (input.Autocomplete)
        {
            AddMissing(headers, "Connection", "close");
            if (body.Length > 0 || (TakesBody(input.Method) && !input.IsOldSchema)) AddMissing(headers, "Content-Length", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        StringBuilder head = new();
        head.Append(input.Method).Append(' ').Append(input.Uri).Append(' ').Append(input.Version).Append("\r\n");
        foreach ((string name, string value) in headers) head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append("\r\n");
        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. body];
    }

    /// <summary>The expression of go-ftw is <c>^POST|PUT|PATCH|DELETE$</c>, whose anchors bind to the outer words alone.</summary>
    private static bool TakesBody(string method) =>
        method.StartsWith("POST", StringComparison.Ordinal) || method.Contains("PUT", StringComparison.Ordinal)
        || method.Contains("PATCH", StringComparison.Ordinal) || method.EndsWith("DELETE", StringComparison.Ordinal);

    private static string? Value(List<KeyValuePair<string, string>> headers, string name) =>
        headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).FirstOrDefault();

    private static void AddMissing(List<KeyValuePair<string, string>> headers, string name, string value)
    {
        if (Value(headers, name) is null) headers.Add(KeyValuePair.Create(name, value));
    }

    /// <summary>A form that holds nothing encoded is encoded, each name and value for itself.</summary>
    private static byte[] EncodeForm(byte[] body)
    {
        // Decoding would change it, or would fail: it is encoded already, or is not meant to be.
        if (body.AsSpan().ContainsAny((byte)'%', (byte)'+')) return body;
        StringBuilder encoded = new();
        foreach (Range range in Split(body, (byte)'&'))
        {
            ReadOnlySpan<byte> token = body.AsSpan()[range];
            int equals = token.IndexOf((byte)'=');
            if (encoded.Length > 0) encoded.Append('&');
            Escape(equals < 0 ? token : token[..equals], encoded);
            if (equals >= 0) Escape(token[(equals + 1)..], encoded.Append('='));
        }

        return Encoding.UTF8.GetBytes(encoded.ToString());
    }

    private static List<Range> Split(byte[] text, byte separator)
    {
        List<Range> parts = [];
        int start = 0;
        while (start < text.Length)
        {
            int length = text.AsSpan(start).IndexOf(separator);
            int end = length < 0 ? text.Length : start + length;
            parts.Add(start..end);
            start = end + 1;
        }

        return parts;
    }

    private static void Escape(ReadOnlySpan<byte> text, StringBuilder into)
    {
        foreach (byte b in text)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~') into.Append((char)b);
            else if (b == ' ') into.Append('+');
            else into.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{b:X2}");
        }
    }

    private static byte[] WithCrlf(byte[] body, bool onlyBare)
    {
        List<byte> lines = new(body.Length + 64);
        foreach (byte b in body)
        {
            if (b == '\n' && !(onlyBare && lines is [.., (byte)'\r'])) lines.Add((byte)'\r');
            lines.Add(b);
        }

        return [.. lines];
    }
}
