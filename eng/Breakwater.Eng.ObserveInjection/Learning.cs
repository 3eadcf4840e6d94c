using System.Text;

namespace Breakwater.Eng.ObserveInjection;

/// <summary>
/// Finds out the library's tables by asking it. Words to ask for are every short one, every pair of marks, and every text that stands
/// somewhere in the library's file; fingerprints are all that five types can make.
/// </summary>
internal static class Learning
{
    private const int MostWord = 31;
    private const int MostFingerprint = 5;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string WordBytes = Letters + "_0123456789";
    private const string Marks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>The types that tokens have, in capitals as the table has them.</summary>
    private const string Types = "&(),.1:;?ABCEFKNOSTUVX\\{}";

    public static IEnumerable<string> SqlWords()
    {
        SortedDictionary<string, char> found = new(StringComparer.Ordinal);
        foreach (string word in Texts(WordBytes, 4).Concat(Texts(Letters, 5)).Concat(Texts(Marks, 3)).Concat(TextsInLibrary().Select(t => t.ToUpperInvariant())))
        {
            char type = LibInjection.TypeOf(Encoding.ASCII.GetBytes(word));
            if (type is not ('\0' or 'F')) found[word] = type;
        }

        return found.Select(w => $"{w.Value} {w.Key}");
    }

    public static IEnumerable<string> SqlFingerprints()
    {
        byte[] word = new byte[1 + MostFingerprint];
        word[0] = (byte)'0';
        foreach (string types in Texts(Types, MostFingerprint))
        {
            int length = 1 + Encoding.ASCII.GetBytes(types, word.AsSpan(1));
            if (LibInjection.TypeOf(word.AsSpan(0, length)) == 'F') yield return types;
        }
    }

    public static IEnumerable<string> MarkupNames()
    {
        string[] names = [.. Texts(Letters, 4).Concat(TextsInLibrary().Select(t => t.ToUpperInvariant()).Where(t => t.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ':'))).Distinct()];
        const string Rest = "qqqqq";

        // The table skips NULs in a name, the rules for beginnings do not.
        string[] tagPrefixes = [.. Shortest(names.Where(n => LibInjection.Xss($"<{n}{Rest}>")))];
        string[] tags = [.. names.Where(n => LibInjection.Xss($"<{WithNul(n)}>"))];
        string[] attributePrefixes = [.. Shortest(names.Where(n => LibInjection.Xss($"<a {n}{Rest}=q>")))];
        string[] dangerous = [.. names.Where(n => LibInjection.Xss($"<a {n}=q>") && !attributePrefixes.Any(p => n.StartsWith(p, StringComparison.Ordinal)))];
        string[] urls = [.. names.Except(dangerous).Where(n => LibInjection.Xss($"<a {n}=javascript>") && !LibInjection.Xss($"<a {n}=q>"))];
        string[] naming = [.. names.Where(n => LibInjection.Xss($"<a {n}=onclick>") && !LibInjection.Xss($"<a {n}=q>"))];
        string[] schemes = urls.Length == 0 ? [] : [.. Shortest(names.Where(n => LibInjection.Xss($"<a {urls[0]}={n}{Rest}>")))];
        return Sorted("attribute", dangerous).Concat(Sorted("attribute-naming", naming)).Concat(Sorted("attribute-prefix", attributePrefixes)).Concat(Sorted("attribute-url", urls))
            .Concat(Sorted("scheme", schemes)).Concat(Sorted("tag", tags)).Concat(Sorted("tag-prefix", tagPrefixes));

        static IEnumerable<string> Sorted(string kind, IEnumerable<string> found) => found.Order(StringComparer.Ordinal).Select(n => $"{kind} {n}");
        static string WithNul(string name) => name.Length == 0 ? name : name[..1] + "\0" + name[1..];
    }

    /// <summary>Those that begin with no other one.</summary>
    private static IEnumerable<string> Shortest(IEnumerable<string> texts)
    {
        string? last = null;
        foreach (string text in texts.Where(t => t.Length > 0).Order(StringComparer.Ordinal))
        {
            if (last is not null && text.StartsWith(last, StringComparison.Ordinal)) continue;
            yield return last = text;
        }
    }

    /// <summary>All texts of one to so many of these bytes.</summary>
    private static IEnumerable<string> Texts(string bytes, int most)
    {
        char[] text = new char[most];
        int[] digits = new int[most];
        for (int length = 1; length <= most; length++)
        {
            Array.Clear(digits);
            for (bool more = true; more;)
            {
                for (int i = 0; i < length; i++) text[i] = bytes[digits[i]];
                yield return new string(text, 0, length);
                int at = length - 1;
                while (at >= 0 && ++digits[at] == bytes.Length) digits[at--] = 0;
                more = at >= 0;
            }
        }
    }

    /// <summary>Printable ASCII that a NUL ends, from each of its bytes on: a linker lets texts share their ends.</summary>
    private static IEnumerable<string> TextsInLibrary()
    {
        byte[] file = File.ReadAllBytes(LibraryPath());
        for (int i = 0; i < file.Length; i++)
        {
            int length = 0;
            while (i + length < file.Length && length <= MostWord && file[i + length] is >= 0x20 and < 0x7F) length++;
            if (length is > 0 and <= MostWord && i + length < file.Length && file[i + length] == 0) yield return Encoding.ASCII.GetString(file, i, length);
        }
    }

    private static string LibraryPath()
    {
        _ = LibInjection.Version;
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            int path = line.IndexOf('/');
            if (path >= 0 && line[path..].Contains("libmodsecurity.so", StringComparison.Ordinal)) return line[path..];
        }

        throw new InvalidOperationException($"{LibInjection.Library} is not loaded");
    }
}
