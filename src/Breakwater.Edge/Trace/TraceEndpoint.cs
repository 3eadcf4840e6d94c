using System.Globalization;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Breakwater.Edge.Errors;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Trace;

/// <summary>
/// What the edge sees of a request, as an answer to it: for the person who wonders where a request went and who the edge takes them for.
/// It tells a client about itself and nothing about others. Thread-safe.
/// </summary>
internal static class TraceEndpoint
{
    /// <summary>Where it is found, on every host.</summary>
    public static ReadOnlySpan<byte> Path => "/.well-known/breakwater/trace"u8;

    private static readonly byte[] PlainFields = Encoding.ASCII.GetBytes(
        "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nVary: Accept\r\nX-Content-Type-Options: nosniff\r\n");

    private static readonly byte[] JsonFields = Encoding.ASCII.GetBytes(
        "Content-Type: application/json\r\nCache-Control: no-store\r\nVary: Accept\r\nX-Content-Type-Options: nosniff\r\n");

    /// <summary>The answer: JSON where that is preferred, else lines of <c>key=value</c>.</summary>
    public static LocalResponse Create(Exchange exchange) => Create(exchange, TimeProvider.System);

    /// <summary>The answer at a given time.</summary>
    public static LocalResponse Create(Exchange exchange, TimeProvider time)
    {
        bool json = AcceptNegotiation.Choose(exchange.Request) == PageFormat.Json;
        List<(string Key, string? Value)> facts = Facts(exchange, time);
        return new LocalResponse
        {
            Status = 200,
            Fields = json ? JsonFields : PlainFields,
            Body = json ? Json(facts) : Plain(facts),
        };
    }

    /// <summary>The facts in the order in which they are shown; without a value where a fact does not apply.</summary>
    private static List<(string Key, string? Value)> Facts(Exchange exchange, TimeProvider time)
    {
        ClientConnection connection = exchange.Connection;
        Zone? zone = exchange.Zone ?? exchange.Generation.Zones.Find(exchange.Request.HostName);
        return
        [
            ("ray", exchange.Ray.ToString()),
            ("time", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
            ("host", Encoding.Latin1.GetString(exchange.Request.Authority)),
            ("zone", zone?.Name),
            ("client", exchange.ClientAddress.ToString()),
            ("peer", connection.Peer.Address.ToString()),
            ("scheme", exchange.IsHttps ? "https" : "http"),
            ("http", Encoding.ASCII.GetString(Protocols.Name(exchange.Request.Version))),
            ("tls", TlsName(connection.TlsProtocol)),
            ("cipher", connection.TlsCipher),
            ("sni", connection.Sni),
            ("ja4", connection.Ja4),
            ("generation", exchange.Generation.Number.ToString(CultureInfo.InvariantCulture)),
            ("configuration", exchange.Generation.Hash),
            ("version", EdgeVersion.Text),
        ];
    }

    private static string? TlsName(SslProtocols protocol) => protocol switch
    {
        SslProtocols.None => null,
        SslProtocols.Tls12 => "TLSv1.2",
        SslProtocols.Tls13 => "TLSv1.3",
        _ => protocol.ToString(),
    };

    private static byte[] Plain(List<(string Key, string? Value)> facts)
    {
        StringBuilder text = new();
        foreach ((string key, string? value) in facts)
        {
            text.Append(key).Append('=');
            foreach (char letter in value ?? "")
            {
                // One fact a line, whatever a client calls itself.
                text.Append(letter is > ' ' and < '\u007F' ? letter : '?');
            }

            text.Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] Json(List<(string Key, string? Value)> facts)
    {
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            foreach ((string key, string? value) in facts)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        json.WriteByte((byte)'\n');
        return json.ToArray();
    }
}
