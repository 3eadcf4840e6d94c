using System.Text;

namespace Breakwater.Eng.ObserveModSecurity;

/// <summary>What each transformation is tried on: cases that its description singles out, and texts put together from its own pieces.</summary>
internal static class Inputs
{
    private const int Composed = 36;

    private static readonly string[] Common =
        ["", "a", "plain text", "O'Brien & Sons", "MiXeD Case 09", "\0", "a\0b", "\u00e9\u00ff\u0080", " \t\r\n\v\f", "%41%zz+\\x41&lt;", "/a/../b"];

    private static readonly Dictionary<string, (string[] Cases, string[] Pieces)> ByName = new()
    {
        ["base64Decode"] = (
            ["YQ==", "YWI=", "YWJj", "YWJjZA", "YWJjZA=", "Y", "YQ", "=", "==", "YQ==YQ==", "YW Jj", "YW\nJj", "YWJj!", "!YWJj", "YWJj\0ZGVm", "YW-_", "YW+/", "PHNjcmlwdD4=", "YQ=a", "Y==="],
            ["YW", "Jj", "ZG", "Vm", "=", "==", "+", "/", " ", "\n", "-", "_", "!", "\0", "A"]),
        ["base64DecodeExt"] = (
            ["YQ==", "YWI=", "YWJj", "YWJjZA", "Y", "=", "==", "Y=", "Y=a", "YQ==YQ==", "YW Jj", "Y.W.J.j", "YWJj!ZGVm", "YWJj\0ZGVm", "YW-_", "PHNjcmlwdD4=", "<YWJj>"],
            ["YW", "Jj", "ZG", "Vm", "=", "==", "+", "/", " ", ".", "-", "_", "!", "\0", "A"]),
        ["base64Encode"] = (["ab", "abc", "abcd", "\u00ff\u00fe\u00fd"], ["a", "bc", "\0", "\u00ff", " ", "xyz"]),
        ["cmdLine"] = (
            ["c^m^d", "\"cat\" '/etc'", "a ,;b", "a /b", "a (b", "  /", "A\\B", "a\t\r\nb", ",,,", " (", "/ (", "a\vb", "a\fb", "\u00c0 A"],
            ["\"", "'", "\\", "^", " ", ",", ";", "\t", "\r", "\n", "/", "(", "A", "z", ")"]),
        ["compressWhitespace"] = (
            ["a  b", "\ta", "a\v\fb", "a\u00a0b", "a \u00a0 b", "\u00a0\u00a0", "\u0085a", "a\n", "\n\n"],
            [" ", "\t", "\n", "\v", "\f", "\r", "\u00a0", "\u00c2", "a", "bc", "\0"]),
        ["cssDecode"] = (
            ["\\", "\\\n", "\\61", "\\61 b", "\\61  b", "\\061", "\\0061", "\\00061", "\\000061", "\\0000061", "\\ff01", "\\FF21x", "\\0ff01", "\\00ff01", "\\10ff01", "\\1ff01",
             "\\g", "\\\\", "\\a\\b", "ja\\vascript", "\\6a avascript", "\\ff5e", "\\ff5f", "\\ff00", "\\1234\tx", "\\61\r\nb", "a\\", "\\6\\1", "\\110000"],
            ["\\", "6", "1", "61", "f", "ff", "0", "g", " ", "\n", "z", "00", "ff01", "\t", "\u00e9"]),
        ["escapeSeqDecode"] = (
            ["\\a\\b\\f\\n\\r\\t\\v\\?\\'\\\"\\\\", "\\x41", "\\X41", "\\x4", "\\xg1", "\\x", "\\101", "\\377", "\\400", "\\777", "\\18", "\\8", "\\1", "\\12", "\\", "a\\", "\\g", "\\0", "\\x41\\", "\\1111"],
            ["\\", "x", "X", "4", "1", "41", "a", "n", "g", "8", "7", "0", "101", "377", "400", "\"", "?"]),
        ["hexDecode"] = (["41", "4142", "4a4A", "zz", "4", "414", "4g", "0x41", "  ", "ab\u00ff\u00ff"], ["4", "1", "a", "F", "g", "G", "0", "x", " ", "\u00e9"]),
        ["hexEncode"] = (["A\n", "\u00ff\0"], ["a", "\0", "\u00ff", "\n", "xyz"]),
        ["htmlEntityDecode"] = (
            ["&lt;", "&LT;", "&lt", "&ltx", "&lt x", "&gt;&quot;&amp;&nbsp;", "&nbsp", "&amp;lt;", "&#60;", "&#60", "&#060;", "&#0060;", "&#00060;", "&#x3c;", "&#X3C;", "&#x3c", "&#x03c;", "&#x0003c;",
             "&#xff1c;", "&#", "&#x", "&#;", "&#x;", "&", "&;", "&&lt;", "&apos;", "&copy;", "&foo;", "&foo", "&#256;", "&#300;", "&#999;", "&#1114112;", "&#x100;", "&#xg;", "&#a;", "&#6x;", "&lt&gt", "&quot&", "&qu",
             "&ampamp;", "&am", "&#x3", "&#9", "&tab;", "&\0lt;", "&#x3c&#x3e", "&nbspx", "&lpar;", "&#4294967356;", "&#x10000003c;"],
            ["&", "#", "x", "X", "lt", "gt", "amp", "quot", "nbsp", ";", "6", "0", "60", "3c", "f", "g", " "]),
        ["jsDecode"] = (
            ["\\a\\b\\f\\n\\r\\t\\v\\?\\'\\\"\\\\", "\\x41", "\\x4", "\\xg1", "\\X41", "\\u0041", "\\U0041", "\\u004", "\\uff41", "\\uFF01", "\\uff5e", "\\uff5f", "\\uff00", "\\u1241", "\\163", "\\377", "\\400", "\\777", "\\18", "\\8", "\\1", "\\12", "\\", "a\\",
             "\\g", "\\0", "\\00", "\\000", "\\0000", "\\u{41}", "\\u00e9", "\\\n", "\\x41\\", "\\1111", "\\u", "\\x"],
            ["\\", "x", "u", "0041", "ff", "21", "41", "a", "n", "g", "8", "7", "0", "163", "400", "U", "X"]),
        ["length"] = (["0123456789", "\0\0", "\u00e9"], ["a", "bcd", "\0"]),
        ["lowercase"] = (["ABC", "[@`{", "\u00c0\u00c9", "\u0130"], ["A", "z", "Z", "\u00c0", "\u00df", "0", "["]),
        ["md5"] = (["abc"], ["a", "\0", "\u00ff"]),
        ["normalizePath"] = (Paths, PathPieces),
        ["normalizePathWin"] = ([.. Paths, .. Paths.Select(p => p.Replace('/', '\\')), "\\..\\/a\\./b", "C:\\a\\..\\b", "a/\\b", "\\\\unc\\x", "a\\.\\b/..\\c"], [.. PathPieces, "\\", "\\\\", "..\\", "\\.", "C:"]),
        ["parityEven7bit"] = (["abc", "\u0080\u00ff"], ["a", "b", "c", "\u0080", "\u00e1", "\0", "\x7f"]),
        ["parityOdd7bit"] = (["abc", "\u0080\u00ff"], ["a", "b", "c", "\u0080", "\u00e1", "\0", "\x7f"]),
        ["parityZero7bit"] = (["abc", "\u0080\u00ff"], ["a", "b", "c", "\u0080", "\u00e1", "\0", "\x7f"]),
        ["removeComments"] = (
            ["a/*b*/c", "a/*b", "/**/", "/*/", "a/*b*/", "a*/b", "<!--a-->b", "<!--a", "a-->b", "a--b", "a#b", "--", "#", "-", "a/*b*//*c*/d", "a<!--b*/c", "a/*b-->c", "<!-", "<!--", "a -- b", "/*#*/x", "a/*b*/--c", "x<!--y-->"],
            ["/*", "*/", "<!--", "-->", "--", "#", "-", "/", "*", "a", "b", " "]),
        ["removeCommentsChar"] = (
            ["a/*b*/c", "a/*b", "/**/", "/*/", "a*/b", "<!--a-->b", "<!--a", "a-->b", "a--b", "a#b", "--", "---", "---->", "#", "-", "<!-", "<!--", "/ *", "//**//"],
            ["/*", "*/", "<!--", "-->", "--", "#", "-", "/", "*", "a", "<!", ">"]),
        ["removeNulls"] = (["\0a\0b\0", "\0\0"], ["\0", "a", "b"]),
        ["removeWhitespace"] = (
            ["a  b", "\ta", "a\v\fb", "a\u00a0b", "\u00c2\u00a0", "a\u00c2b", "\u00c3\u00a0", "\u0085a", "a\n", "\n\n"],
            [" ", "\t", "\n", "\v", "\f", "\r", "\u00a0", "\u00c2", "\u00c3", "a", "bc", "\0"]),
        ["replaceComments"] = (
            ["a/*b*/c", "a/*b", "/**/", "/*/", "/*", "a*/b", "a/*b*//*c*/d", "a/*/*b*/c*/", "/*a*", "--a", "#a", "/ *"],
            ["/*", "*/", "/", "*", "a", "b", " ", "--"]),
        ["replaceNulls"] = (["\0a\0b\0", "\0\0"], ["\0", "a", "b"]),
        ["sha1"] = (["abc"], ["a", "\0", "\u00ff"]),
        ["sqlHexDecode"] = (
            ["0x61", "0X61", "0x616", "0x6", "0x", "0", "0xg1", "a0x6162b", "0x61 0x62", "00x61", "0x610x62", "x61", "0x6G", "0x61zz", "0xFFfe", "0x4142434"],
            ["0", "x", "X", "0x", "61", "6", "a", "g", " ", "F", "0X41"]),
        ["trim"] = (Blanks, BlankPieces),
        ["trimLeft"] = (Blanks, BlankPieces),
        ["trimRight"] = (Blanks, BlankPieces),
        ["uppercase"] = (["abc", "[@`{", "\u00e0\u00e9"], ["A", "z", "Z", "\u00e0", "\u00df", "0", "["]),
        ["urlDecode"] = (
            ["%41", "%4", "%", "%%41", "%4g", "%g1", "a+b", "%2b", "%00", "%u0041", "%ff", "%41%", "%4%41", "+%20+", "%C3%A9", "%aA"],
            ["%", "4", "1", "41", "g", "+", "2b", "u", "0041", "a", "%00"]),
        ["urlDecodeUni"] = (
            ["%41", "%4", "%", "%%41", "%4g", "%g1", "a+b", "%2b", "%00", "%u0041", "%U0041", "%u004", "%u", "%u004g", "%uff21", "%uFF01", "%uff5e", "%uff5f", "%uff00", "%u00e9", "%u2018", "%u1234", "%uffff", "%u0000", "%u0080",
             "%u0161", "%u2039", "%u3008", "%uff1c", "%u0100", "%uu0041", "%u%41", "%ff", "%41%", "%4%41", "+%20+", "%aA", "%u0133", "%u2215", "%u02b9", "%u00a5", "%u221e"],
            ["%", "u", "U", "4", "1", "41", "g", "+", "2b", "0041", "ff21", "00e9", "a", "%00", "2018", "f"]),
        ["urlEncode"] = (["a b*c-d_e.f~g", "\u00e9\u00ff\0", "+%/"], ["a", " ", "*", "-", "_", ".", "\u00e9", "\0", "Z", "9", "%"]),
        ["utf8toUnicode"] = (
            ["\u00c3\u00a9", "\u00e2\u0082\u00ac", "\u00f0\u009f\u0098\u0080", "\u00c0\u0080", "\u00c1\u00bf", "\u00e0\u0080\u00bc", "\u00f0\u0080\u0080\u00bc", "\u00ed\u00a0\u0080", "\u00ed\u00bf\u00bf", "\u00f4\u0090\u0080\u0080", "\u00f5\u0080\u0080\u0080",
             "\u00f8a", "\u00ff", "\u0080", "\u0080a", "\u00c3", "\u00c3a", "a\u00c3", "ab\u00e2\u0082", "abc\u00f0\u009f\u0098", "\u00e2\u0082", "\u00e2(\u00a1", "\u00e2\u0082(", "\u00f0(\u008c(", "\0a", "a\0", "\0\0a", "\u00c3\u00a9\0x", "\u00e2\u0082\u00ac\u00c3\u00a9", "\u00c2\u00a0", "\u00f0\u00b0\u0080\u0080"],
            ["\u00c3", "\u00a9", "\u00c3\u00a9", "\u00e2\u0082\u00ac", "\u00e2", "\u0082", "\u00f0\u009f\u0098\u0080", "\u00f0", "\u00c0", "\u00bc", "a", "\0", "<", "\u00f5", "\u00ff"]),
    };

    private static string[] Paths =>
    [
        "/", "//", ".", "..", "./", "../", "/.", "/..", "/./", "/../", "a/b", "/a/b/", "a//b", "/a//b//", "/a/./b", "/a/../b", "/a/..", "/a/.", "a/..", "a/../..", "a/../../b", "../a", "../../a", "/../a", "/../../a", "./a", "././a", "a/.", "a/./",
        "/a/b/../../c", "/a/b/c/../..", "...", "/...", "a/...", ".../a", ".a", "a.", "a./b", "/a../b", "/..a/b", "/a/..b", "a/b/..", "a/b/../", "/a/b/../", "../..", "../../", "./..", "../.", "/a///b", "///", "a/.../b", "x/../y/../z", "/a/./../b", "a\0/../b", "..//a", "./../a", "a/..//b",
    ];

    private static string[] PathPieces => ["/", "//", ".", "..", "../", "./", "a", "bc", "/..", "/.", "..."];

    private static string[] Blanks => [" a ", "\t\r\n\v\fa\f\v\n\r\t", "   ", "a b", "\u00a0a\u00a0", "\u0085a", "\0 a \0", " \0 "];

    private static string[] BlankPieces => [" ", "\t", "\n", "\v", "\f", "\r", "\u00a0", "a", "b c", "\0"];

    public static IEnumerable<byte[]> Of(string name)
    {
        (string[] cases, string[] pieces) = ByName[name];
        // A generator of its own, so that the table does not depend on a library's version.
        uint state = 2463534242;
        IEnumerable<string> composed = Enumerable.Range(0, Composed).Select(_ => string.Concat(Enumerable.Range(0, 2 + Next(7)).Select(_ => pieces[Next(pieces.Length)])));
        return Common.Concat(cases).Concat(composed.ToArray()).Distinct(StringComparer.Ordinal).Select(Encoding.Latin1.GetBytes);

        int Next(int below)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            return (int)(state % (uint)below);
        }
    }
}
