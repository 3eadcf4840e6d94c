using System.Collections.Frozen;
using System.Text;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>What an attribute can do.</summary>
internal enum MarkupAttribute : byte
{
    Harmless,

    /// <summary>Runs script or changes the page's style, whatever its value.</summary>
    Dangerous,

    /// <summary>Its value is a URL.</summary>
    Url,

    /// <summary>Its value names an attribute, as in SVG's animations.</summary>
    NamesAttribute,
}

/// <summary>
/// Tags, attributes and schemes that script hides in, learned by eng/Breakwater.Eng.ObserveInjection (markup-names.txt). ASCII letters match
/// in either case; NULs within a name do not count, as old browsers had it, except in a beginning that is known. Immutable, thread-safe.
/// </summary>
internal static class MarkupNames
{
    private const int ShortestTag = 3;
    private const int ShortestAttribute = 2;
    private const int ShortestAttributeOfPrefix = 5;

    private static readonly FrozenSet<UInt128> Tags;
    private static readonly FrozenDictionary<UInt128, MarkupAttribute> Attributes;
    private static readonly byte[][] TagPrefixes;
    private static readonly byte[][] AttributePrefixes;

    static MarkupNames()
    {
        ILookup<string, byte[]> table = LearnedTable.Lines("markup-names.txt").Select(l => l.Split(' ')).ToLookup(l => l[0], l => Encoding.ASCII.GetBytes(l[1]));
        Tags = table["tag"].Select(n => Key(n)).ToFrozenSet();
        TagPrefixes = [.. table["tag-prefix"]];
        AttributePrefixes = [.. table["attribute-prefix"]];
        Schemes = [.. table["scheme"]];
        Attributes = Kind("attribute", MarkupAttribute.Dangerous).Concat(Kind("attribute-url", MarkupAttribute.Url))
            .Concat(Kind("attribute-naming", MarkupAttribute.NamesAttribute)).ToFrozenDictionary();

        IEnumerable<KeyValuePair<UInt128, MarkupAttribute>> Kind(string name, MarkupAttribute kind) => table[name].Select(n => KeyValuePair.Create(Key(n), kind));
    }

    /// <summary>Beginnings of URLs that run what they say, in capitals.</summary>
    public static byte[][] Schemes { get; }

    public static bool IsDangerousTag(ReadOnlySpan<byte> name) =>
        name.Length >= ShortestTag && (Tags.Contains(Key(name)) || StartsWithAny(name, TagPrefixes));

    public static MarkupAttribute KindOfAttribute(ReadOnlySpan<byte> name)
    {
        if (name.Length < ShortestAttribute) return MarkupAttribute.Harmless;
        if (name.Length >= ShortestAttributeOfPrefix && StartsWithAny(name, AttributePrefixes)) return MarkupAttribute.Dangerous;
        return Attributes.GetValueOrDefault(Key(name));
    }

    public static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) =>
        text.Length >= start.Length && Ascii.EqualsIgnoreCase(text[..start.Length], start);

    private static bool StartsWithAny(ReadOnlySpan<byte> name, byte[][] starts)
    {
        foreach (byte[] start in starts)
        {
            if (StartsWithIgnoreCase(name, start)) return true;
        }

        return false;
    }

    /// <summary>The name in capitals and without NULs, packed; 0, the key of no name, where it is longer than every one in the table.</summary>
    private static UInt128 Key(ReadOnlySpan<byte> name)
    {
        UInt128 key = 0;
        int length = 0;
        foreach (byte b in name)
        {
            if (b == 0) continue;
            if (++length > 16) return 0;
            key = (key << 8) | (byte)(char.IsAsciiLetterLower((char)b) ? b ^ 0x20 : b);
        }

        return key;
    }
}
