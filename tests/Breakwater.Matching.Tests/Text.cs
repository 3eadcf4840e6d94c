using System.Text;
using CsCheck;

namespace Breakwater.Matching.Tests;

/// <summary>Bytes from text, and texts made of few letters, in which things repeat.</summary>
internal static class Text
{
    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static string Show(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static Gen<string> Of(string alphabet, int shortest, int longest) =>
        Gen.OneOf([.. alphabet.Select(Gen.Const)]).Array[shortest, longest].Select(letters => new string(letters));
}
