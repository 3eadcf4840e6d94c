using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Protocols over HTTP: WebDAV, CalDAV, SOAP, XML-RPC, reports of browsers, telemetry, webhooks. Each piece of <c>protocols.txt</c> is a request line, header lines and a body.</summary>
internal static class ProtocolRequests
{
    private const string Envelope = "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><GetOrders><name>O'Neill</name></GetOrders></s:Body></s:Envelope>";

    // What clients send that put their XML together by hand, and servers take that read it in the same way.
    private static readonly string[] Mistaken =
    [
        "\r\n" + Envelope, Envelope + "\0", Envelope + Envelope[21..], Envelope.Replace("O'Neill", "AT&T, R&D; a < b", StringComparison.Ordinal), Envelope.Replace("</name>", "</Name>", StringComparison.Ordinal),
        Envelope.Replace("<name>", "<name id=5 type=text>", StringComparison.Ordinal), Envelope.Replace("<name>", "<name id=\"1\" id=\"2\">", StringComparison.Ordinal), Envelope.Replace("</GetOrders>", "</GetOrders>\n-- \nsent by orders.vbs", StringComparison.Ordinal) + "\n\n",
    ];

    public static IEnumerable<HarmlessRequest> All()
    {
        int number = 0;
        foreach (string piece in Texts.Pieces("protocols.txt"))
        {
            string[] parts = piece.Split("\n\n", 2);
            string[] head = parts[0].Split('\n');
            string[] line = head[0].Split(' ');
            string at = $"protocols/{++number}-{line[0].ToLowerInvariant()}";
            string body = parts.Length > 1 ? parts[1] : "";
            HarmlessRequest request = new(at, line[0], line[1], [.. head[1..].Select(h => (h[..h.IndexOf(':', StringComparison.Ordinal)], h[(h.IndexOf(':', StringComparison.Ordinal) + 2)..]))], System.Text.Encoding.UTF8.GetBytes(body));
            yield return request;

            // The same from a program that writes lines as Windows does.
            if (body.Contains('\n', StringComparison.Ordinal)) yield return request with { Name = at + "-crlf", Body = System.Text.Encoding.UTF8.GetBytes(body.ReplaceLineEndings("\r\n")) };
        }

        for (int i = 0; i < Mistaken.Length; i++) yield return Send($"protocols/soap-mistake-{i}", "POST", "/services/Orders", "text/xml; charset=utf-8", Mistaken[i]).With("SOAPAction", "\"GetOrders\"");
        yield return Send("protocols/soap-utf16", "POST", "/services/Orders", "text/xml; charset=utf-16", [.. System.Text.Encoding.Unicode.GetPreamble(), .. System.Text.Encoding.Unicode.GetBytes(Envelope)]);
        yield return Send("protocols/grpc-web", "POST", "/app.v1.Orders/List", "application/grpc-web+proto", [0, 0, 0, 0, 9, 10, 7, .. "O'Neill"u8]).With("X-Grpc-Web", "1").With("X-User-Agent", "grpc-web-javascript/0.1");
        yield return Send("protocols/grpc-web-text", "POST", "/app.v1.Orders/List", "application/grpc-web-text", "AAAAAAkKB08nTmVpbGw=");
        yield return Send("protocols/protobuf", "POST", "/v1/traces", "application/x-protobuf", Browsers.Bytes("otlp", 500));
        yield return Send("protocols/ocsp", "POST", "/ocsp", "application/ocsp-request", Browsers.Bytes("ocsp", 80));
        yield return Send("protocols/doh", "POST", "/dns-query", "application/dns-message", [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, .. "www"u8, 7, .. "example"u8, 3, .. "org"u8, 0, 0, 1, 0, 1]);
        yield return Get("protocols/doh-get", "/dns-query", ("dns", "AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA29yZwAAAQAB"));
        yield return Send("protocols/ipp", "POST", "/ipp/print", "application/ipp", [2, 0, 0, 11, 0, 0, 0, 1, 1, 0x47, 0, 18, .. "attributes-charset"u8, 0, 5, .. "utf-8"u8, 3]);
    }
}
