using System.Text;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Engine;

/// <summary>
/// The name of a parameter with places left open: <c>json.items[*].body</c>, <c>user[*]</c>, <c>comment</c>. <c>[*]</c> stands for one index,
/// whether it is written as <c>.0</c> (as JSON's arguments are named) or as <c>[0]</c> (as forms do); a <c>*</c> elsewhere stands for any
/// bytes except a point. ASCII case does not matter. Immutable.
/// </summary>
internal sealed class ParameterPath
{
    private const int AnyIndex = -1;
    private const int AnyBytes = -2;

    // Bytes of the path, small letters; negative for the open places.
    private readonly int[] _tokens;

    private ParameterPath(string text, int[] tokens)
    {
        Text = text;
        _tokens = tokens;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    public static ParameterPath Parse(string text)
    {
        List<int> tokens = [];
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes.AsSpan(i).StartsWith("[*]"u8))
            {
                tokens.Add(AnyIndex);
                i += 2;
            }
            else
            {
                tokens.Add(bytes[i] == '*' ? AnyBytes : Lowercase.Of(bytes[i]));
            }
        }

        return new ParameterPath(text, [.. tokens]);
    }

    /// <summary>Whether a name has this form. Linear in the name times the number of stars.</summary>
    public bool Matches(ReadOnlySpan<byte> name)
    {
        int token = 0, at = 0, star = -1, starAt = 0;
        while (true)
        {
            if (token < _tokens.Length && _tokens[token] == AnyBytes)
            {
                (star, starAt) = (token++, at);
                continue;
            }

            if (token == _tokens.Length && at == name.Length) return true;
            int taken = token < _tokens.Length ? Take(_tokens[token], name[at..]) : 0;
            if (taken > 0)
            {
                token++;
                at += taken;
                continue;
            }

            // The last star takes one byte more.
            if (star < 0 || starAt >= name.Length || name[starAt] == '.') return false;
            at = ++starAt;
            token = star + 1;
        }
    }

    private static int Take(int token, ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty) return 0;
        if (token != AnyIndex) return Lowercase.Of(rest[0]) == token ? 1 : 0;
        if (rest[0] == '[')
        {
            int close = rest.IndexOf((byte)']');
            return close < 0 ? 0 : close + 1;
        }

        if (rest[0] != '.') return 0;
        int end = 1;
        while (end < rest.Length && char.IsAsciiDigit((char)rest[end])) end++;
        return end > 1 && (end == rest.Length || rest[end] == '.') ? end : 0;
    }
}
