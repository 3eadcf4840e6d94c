namespace Breakwater.Waf.Transformations;

/// <summary>
/// Code page 20127 (US-ASCII) as old Microsoft servers converted to it: for characters outside of ASCII, the one that looks most alike.
/// Attackers used it (U+FF1C for the less-than sign), so <c>urlDecodeUni</c> has to know. Immutable.
/// </summary>
internal static class BestFit20127
{
    // Each run: the first code, and the character for it and for each code after it.
    private static readonly (int First, string Characters)[] Runs =
    [
        (0x00A0, " !c"),
        (0x00A4, "$Y|"),
        (0x00A9, "Ca<"),
        (0x00AD, "-R"),
        (0x00B2, "23"),
        (0x00B7, ".,1o>"),
        (0x00C0, "AAAAAAACEEEEIIIIDNOOOOO"),
        (0x00D8, "OUUUUY"),
        (0x00E0, "aaaaaaaceeeeiiii"),
        (0x00F1, "nooooo"),
        (0x00F8, "ouuuuy"),
        (0x00FF, "yAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi"),
        (0x0134, "JjKk"),
        (0x0139, "LlLlLl"),
        (0x0141, "LlNnNnNn"),
        (0x014C, "OoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZ"),
        (0x017B, "ZzZz"),
        (0x0180, "b"),
        (0x0189, "D"),
        (0x0191, "Ff"),
        (0x0197, "I"),
        (0x019A, "l"),
        (0x019F, "OOo"),
        (0x01AB, "t"),
        (0x01AE, "TUu"),
        (0x01B6, "z"),
        (0x01CD, "AaIiOoUuUuUuUuUu"),
        (0x01DE, "Aa"),
        (0x01E4, "GgGgKkOoOo"),
        (0x01F0, "j"),
        (0x0261, "g"),
        (0x02B9, "'\""),
        (0x02BC, "'"),
        (0x02C4, "^"),
        (0x02C6, "^"),
        (0x02C8, "'"),
        (0x02CB, "`"),
        (0x02CD, "_"),
        (0x02DC, "~"),
        (0x0300, "`"),
        (0x0302, "^~"),
        (0x030E, "\""),
        (0x0331, "__"),
        (0x2000, "       "),
        (0x2010, "--"),
        (0x2013, "--"),
        (0x2018, "'',"),
        (0x201C, "\"\"\""),
        (0x2022, "."),
        (0x2026, "."),
        (0x2032, "'"),
        (0x2035, "`"),
        (0x2039, "<>"),
        (0x2122, "T"),
        (0xFF01, "!\"#$%&'()*+,-./0123456789:;<=>"),
        (0xFF20, "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"),
    ];

    private static readonly sbyte[] Table = MakeTable();

    /// <summary>The ASCII character for a code of the first plane, or -1.</summary>
    public static int Of(int code) => Table[code];

    private static sbyte[] MakeTable()
    {
        sbyte[] table = new sbyte[0x10000];
        table.AsSpan().Fill(-1);
        foreach ((int first, string characters) in Runs)
        {
            for (int i = 0; i < characters.Length; i++) table[first + i] = (sbyte)characters[i];
        }

        return table;
    }
}
