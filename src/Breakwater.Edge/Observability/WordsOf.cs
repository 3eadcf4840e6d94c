using System.Text;

namespace Breakwater.Edge.Observability;

/// <summary>
/// The members of an enum as logs, metrics and pages write them: <c>OriginConnectTimeout</c> is <c>origin_connect_timeout</c>.
/// Made once per enum; immutable. The enum's values must count up from 0 without gaps.
/// </summary>
internal static class WordsOf<TEnum>
    where TEnum : unmanaged, Enum
{
    private static readonly string[] AsText = [.. Enum.GetValues<TEnum>().Select(member => Words.SnakeCase(member.ToString()))];
    private static readonly byte[][] AsBytes = [.. AsText.Select(Encoding.ASCII.GetBytes)];

    /// <summary>How many members the enum has.</summary>
    public static int Count => AsText.Length;

    /// <summary>The word at a member's number.</summary>
    public static string Text(int member) => AsText[member];

    /// <summary>The same as ASCII bytes.</summary>
    public static ReadOnlySpan<byte> Bytes(int member) => AsBytes[member];
}

/// <summary>The rule behind <see cref="WordsOf{TEnum}"/>.</summary>
internal static class Words
{
    /// <summary>Lower case, with an underscore where a word began.</summary>
    public static string SnakeCase(string member)
    {
        StringBuilder words = new();
        foreach (char letter in member)
        {
            if (char.IsAsciiLetterUpper(letter) && words.Length > 0)
            {
                words.Append('_');
            }

            words.Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }
}
