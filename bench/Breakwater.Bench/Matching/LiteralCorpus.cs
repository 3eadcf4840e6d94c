using System.Text;

namespace Breakwater.Bench.Matching;

/// <summary>Literals of the kinds that rules look for, from a seed, and texts in which there are none of them, some, and all but a byte of each.</summary>
internal static class LiteralCorpus
{
    private static readonly string[] Roots =
    [
        "select", "union", "insert", "delete", "script", "iframe", "onerror", "onload", "passwd", "shadow", "system", "exec", "eval", "base64",
        "runtime", "process", "class", "java.lang", "java.util", "org.apache", "net.http", "powershell", "invoke", "include", "require",
        "document", "window", "cookie", "alert", "config", "backup", "admin", "shell", "proc", "environ", "assert", "unlink", "fopen",
    ];

    private static readonly string[] Joints = [".", "/", "_", "(", "=", "::", "-", "[", "%20", "<", "\\", "$", " ", ":"];

    public static byte[] Benign { get; } = Encoding.Latin1.GetBytes(
        "GET /shop/category/garden-furniture?page=3&sort=price_asc&color=dark%20green&ref=newsletter-2026-04 Mozilla/5.0 (X11; Linux x86_64) "
        + "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 text/html,application/xhtml+xml,application/xml;q=0.9 "
        + "en-GB,en;q=0.8 gzip, deflate, br session=8f14e45fceea167a5a36dedd4bea2543; theme=light; _ga=GA1.2.1234567890.1700000000 "
        + "{\"name\":\"Mary O'Brien\",\"address\":{\"street\":\"12 Harbour Road\",\"city\":\"Galway\",\"zip\":\"H91 X2Y3\"},\"comment\":\"Please leave "
        + "the parcel with the neighbour if we are not at home, thank you very much. The gate code has changed since our last order.\","
        + "\"items\":[{\"id\":4711,\"qty\":2},{\"id\":815,\"qty\":1}]} The weather was fine for most of the week, and so the children spent their "
        + "afternoons on the beach, building castles, collecting shells and watching the boats come in.");

    public static string[] Literals(int count, bool withShort)
    {
        Random random = new(3);
        HashSet<string> literals = [];
        while (literals.Count < count)
        {
            StringBuilder literal = new(Roots[random.Next(Roots.Length)]);
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                literal.Append(Joints[random.Next(Joints.Length)]).Append(Syllables(random, random.Next(1, 4)));
            }

            literals.Add(literal.Length > 40 ? literal.ToString(0, 40) : literal.ToString());
        }

        return withShort ? [.. literals, "<!--", "<?", "--", "/*", "${", "$(", "||", "&&", "../", "sh", "xp_", "0x", "`", "'", "\\", "|", "$", "<", ">"] : [.. literals];
    }

    /// <summary>Every literal but its last byte, one behind the other.</summary>
    public static byte[] Near(string[] literals) =>
        Encoding.Latin1.GetBytes(string.Concat(literals.Where(literal => literal.Length > 2).Select(literal => literal[..^1] + "\u0001")))[..16384];

    private static string Syllables(Random random, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => $"{"bcdfghklmnprstvw"[random.Next(16)]}{"aeiou"[random.Next(5)]}{"nrstl"[random.Next(5)]}"));
}
