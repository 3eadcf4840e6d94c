using System.Globalization;
using System.Text;

namespace Breakwater.Waf.Bodies;

/// <summary>Character references and predefined entities of XML (XML 1.0 §4.1, §4.6). Stateless.</summary>
internal static class XmlReferences
{
    /// <summary>Copies text into the arena with its references resolved; another entity stays as it is written and is noted.</summary>
    public static bool TryKeep(ReadOnlySpan<byte> text, InspectedBody into)
    {
        Span<byte> character = stackalloc byte[4];
        while (true)
        {
            int start = text.IndexOf((byte)'&');
            if (start < 0) return into.TryKeep(text, out _);
            if (!into.TryKeep(text[..start], out _)) return false;
            text = text[start..];

            // No reference that could be resolved is longer.
            int end = text[..Math.Min(text.Length, 16)].IndexOf((byte)';');
            int length = end < 0 ? 0 : Resolve(text[1..end], character);
            if (length == 0) into.Fail(end < 0 ? BodyError.XmlSyntax : BodyError.XmlEntity);
            if (!into.TryKeep(length == 0 ? text[..1] : character[..length], out _)) return false;
            text = text[(length == 0 ? 1 : end + 1)..];
        }
    }

    private static int Resolve(ReadOnlySpan<byte> name, Span<byte> character)
    {
        byte predefined = name switch
        {
            _ when name.SequenceEqual("lt"u8) => (byte)'<',
            _ when name.SequenceEqual("gt"u8) => (byte)'>',
            _ when name.SequenceEqual("amp"u8) => (byte)'&',
            _ when name.SequenceEqual("quot"u8) => (byte)'"',
            _ when name.SequenceEqual("apos"u8) => (byte)'\'',
            _ => 0,
        };
        if (predefined != 0)
        {
            character[0] = predefined;
            return 1;
        }

        if (name is not [(byte)'#', ..]) return 0;
        bool hex = name is [_, (byte)'x', ..];
        NumberStyles style = hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return uint.TryParse(name[(hex ? 2 : 1)..], style, CultureInfo.InvariantCulture, out uint code) && Rune.TryCreate(code, out Rune rune)
            ? rune.EncodeToUtf8(character) : 0;
    }
}
