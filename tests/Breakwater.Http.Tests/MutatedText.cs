using CsCheck;

namespace Breakwater.Http.Tests;

/// <summary>Generated input that is nearly right.</summary>
internal static class MutatedText
{
    /// <summary>
    /// Changes text a few times: a byte replaced, inserted or taken out, a part repeated or cut off, with a liking for the bytes that
    /// mean something in HTTP.
    /// </summary>
    public static Gen<string> Of(Gen<string> texts, string interesting)
    {
        Gen<char> bytes = Gen.Frequency((4, Gen.OneOf(interesting.ToCharArray())), (1, Gen.Char['\0', '\u00ff']));
        Gen<(int Kind, double Place, int Length, char Byte)> change = Gen.Select(Gen.Int[0, 4], Gen.Double.Unit, Gen.Int[1, 12], bytes);
        return Gen.Select(texts, change.Array[0, 2], (text, changes) =>
        {
            foreach ((int kind, double place, int length, char value) in changes)
            {
                int at = (int)(place * text.Length);
                int end = Math.Min(text.Length, at + length);
                text = kind switch
                {
                    0 => text[..at] + value + text[Math.Min(text.Length, at + 1)..],
                    1 => text[..at] + value + text[at..],
                    2 => text[..at] + text[end..],
                    3 => text[..end] + text[at..],
                    _ => text[..at] + text[Math.Min(text.Length, at + 1)..],
                };
            }

            return text;
        });
    }
}
