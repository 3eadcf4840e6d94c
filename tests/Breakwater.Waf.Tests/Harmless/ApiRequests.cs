using System.Text.RegularExpressions;
using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Interfaces of programs: filters in query strings, GraphQL, JSON of all shapes.</summary>
internal static partial class ApiRequests
{
    public static IEnumerable<HarmlessRequest> All() => [.. Targets(), .. GraphQl(), .. Documents()];

    private static IEnumerable<HarmlessRequest> Targets()
    {
        int number = 0;
        foreach (string target in Texts.Lines("filters.txt"))
        {
            // As browsers do it: what may not stand in a target is encoded, the fragment stays at home, paths have no dots.
            string encoded = DotSegment().Replace(target.Split('#')[0], "/").Replace("\"", "%22", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal).Replace("<", "%3C", StringComparison.Ordinal).Replace(">", "%3E", StringComparison.Ordinal);
            yield return Get($"api/target-{++number}", encoded);
            if (number % 4 == 0) yield return Get($"api/referer-{number}", "/static/app.js").With("Referer", $"https://www.example.org{encoded}").With("Sec-Fetch-Dest", "script");
        }
    }

    private static IEnumerable<HarmlessRequest> GraphQl()
    {
        int number = 0;
        foreach (string query in Texts.Pieces("graphql.txt"))
        {
            string at = $"api/graphql-{++number}";
            var variables = new { q = "o'neill \"x\" <y>", first = 20, input = new { body = "I'd select 1 or 2; it's <b>fine</b>", ids = new[] { 1, 2 } } };
            yield return Json($"{at}/post", "/graphql", new { query, variables, operationName = (string?)null });
            yield return Get($"{at}/get", "/graphql", ("query", query), ("variables", "{\"q\":\"o'neill\"}"), ("extensions", $$$"""{"persistedQuery":{"version":1,"sha256Hash":"{{{Browsers.Hex(at, 32)}}}"}}"""));
            yield return Json($"{at}/batch", "/api/graphql", new[] { new { query, variables }, new { query = "{ __typename }", variables } });
            yield return Send($"{at}/raw", "POST", "/graphql", "application/graphql", query);
        }
    }

    private static IEnumerable<HarmlessRequest> Documents()
    {
        for (int i = 1; i <= 30; i++)
        {
            string at = $"api/json-{i}";
            yield return Json(
                $"{at}/order", "/api/orders", new
                {
                    id = Browsers.Uuid(at),
                    createdAt = $"2024-05-{i:00}T16:00:00.123+02:00",
                    customer = new { name = "D'Angelo \"DJ\" O'Neill", emails = new[] { "a@example.org" }, note = "a < b && c > d; 100% -- ok?" },
                    lines = Enumerable.Range(1, i % 7 + 1).Select(n => new { sku = $"A-{n}/B", title = $"Cable {n} m, 3/4\" (x{n})", price = 9.99m * n, tags = new[] { "select", "c++", "r&d", null } }),
                    meta = new Dictionary<string, object?> { ["$type"] = "Order, Shop", ["@id"] = "/orders/7", ["a.b[0]"] = null, ["x-trace"] = Browsers.Hex(at, 8), ["query"] = "id=1&name='x'" },
                });
            yield return Json(
                $"{at}/events", "/v1/batch", new
                {
                    batch = Enumerable.Range(0, 3).Select(n => new
                    {
                        type = n == 0 ? "page" : "track",
                        @event = "Clicked \"Sign up\" > Header",
                        anonymousId = Browsers.Uuid($"{at} {n}"),
                        properties = new { url = $"https://www.example.org/?q=a%20or%20b&n={n}#top", title = "Home | It's <new>", selector = "div#app > ul.nav li:nth-child(2) a[href*='/x']", value = 1e-7 * n },
                        context = new { userAgent = Browsers.Of(at), page = new { referrer = "https://www.google.com/" }, locale = "en-IE" },
                    }),
                    sentAt = "2024-05-31T16:00:00.000Z",
                });
            yield return Send(
                $"{at}/bulk", "POST", "/_bulk", "application/x-ndjson",
                $$$"""{"index":{"_index":"logs-2024.05.{{{i:00}}}","_id":"{{{Browsers.Hex(at, 10)}}}"}}""" + "\n"
                + $$"""{"@timestamp":"2024-05-31T16:00:{{i:00}}Z","message":"GET /index.php?id={{i}} HTTP/1.1\" 200 \"curl/8.5\"","level":"info","stack":"Error: x\n    at foo (/srv/app/src/../lib/a.js:{{i}}:5)"}""" + "\n");
            if (i % 3 == 0) yield return Json($"{at}/patch", $"/api/users/{i}", new object[] { new { op = "test", path = "/name", value = "O'Neill" }, new { op = "replace", path = "/roles/0", value = "admin;editor" }, new { op = "move", from = "/a~1b", path = "/c" } }, "PATCH");
            if (i % 3 == 1) yield return Json($"{at}/rpc", "/jsonrpc", new { jsonrpc = "2.0", id = i, method = "object.execute_kw", @params = new object[] { "db", 2, "secret", "res.partner", "search_read", new object[] { new object[] { new object[] { "name", "ilike", "o'neill" }, "|", new object[] { "active", "=", true }, new object[] { "id", ">", 5 } } } } });
        }
    }

    /// <summary>Browsers send no path with such segments.</summary>
    [GeneratedRegex(@"(?<=^[^?]*)/[^/?]+/\.\./")]
    private static partial Regex DotSegment();
}
