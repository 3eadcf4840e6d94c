using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Searches: what people type, in the ways in which sites ask for it.</summary>
internal static class SearchRequests
{
    public static IEnumerable<HarmlessRequest> All()
    {
        int number = 0;
        foreach (string text in Texts.Lines("search.txt"))
        {
            string name = $"search/{++number}";
            yield return Get($"{name}/site", "/search", ("q", text), ("page", "1"), ("sort", "relevance"));
            yield return (number % 4) switch
            {
                0 => Get($"{name}/wordpress", "/", ("s", text), ("post_type", "product")),
                1 => Json($"{name}/algolia", "/1/indexes/*/queries?x-algolia-agent=Algolia%20for%20JavaScript%20(4.14.2)%3B%20Browser%20(lite)",
                    new { requests = new[] { new { indexName = "products", @params = Encode(("query", text), ("hitsPerPage", "20"), ("facets", "[\"brand\",\"price\"]"), ("highlightPreTag", "<mark>"), ("highlightPostTag", "</mark>")) } } }),
                2 => Json($"{name}/elastic", "/products/_search", new { query = new { query_string = new { query = text, fields = new[] { "title^3", "body" } } }, from = 0, size = 20 }),
                _ => Form($"{name}/form", "/suche.php", ("suchbegriff", text), ("kategorie[]", "1"), ("kategorie[]", "17"), ("absenden", "Suchen »")),
            };
        }

        // As it is typed: the first letters of some of them.
        foreach (string text in Texts.Lines("search.txt").Where((_, i) => i % 12 == 0))
        {
            for (int length = 2; length < Math.Min(text.Length, 14); length += 4) yield return Get($"search/typed/{text}/{length}", "/api/suggest", ("term", text[..length]), ("limit", "8"), ("_", "1717171717171"));
        }
    }
}
