using System.Buffers;
using System.Collections.Frozen;

namespace Breakwater.Waf.Transformations;

/// <summary>
/// SecLang's transformations: by name, and applied to bytes. They do what libmodsecurity 3 does to bytes (what differs, and why, is in
/// <c>tests/Breakwater.Waf.Tests/Transformations/differences.tsv</c>), in linear time and without allocation. Stateless.
/// </summary>
public static class Transformation
{
    private static readonly string[] Spelled = [.. Enum.GetValues<TransformationKind>().Select(Spell)];

    private static readonly FrozenDictionary<string, TransformationKind> ByName = Enum.GetValues<TransformationKind>()
        .Select(kind => KeyValuePair.Create(Spelled[(int)kind], kind))
        .Append(KeyValuePair.Create("normalisePath", TransformationKind.NormalizePath))
        .Append(KeyValuePair.Create("normalisePathWin", TransformationKind.NormalizePathWin))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<byte> Blanks = SearchValues.Create("\t\n\v\f\r "u8);

    private static readonly SearchValues<byte> High = SearchValues.Create([.. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]);

    // What these transformations never leave as it is.
    private static readonly SearchValues<byte> ChangedInCommands = SearchValues.Create("\"'\\^,;\t\r\nABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
    private static readonly SearchValues<byte> ChangedBlanks = SearchValues.Create("\t\n\v\f\r"u8);

    // What a value must hold to be changed: one of these bytes; null where every value is changed.
    private static readonly SearchValues<byte>?[] Bytes = [.. Enum.GetValues<TransformationKind>().Select(BytesOf)];

    private static readonly ByteClasses[] Classes = [.. Enum.GetValues<TransformationKind>().Select(ClassesOf)];

    /// <summary>All names, as SecLang writes them.</summary>
    public static IReadOnlyList<string> Names => Spelled;

    /// <summary>The name as SecLang writes it.</summary>
    public static string NameOf(TransformationKind kind) => Spelled[(int)kind];

    /// <summary>Finds a transformation by its name; case does not matter. <c>none</c> is not one: it clears the list.</summary>
    public static bool TryGet(string name, out TransformationKind kind) => ByName.TryGetValue(name, out kind);

    /// <summary>
    /// The groups of bytes of which a value must hold one to be changed. A value whose <see cref="ByteClassifier.Of"/> has none of them
    /// need not be given to <see cref="Apply"/>.
    /// </summary>
    public static ByteClasses TriggersOf(TransformationKind kind) => Classes[(int)kind];

    /// <summary>The most bytes that a value of <paramref name="length"/> bytes can become.</summary>
    public static int MaxLength(TransformationKind kind, int length) => kind switch
    {
        TransformationKind.Base64Encode => checked(((length + 2) / 3) * 4),
        TransformationKind.HexEncode => checked(length * 2),
        TransformationKind.UrlEncode => checked(length * 3),
        TransformationKind.Utf8ToUnicode => checked(length * 4),
        TransformationKind.Length => 10,
        TransformationKind.Md5 => 16,
        TransformationKind.Sha1 => 20,
        _ => length,
    };

    /// <summary>Transforms a value.</summary>
    /// <param name="kind">How.</param>
    /// <param name="input">The value.</param>
    /// <param name="output">Room for the result, at least <see cref="MaxLength"/>; must not overlap the value.</param>
    /// <param name="written">The result's length.</param>
    /// <returns>Whether the value changed. If not, the result is the value itself and what is in <paramref name="output"/> means nothing.</returns>
    public static bool Apply(TransformationKind kind, ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        written = input.Length;
        if ((Bytes[(int)kind] is { } bytes && !input.ContainsAny(bytes)) || !MayChange(kind, input)) return false;
        int length = Run(kind, input, output);
        if (length == input.Length && input.SequenceEqual(output[..length])) return false;
        written = length;
        return true;
    }

    /// <summary>Whether bytes that stand side by side let the value be changed: of prose and of most paths they do not.</summary>
    private static bool MayChange(TransformationKind kind, ReadOnlySpan<byte> input) => kind switch
    {
        TransformationKind.CmdLine => input.ContainsAny(ChangedInCommands) || BytePairs.MayHave(input, (byte)' ', (byte)' ', (byte)'/', (byte)'('),
        TransformationKind.CompressWhitespace => input.ContainsAny(ChangedBlanks) || BytePairs.MayHave(input, (byte)' ', (byte)' ', (byte)' ', (byte)' '),
        TransformationKind.NormalizePath => input[0] == '.' || BytePairs.MayHave(input, (byte)'/', (byte)'/', (byte)'.', (byte)'.'),
        TransformationKind.NormalizePathWin => input[0] == '.' || input.Contains((byte)'\\') || BytePairs.MayHave(input, (byte)'/', (byte)'/', (byte)'.', (byte)'.'),
        _ => true,
    };

    private static int Run(TransformationKind kind, ReadOnlySpan<byte> input, Span<byte> output) => kind switch
    {
        TransformationKind.Base64Decode => Base64Decode.Apply(input, output),
        TransformationKind.Base64DecodeExt => Base64DecodeExt.Apply(input, output),
        TransformationKind.Base64Encode => Base64Encode.Apply(input, output),
        TransformationKind.CmdLine => CmdLine.Apply(input, output),
        TransformationKind.CompressWhitespace => CompressWhitespace.Apply(input, output),
        TransformationKind.CssDecode => CssDecode.Apply(input, output),
        TransformationKind.EscapeSeqDecode => EscapeSeqDecode.Apply(input, output),
        TransformationKind.HexDecode => HexDecode.Apply(input, output),
        TransformationKind.HexEncode => HexEncode.Apply(input, output),
        TransformationKind.HtmlEntityDecode => HtmlEntityDecode.Apply(input, output),
        TransformationKind.JsDecode => JsDecode.Apply(input, output),
        TransformationKind.Length => Length.Apply(input, output),
        TransformationKind.Lowercase => Lowercase.Apply(input, output),
        TransformationKind.Md5 => Md5.Apply(input, output),
        TransformationKind.NormalizePath => NormalizePath.Apply(input, output),
        TransformationKind.NormalizePathWin => NormalizePathWin.Apply(input, output),
        TransformationKind.ParityEven7bit => ParityEven7bit.Apply(input, output),
        TransformationKind.ParityOdd7bit => ParityOdd7bit.Apply(input, output),
        TransformationKind.ParityZero7bit => ParityZero7bit.Apply(input, output),
        TransformationKind.RemoveComments => RemoveComments.Apply(input, output),
        TransformationKind.RemoveCommentsChar => RemoveCommentsChar.Apply(input, output),
        TransformationKind.RemoveNulls => RemoveNulls.Apply(input, output),
        TransformationKind.RemoveWhitespace => RemoveWhitespace.Apply(input, output),
        TransformationKind.ReplaceComments => ReplaceComments.Apply(input, output),
        TransformationKind.ReplaceNulls => ReplaceNulls.Apply(input, output),
        TransformationKind.Sha1 => Sha1.Apply(input, output),
        TransformationKind.SqlHexDecode => SqlHexDecode.Apply(input, output),
        TransformationKind.Trim => Trim.Apply(input, output),
        TransformationKind.TrimLeft => TrimLeft.Apply(input, output),
        TransformationKind.TrimRight => TrimRight.Apply(input, output),
        TransformationKind.Uppercase => Uppercase.Apply(input, output),
        TransformationKind.UrlDecode => UrlDecode.Apply(input, output),
        TransformationKind.UrlDecodeUni => UrlDecodeUni.Apply(input, output),
        TransformationKind.UrlEncode => UrlEncode.Apply(input, output),
        TransformationKind.Utf8ToUnicode => Utf8ToUnicode.Apply(input, output),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static SearchValues<byte>? BytesOf(TransformationKind kind) => kind switch
    {
        TransformationKind.CmdLine => SearchValues.Create("\"'\\^ ,;\t\r\nABCDEFGHIJKLMNOPQRSTUVWXYZ"u8),
        TransformationKind.CompressWhitespace or TransformationKind.Trim or TransformationKind.TrimLeft or TransformationKind.TrimRight => Blanks,
        TransformationKind.CssDecode or TransformationKind.EscapeSeqDecode or TransformationKind.JsDecode => SearchValues.Create("\\"u8),
        TransformationKind.HtmlEntityDecode => SearchValues.Create("&"u8),
        TransformationKind.Lowercase => SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8),
        TransformationKind.NormalizePath => SearchValues.Create("/."u8),
        TransformationKind.NormalizePathWin => SearchValues.Create("/.\\"u8),
        TransformationKind.ParityZero7bit => High,
        TransformationKind.RemoveComments or TransformationKind.RemoveCommentsChar => SearchValues.Create("*-#"u8),
        TransformationKind.RemoveNulls or TransformationKind.ReplaceNulls => SearchValues.Create("\0"u8),
        TransformationKind.RemoveWhitespace => SearchValues.Create([.. "\t\n\v\f\r "u8, 0xA0, 0xC2]),
        TransformationKind.ReplaceComments => SearchValues.Create("*"u8),
        TransformationKind.SqlHexDecode => SearchValues.Create("xX"u8),
        TransformationKind.Uppercase => SearchValues.Create("abcdefghijklmnopqrstuvwxyz"u8),
        TransformationKind.UrlDecode or TransformationKind.UrlDecodeUni => SearchValues.Create("%+"u8),
        TransformationKind.Utf8ToUnicode => SearchValues.Create([0, .. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]),
        _ => null,
    };

    private static ByteClasses ClassesOf(TransformationKind kind) => kind switch
    {
        TransformationKind.CmdLine => ByteClasses.Quote | ByteClasses.Backslash | ByteClasses.Separator | ByteClasses.Blank | ByteClasses.Capital,
        TransformationKind.CompressWhitespace or TransformationKind.Trim or TransformationKind.TrimLeft or TransformationKind.TrimRight => ByteClasses.Blank,
        TransformationKind.CssDecode or TransformationKind.EscapeSeqDecode or TransformationKind.JsDecode => ByteClasses.Backslash,
        TransformationKind.HtmlEntityDecode => ByteClasses.Ampersand,
        TransformationKind.Lowercase => ByteClasses.Capital,
        TransformationKind.NormalizePath => ByteClasses.Slash | ByteClasses.Dot,
        TransformationKind.NormalizePathWin => ByteClasses.Slash | ByteClasses.Dot | ByteClasses.Backslash,
        TransformationKind.ParityZero7bit => ByteClasses.High,
        TransformationKind.RemoveComments or TransformationKind.RemoveCommentsChar => ByteClasses.Star | ByteClasses.Dash | ByteClasses.Hash,
        TransformationKind.RemoveNulls or TransformationKind.ReplaceNulls => ByteClasses.Nul,
        TransformationKind.RemoveWhitespace => ByteClasses.Blank | ByteClasses.High,
        TransformationKind.ReplaceComments => ByteClasses.Star,
        TransformationKind.SqlHexDecode => ByteClasses.Small | ByteClasses.Capital,
        TransformationKind.Uppercase => ByteClasses.Small,
        TransformationKind.UrlDecode or TransformationKind.UrlDecodeUni => ByteClasses.Percent | ByteClasses.Plus,
        TransformationKind.Utf8ToUnicode => ByteClasses.High | ByteClasses.Nul,
        _ => ByteClasses.Always,
    };

    private static string Spell(TransformationKind kind)
    {
        if (kind == TransformationKind.Utf8ToUnicode) return "utf8toUnicode";
        string name = kind.ToString();
        return $"{char.ToLowerInvariant(name[0])}{name[1..]}";
    }
}
