using System.Text;
using CsCheck;

namespace Breakwater.Http.Tests.Targets;

public sealed class RequestTargetTests
{
    private static readonly Gen<string> Paths = Gen.Select(
        Gen.OneOf("/", "a", ".", "..", "\\", "[", "%5b", "%2e", "%2E", "%2f", "%5C", "%00", "%zz", "%", "%4", "%41", "b;x", "..;", "\u00e9", "%c3%A9", "~", "%7e", "<", "c.d", "...")
            .Array[0, 12],
        parts => "/" + string.Concat(parts));

    [Theory]
    [InlineData("/p", "/p", null)]
    [InlineData("/p?q", "/p", "q")]
    [InlineData("/p?", "/p", "")]
    [InlineData("/p?a?b", "/p", "a?b")]
    [InlineData("?q", "", "q")]
    [InlineData("", "", null)]
    public void ATargetIsSplitAtItsFirstQuestionMark(string target, string path, string? query)
    {
        byte[] bytes = Wire.Bytes(target);
        Assert.Equal(query is not null, RequestTarget.Split(bytes, out ReadOnlySpan<byte> foundPath, out ReadOnlySpan<byte> foundQuery));
        Assert.Equal((path, query ?? ""), (Wire.Text(foundPath), Wire.Text(foundQuery)));
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("abc", "abc", false)]
    [InlineData("%41%62", "Ab", false)]
    [InlineData("a%2Fb%2fc", "a/b/c", false)]
    [InlineData("%00%ff", "\0\u00ff", false)]
    [InlineData("a+b", "a b", false)]
    [InlineData("a%2Bb", "a+b", false)]
    [InlineData("%2541", "%41", false)]
    [InlineData("%", "%", true)]
    [InlineData("%4", "%4", true)]
    [InlineData("%zz%41", "%zzA", true)]
    [InlineData("%%41", "%A", true)]
    [InlineData("%4%41", "%4A", true)]
    public void EncodingIsTakenOffOnce(string text, string expected, bool expectedMalformed)
    {
        byte[] bytes = Wire.Bytes(text);
        ReadOnlySpan<byte> decoded = RequestTarget.PercentDecode(bytes, new byte[bytes.Length], plusIsSpace: true, out bool malformed);
        Assert.Equal((expected, expectedMalformed), (Wire.Text(decoded), malformed));
    }

    [Fact]
    public void APlusIsAPlusOutsideOfForms() =>
        Assert.Equal("a+b c", Wire.Text(RequestTarget.PercentDecode("a+b%20c"u8, new byte[7], plusIsSpace: false, out _)));

    [Theory]
    [InlineData("/", "/", PathTraits.None)]
    [InlineData("", "", PathTraits.None)]
    [InlineData("*", "*", PathTraits.None)]
    [InlineData("/a/b.c/d-e_f~g", "/a/b.c/d-e_f~g", PathTraits.None)]
    [InlineData("/a;x=1:@!$&'()*+,=", "/a;x=1:@!$&'()*+,=", PathTraits.None)]
    [InlineData("/a/./b", "/a/b", PathTraits.DotSegments)]
    [InlineData("/a/../b", "/b", PathTraits.DotSegments)]
    [InlineData("/a/b/..", "/a/", PathTraits.DotSegments)]
    [InlineData("/a/b/.", "/a/b/", PathTraits.DotSegments)]
    [InlineData("/..", "/", PathTraits.DotSegments | PathTraits.AboveRoot)]
    [InlineData("/../../a", "/a", PathTraits.DotSegments | PathTraits.AboveRoot)]
    [InlineData("/a/../../b", "/b", PathTraits.DotSegments | PathTraits.AboveRoot)]
    [InlineData("/a/%2e%2E/b", "/b", PathTraits.DotSegments | PathTraits.EncodedUnreserved)]
    [InlineData("/a/.%2e/b", "/b", PathTraits.DotSegments | PathTraits.EncodedUnreserved)]
    [InlineData("/...", "/...", PathTraits.None)]
    [InlineData("/.a/..b", "/.a/..b", PathTraits.None)]
    [InlineData("//", "/", PathTraits.EmptySegments)]
    [InlineData("//a///b//", "/a/b/", PathTraits.EmptySegments)]
    [InlineData("/a//../b", "/b", PathTraits.EmptySegments | PathTraits.DotSegments)]
    [InlineData("/a\\b", "/a/b", PathTraits.Backslash)]
    [InlineData("/a\\..\\b", "/b", PathTraits.Backslash | PathTraits.DotSegments)]
    [InlineData("/a/..%2fb", "/a/..%2Fb", PathTraits.EncodedSlash)]
    [InlineData("/a%5c..", "/a%5C..", PathTraits.EncodedBackslash)]
    [InlineData("/%41%7e", "/A~", PathTraits.EncodedUnreserved)]
    [InlineData("/%c3%a9", "/%C3%A9", PathTraits.None)]
    [InlineData("/\u00c3\u00a9", "/%C3%A9", PathTraits.NonAscii)]
    [InlineData("/a%00b%0a", "/a%00b%0A", PathTraits.EncodedControl)]
    [InlineData("/%", "/%25", PathTraits.MalformedEncoding)]
    [InlineData("/%u0041", "/%25u0041", PathTraits.MalformedEncoding)]
    [InlineData("/%252e", "/%252e", PathTraits.None)]
    [InlineData("/<\"^`{|}>[]", "/%3C%22%5E%60%7B%7C%7D%3E[]", PathTraits.None)]
    [InlineData("/a%5b%5D", "/a%5B%5D", PathTraits.None)]
    [InlineData("/a/..;x/b", "/a/..;x/b", PathTraits.DotSegmentWithParameter)]
    [InlineData("/a/.;/b", "/a/.;/b", PathTraits.DotSegmentWithParameter)]
    [InlineData("a/../b", "b", PathTraits.DotSegments)]
    [InlineData("./a", "a", PathTraits.DotSegments)]
    public void APathHasOneNormalForm(string path, string expected, PathTraits expectedTraits)
    {
        byte[] bytes = Wire.Bytes(path);
        byte[] buffer = new byte[RequestTarget.MaxNormalisedLength(bytes.Length)];
        ReadOnlySpan<byte> normal = RequestTarget.NormalisePath(bytes, buffer, out PathTraits traits);
        Assert.Equal((expected, expectedTraits), (Wire.Text(normal), traits));
    }

    /// <summary>The rows of the public documentation of URL normalisation.</summary>
    [Theory]
    [InlineData("/hello", "/hello", "/hello")]
    [InlineData("/%68ello", "/hello", "/hello")]
    [InlineData("/%68ello//pa\\th", "/hello//pa%5Cth", "/hello/pa/th")]
    [InlineData("/hello//../path", "/hello/path", "/path")]
    [InlineData("/hello/\\../path", "/hello/%5C../path", "/path")]
    [InlineData("//", "//", "/")]
    [InlineData("//..", "/", "/")]
    [InlineData("//../a", "/a", "/a")]
    [InlineData("/a/.//b", "/a//b", "/a/b")]
    [InlineData("/a///..//../b", "/a//b", "/b")]
    public void HowFarItGoesCanBeChosen(string path, string rfc3986, string merging)
    {
        byte[] bytes = Wire.Bytes(path);
        byte[] buffer = new byte[RequestTarget.MaxNormalisedLength(bytes.Length)];
        Assert.Equal(rfc3986, Wire.Text(RequestTarget.NormalisePath(bytes, buffer, PathNormalisation.Rfc3986, out _)));
        Assert.Equal(merging, Wire.Text(RequestTarget.NormalisePath(bytes, buffer, PathNormalisation.Merging, out _)));
        Assert.Equal(path, Wire.Text(RequestTarget.NormalisePath(bytes, buffer, PathNormalisation.Off, out PathTraits traits)));
        Assert.Equal(PathTraits.None, traits);
    }

    [Theory]
    [InlineData(PathNormalisation.Rfc3986)]
    [InlineData(PathNormalisation.Merging)]
    public void NormalisingIsWhatTheStepsOneByOneGive(PathNormalisation how)
    {
        Forall.Check(Paths, 20_000, path => Wire.Show(Wire.Raw(path)), path =>
        {
            byte[] buffer = new byte[RequestTarget.MaxNormalisedLength(path.Length)];
            string normal = Wire.Text(RequestTarget.NormalisePath(Wire.Raw(path), buffer, how, out _));
            Assert.Equal(StepByStep(path, how), normal);
            Assert.Equal(normal, Wire.Text(RequestTarget.NormalisePath(Wire.Raw(normal), new byte[3 * normal.Length], how, out PathTraits again)));
            Assert.Equal(PathTraits.None, again & ~(PathTraits.EncodedSlash | PathTraits.EncodedBackslash | PathTraits.EncodedControl | PathTraits.DotSegmentWithParameter
                | (how == PathNormalisation.Rfc3986 ? PathTraits.EmptySegments : PathTraits.None)));
        });
    }

    [Theory]
    [InlineData("/foo", "")]
    [InlineData("/foo.mp3", "mp3")]
    [InlineData("/.mp3", "")]
    [InlineData("/.foo.mp3", "mp3")]
    [InlineData("/foo.tar.bz2", "bz2")]
    [InlineData("/foo.", "")]
    [InlineData("/foo.MP3", "MP3")]
    [InlineData("/a.b/c", "")]
    [InlineData("/a.b/", "")]
    [InlineData("", "")]
    [InlineData("*", "")]
    public void TheExtensionIsWhatFollowsTheLastDotOfTheLastSegment(string path, string expected) =>
        Assert.Equal(expected, Wire.Text(RequestTarget.Extension(Wire.Bytes(path))));

    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("", "/")]
    [InlineData("a", "/a")]
    [InlineData("/a b?c#d", "/a%20b%3Fc%23d")]
    [InlineData("/a%20%zz%", "/a%20%25zz%25")]
    [InlineData("/\u00e9\r\n\0", "/%E9%0D%0A%00")]
    [InlineData("/[x]\\|", "/[x]%5C%7C")]
    public void AnyBytesBecomeAPath(string text, string expected)
    {
        byte[] buffer = new byte[RequestTarget.MaxNormalisedLength(text.Length) + 1];
        Assert.Equal(expected, Wire.Text(buffer.AsSpan(0, RequestTarget.EncodePath(Wire.Raw(text), buffer))));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a=b&c=%20+?/", "a=b&c=%20+?/")]
    [InlineData("a b#c", "a%20b%23c")]
    [InlineData("%zz\r\n<\">\u00ff\u007f", "%zz%0D%0A%3C%22%3E%FF%7F")]
    public void AnyBytesBecomeAQuery(string text, string expected)
    {
        byte[] buffer = new byte[RequestTarget.MaxNormalisedLength(text.Length)];
        Assert.Equal(expected, Wire.Text(buffer.AsSpan(0, RequestTarget.EncodeQuery(Wire.Raw(text), buffer))));
    }

    [Fact]
    public void WhatBecamePathAndQueryIsTakenInARequestLine()
    {
        Forall.Check(Gen.Char['\0', '\u00ff'].Array[0, 40], 5_000, text => Wire.Show(Wire.Raw(new string(text))), text =>
        {
            byte[] bytes = Wire.Raw(new string(text));
            byte[] path = new byte[3 * bytes.Length + 1];
            byte[] query = new byte[3 * bytes.Length];
            string target = Wire.Text(path.AsSpan(0, RequestTarget.EncodePath(bytes, path))) + "?" + Wire.Text(query.AsSpan(0, RequestTarget.EncodeQuery(bytes, query)));
            RequestHead head = new(HeadLimits.Default);
            Assert.Equal(ReadStatus.Complete, head.Read(Wire.Bytes($"GET {target} HTTP/1.1¶Host: a¶¶"), out _));
            Assert.Equal(target, Wire.Text(head.Target));
        });
    }

    [Fact]
    public void ViewsAllocateNothing()
    {
        byte[] buffer = new byte[300];
        LeastAllocated.AssertNone(() =>
        {
            RequestTarget.NormalisePath("/a/b/c.html"u8, buffer, out _);
            RequestTarget.NormalisePath("/a/%2e%2e//\\x<"u8, buffer, out _);
            RequestTarget.PercentDecode("a%41+b"u8, buffer, plusIsSpace: true, out _);
        });
    }

    /// <summary>The steps in turn, over strings; the last is the algorithm of RFC 3986 §5.2.4 word by word.</summary>
    private static string StepByStep(string path, PathNormalisation how)
    {
        bool merging = how == PathNormalisation.Merging;
        StringBuilder encoded = new();
        for (int i = 0; i < path.Length; i++)
        {
            char value = path[i];
            bool isEncoded = value == '%' && i + 2 < path.Length && char.IsAsciiHexDigit(path[i + 1]) && char.IsAsciiHexDigit(path[i + 2]);
            char meant = isEncoded ? (char)Convert.ToByte(path.Substring(i + 1, 2), 16) : value;
            bool unreserved = char.IsAsciiLetterOrDigit(meant) || "-._~".Contains(meant, StringComparison.Ordinal);
            bool stays = unreserved || (!isEncoded && (merging ? "!$&'()*+,;=:@[]/\\" : "!$&'()*+,;=:@[]/").Contains(meant, StringComparison.Ordinal));
            encoded.Append(stays ? meant.ToString() : $"%{(int)meant:X2}");
            i += isEncoded ? 2 : 0;
        }

        string input = encoded.ToString();
        if (merging)
        {
            input = input.Replace('\\', '/');
        }

        while (merging && input.Contains("//", StringComparison.Ordinal))
        {
            input = input.Replace("//", "/", StringComparison.Ordinal);
        }

        string output = "";
        while (input.Length > 0)
        {
            if (input.StartsWith("/./", StringComparison.Ordinal) || input == "/.")
            {
                input = "/" + input[Math.Min(3, input.Length)..];
            }
            else if (input.StartsWith("/../", StringComparison.Ordinal) || input == "/..")
            {
                input = "/" + input[Math.Min(4, input.Length)..];
                output = output[..Math.Max(0, output.LastIndexOf('/'))];
            }
            else
            {
                int end = input.IndexOf('/', 1);
                output += end < 0 ? input : input[..end];
                input = end < 0 ? "" : input[end..];
            }
        }

        return output;
    }
}
