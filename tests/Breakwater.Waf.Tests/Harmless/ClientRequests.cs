using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Programs that are no browsers: search engines, feed readers, monitors, libraries, televisions.</summary>
internal static class ClientRequests
{
    private static readonly string[] Paths = ["/", "/robots.txt", "/feed.xml", "/sitemap.xml", "/health", "/api/v1/items?limit=10", "/2024/05/31/hello-world/", "/images/a.jpg"];

    public static IEnumerable<HarmlessRequest> All()
    {
        int number = 0;
        foreach (string agent in Texts.Lines("clients.txt"))
        {
            string at = $"clients/{++number}";
            yield return Get(at, Paths[number % Paths.Length]).With("User-Agent", agent).With("Accept", "*/*").With("From", "bot(at)example.org");
            if (number % 4 == 0) yield return Get($"{at}/head", Paths[number / 4 % Paths.Length]).With("User-Agent", agent).With("Range", "bytes=0-1023").With("If-Modified-Since", "Fri, 31 May 2024 16:00:00 GMT") with { Method = "HEAD" };
            if (number % 4 == 2) yield return Json($"{at}/api", "/api/v1/items", new { name = "It's an item", at = "2024-05-31" }).With("User-Agent", agent);
        }
    }
}
