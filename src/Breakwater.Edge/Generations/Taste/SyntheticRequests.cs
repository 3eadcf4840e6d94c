using System.Net;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Clients;

namespace Breakwater.Edge.Generations.Taste;

/// <summary>
/// Requests that nobody sent: for each zone some that visitors send, and some that attackers do, so that a candidate is tried on what it will
/// meet even where there was no traffic. Stateless; the same for the same configuration.
/// </summary>
internal static class SyntheticRequests
{
    /// <summary>Zones for which requests are made up; a configuration with more has enough in common.</summary>
    private const int MaxZones = 256;

    private const string Browser =
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
        + "Accept-Language: de-AT,de;q=0.8,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nCookie: session=3f9c2a; theme=dark; _ga=GA1.2.3\r\n";

    // Method, target, fields.
    private static readonly (string Method, string Target, string Fields)[] Kinds =
    [
        ("GET", "/", Browser),
        ("GET", "/shop/items?id=17&sort=price&sort=name&q=caf%C3%A9%20au%20lait&empty=&=novalue", Browser + "Referer: https://www.example.com/from?x=1\r\n"),
        ("HEAD", "/index.html", "User-Agent: curl/8.14.1\r\nAccept: */*\r\n"),
        ("POST", "/login?next=/account", Browser + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 29\r\nOrigin: https://www.example.com\r\n"),
        ("POST", "/api/v1/orders", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer e30.e30.c2ln\r\nAccept: application/json\r\n"),
        ("OPTIONS", "*", ""),
        ("GET", "/socket", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
        ("GET", "/a/../b//./c/%2e%2e/%2F?x=1%00&y=%zz&z=%u0041", "User-Agent: \u00ff\u00fe\r\nX-Odd: \u0080\u0081\r\n"),
        ("GET", "/search?q=1'%20OR%20'1'='1'--%20&p=<script>alert(1)</script>&f=../../etc/passwd", Browser),
        ("DELETE", "/" + new string('a', 2000), "Accept: */*\r\n"),
        ("GET", "/many?" + string.Join('&', Enumerable.Range(0, 200).Select(i => $"a{i % 7}=%20{i}")), string.Concat(Enumerable.Range(0, 60).Select(i => $"X-{i}: {i}\r\n"))),
        ("PROPFIND", "/.git/config", "Cookie: " + string.Join("; ", Enumerable.Range(0, 50).Select(i => $"c{i}={new string('v', i)}")) + "\r\nX-Forwarded-For: 203.0.113.9, 10.0.0.1\r\n"),
    ];

    private static readonly (string Peer, bool IsTls)[] Clients = [("192.0.2.77", true), ("2001:db8::77", false)];

    /// <summary>Makes them.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="isShort">Whether half of them will do.</param>
    public static RecentRequest[] For(BreakwaterConfig config, bool isShort)
    {
        var requests = new List<RecentRequest>();
        foreach (string host in config.Zones.Take(MaxZones).Select(zone => HostOf(zone.Hosts)).Append("nobody.invalid"))
        {
            for (int i = 0; i < Kinds.Length; i++)
            {
                (string peer, bool isTls) = Clients[i % Clients.Length];
                if (isShort && i % 2 == 1)
                {
                    continue;
                }

                (string method, string target, string fields) = Kinds[i];
                requests.Add(new RecentRequest(
                    ClientAddress.From(IPAddress.Parse(peer)), isTls, Encoding.Latin1.GetBytes($"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n")));
            }
        }

        return [.. requests];
    }

    private static string HostOf(IReadOnlyList<HostPattern> hosts) => hosts is [{ Kind: not HostPatternKind.Any } host, ..]
        ? host.Kind == HostPatternKind.Wildcard ? "www." + host.Name : host.Name
        : "www.example.com";
}
