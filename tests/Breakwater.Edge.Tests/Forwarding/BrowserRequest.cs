using System.Text;

namespace Breakwater.Edge.Tests.Forwarding;

/// <summary>Requests as a browser sends them: ten fields, about 750 bytes of head.</summary>
internal static class BrowserRequest
{
    public static byte[] Get(string target = "/catalog/shoes?size=42&colour=blue") => Create("GET", target, null);

    public static byte[] With(string method, int bodyBytes, string target = "/api/cart") => Create(method, target, bodyBytes);

    private static byte[] Create(string method, string target, int? bodyBytes) => Encoding.ASCII.GetBytes(
        $"{method} {target} HTTP/1.1\r\n"
        + "Host: shop.example.com\r\n"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n"
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8\r\n"
        + "Accept-Encoding: gzip, deflate, br, zstd\r\n"
        + "Accept-Language: de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7\r\n"
        + "Cookie: session=6f1c1f0f5b0e4f4a9d4c7a52b7d3a8de; theme=dark; consent=necessary%2Cstatistics; last_seen=1767225600\r\n"
        + "Referer: https://shop.example.com/catalog/shoes\r\n"
        + "Sec-Fetch-Dest: document\r\n"
        + "Sec-Fetch-Mode: navigate\r\n"
        + "Upgrade-Insecure-Requests: 1\r\n"
        + (bodyBytes is { } length ? $"Content-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{new string((char)BlockingOrigin.BodyByte, length)}" : "\r\n"));
}
