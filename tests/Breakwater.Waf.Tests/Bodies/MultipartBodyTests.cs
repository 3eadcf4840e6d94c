using Breakwater.Waf.Bodies;
using static Breakwater.Waf.Tests.Bodies.BodyText;

namespace Breakwater.Waf.Tests.Bodies;

public sealed class MultipartBodyTests
{
    private const string Type = "multipart/form-data; boundary=XX";
    private const string Field = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
    private const string File = "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\nline 1\r\nline 2\r\n";
    private const string End = "--XX--\r\n";

    private static InspectedBody Read(string text, string type = Type, BodyLimits? limits = null, bool isPartial = false)
    {
        InspectedBody body = new(limits);
        MultipartBody.Parse(Bytes(type), Bytes(text), isPartial, body);
        return body;
    }

    [Fact]
    public void Fields_and_files_are_read()
    {
        using InspectedBody body = Read(Field + File + Field.Replace("1\r\n", "2\r\n\r\n", StringComparison.Ordinal) + End, limits: new BodyLimits { KeepFileContent = true });
        Assert.Equal(BodyError.None, body.Error);
        Assert.Equal(MultipartFlags.CrlfLine, body.Multipart);
        Assert.Equal("a=1 | a=2\r\n", Show(body, body.Arguments));
        Assert.Equal("f=x.txt", Show(body, body.Files));
        Assert.Equal("f=14", Show(body, body.FileSizes));
        Assert.Equal("f=line 1\r\nline 2", Show(body, body.FileContents));
        Assert.Equal(14, body.FilesCombinedSize);
        Assert.Equal(
            "a=Content-Disposition: form-data; name=\"a\" | f=Content-Disposition: form-data; name=\"f\"; filename=\"x.txt\" | f=Content-Type: text/plain | a=Content-Disposition: form-data; name=\"a\"",
            Show(body, body.PartHeaders));
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=XX", MultipartFlags.None)]
    [InlineData("Multipart/Form-Data;boundary=XX", MultipartFlags.None)]
    [InlineData("multipart/form-data; boundary=\"XX\"", MultipartFlags.BoundaryQuoted)]
    [InlineData("multipart/form-data boundary=XX", MultipartFlags.MissingSemicolon)]
    [InlineData("multipart/form-data; boundary =XX", MultipartFlags.BoundaryWhitespace)]
    [InlineData("multipart/form-data; boundary=XX; charset=utf-8", MultipartFlags.None)]
    public void The_boundary_is_found(string type, MultipartFlags flags)
    {
        using InspectedBody body = Read(Field + End, type);
        Assert.Equal(("a=1", BodyError.None, flags), (Show(body, body.Arguments), body.Error, body.Multipart & MultipartFlags.Strict));
    }

    [Theory]
    [InlineData("")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/mixed; boundary=XX")]
    [InlineData("multipart/form-data; boundary=XX; boundary=YY")]
    [InlineData("multipart/form-data; charset=x; boundary=XX")]
    [InlineData("multipart/form-data; BOUNDARY=XX")]
    [InlineData("multipart/form-data; boundary=\"XX")]
    [InlineData("multipart/form-data; boundary=XX\"")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary")]
    [InlineData("multipart/form-data; boundaryx=XX")]
    [InlineData("multipart/form-data; boundary=X{X")]
    [InlineData("multipart/form-data; boundary=XX ")]
    [InlineData("multipart/form-data; boundary=boundary=XX")]
    public void A_boundary_that_servers_would_read_differently_is_an_error_and_the_body_is_one_value(string type)
    {
        using InspectedBody body = Read(Field + End, type);
        Assert.Equal((BodyError.MultipartContentType, "=" + Field + End), (body.Error, Show(body, body.Arguments)));
        Assert.True(body.Multipart.HasFlag(MultipartFlags.Error));
    }

    [Theory]
    [InlineData("x\r\n" + Field + End, MultipartFlags.DataBefore, 0)]
    [InlineData(Field + End + "x", MultipartFlags.DataAfter, 2)]
    [InlineData("--XX\nContent-Disposition: form-data; name=\"a\"\n\n1\n--XX--\n", MultipartFlags.LfLine, 2)]
    [InlineData("--XX\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\n1\r\n" + End, MultipartFlags.HeaderFolding, 2)]
    [InlineData("--XX\r\nContent-Disposition: form-data;\r\n\v name=\"a\"\r\n\r\n1\r\n" + End, MultipartFlags.HeaderFolding | MultipartFlags.InvalidHeaderFolding, 2)]
    [InlineData("--XX\r\nContent-Disposition: form-data; name='a'\r\n\r\n1\r\n" + End, MultipartFlags.InvalidQuoting, 2)]
    [InlineData("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\n--XX--\r\n", MultipartFlags.LfLine, 2)]
    [InlineData(Field + "--XX--", MultipartFlags.None, 2)]
    [InlineData("--YY\r\n" + Field + End, MultipartFlags.DataBefore, 2)]
    public void What_is_unusual_sets_its_flag(string text, MultipartFlags flags, int unmatched)
    {
        using InspectedBody body = Read(text);
        Assert.Equal((BodyError.None, "a=1", flags), (body.Error, Show(body, body.Arguments), body.Multipart & MultipartFlags.Strict));
        if (unmatched != 0) Assert.Equal(unmatched, body.UnmatchedBoundary);
    }

    [Theory]
    [InlineData("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XY\r\n2\r\n", 1)]
    [InlineData("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1 --XX\r\n", 1)]
    public void A_line_that_looks_like_a_boundary_is_noted(string text, int unmatched)
    {
        using InspectedBody body = Read(text);
        Assert.Equal((unmatched, BodyError.MultipartIncomplete), (body.UnmatchedBoundary, body.Error));
    }

    [Theory]
    [InlineData("form-data; name=a", "a=1", "", BodyError.None)]
    [InlineData("form-data; name=\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d=1", "", BodyError.None)]
    [InlineData("form-data; name=\"a\"; filename=\"\"", "a=1", "", BodyError.None)]
    [InlineData("form-data; name=\"a\"; filename=\"x\"; filename*=UTF-8''y%20z", "", "a=x | a=y z", BodyError.None)]
    [InlineData("form-data ; name = \"a\" ; filename = x;filename=", "=1\r\n--XX--\r\n", "", BodyError.MultipartDisposition)]
    [InlineData("form-data; name=\"a\"; filename*=UTF-8''y", "=1\r\n--XX--\r\n", "", BodyError.MultipartDisposition)]
    [InlineData("form-data; name=\"a\"; filename*=UTF-8''y%2", "a=1\r\n--XX--\r\n", "", BodyError.MultipartDisposition)]
    [InlineData("form-data; name=\"a\"; name=\"b\"", "a=1\r\n--XX--\r\n", "", BodyError.MultipartDisposition)]
    [InlineData("form-data; name=\"a\" x", "a=1\r\n--XX--\r\n", "", BodyError.MultipartDisposition)]
    [InlineData("form-data; name=\"a", "=1\r\n--XX--\r\n", "", BodyError.MultipartDisposition)]
    [InlineData("form-data; size=1; name=\"a\"", "=1\r\n--XX--\r\n", "", BodyError.MultipartDisposition)]
    [InlineData("form-data", "=1\r\n--XX--\r\n", "", BodyError.MultipartDisposition)]
    [InlineData("attachment; name=\"a\"", "=1\r\n--XX--\r\n", "", BodyError.MultipartDisposition)]
    [InlineData("form-data; name=\"\"", "=1\r\n--XX--\r\n", "", BodyError.MultipartDisposition)]
    public void Content_Disposition_is_read_strictly(string disposition, string arguments, string files, BodyError error)
    {
        using InspectedBody body = Read($"--XX\r\nContent-Disposition: {disposition}\r\n\r\n1\r\n{End}");
        Assert.Equal((error, files), (body.Error, Show(body, body.Files)));
        string shown = Show(body, body.Arguments);
        Assert.True(shown == arguments || (error != BodyError.None && shown.Contains("1\r\n--XX--\r\n", StringComparison.Ordinal)), shown);
    }

    [Theory]
    [InlineData("--XX\r\nX: 1\r\n\r\n1\r\n" + End, BodyError.MultipartDisposition)]
    [InlineData("--XX\r\nno colon\r\n\r\n1\r\n" + End, BodyError.MultipartHeader)]
    [InlineData("--XX\r\n: x\r\n\r\n1\r\n" + End, BodyError.MultipartHeader)]
    [InlineData("--XX\r\nA b: x\r\n\r\n1\r\n" + End, BodyError.MultipartHeader)]
    [InlineData("--XX\r\nA: \0\r\n\r\n1\r\n" + End, BodyError.MultipartHeader)]
    [InlineData("--XX\r\n folded\r\n\r\n1\r\n" + End, BodyError.MultipartHeader)]
    [InlineData("--XX\r\nA: 1\r\na: 2\r\n\r\n1\r\n" + End, BodyError.MultipartHeader)]
    [InlineData("--XX x\r\nA: 1\r\n\r\n1\r\n" + End, BodyError.MultipartBoundary)]
    [InlineData("-- XX\r\nA: 1\r\n\r\n1\r\n" + End, BodyError.MultipartBoundary)]
    [InlineData("--XX\r\nA: 1\r\n--XX\r\n\r\n1\r\n" + End, BodyError.MultipartHeader)]
    public void What_breaks_the_rules_is_an_error_and_the_rest_is_kept(string text, BodyError error)
    {
        using InspectedBody body = Read(text);
        Assert.Equal(error, body.Error);
        Assert.True(body.Multipart.HasFlag(MultipartFlags.Error));
        Assert.Contains("1\r\n" + End, Show(body, body.Arguments), StringComparison.Ordinal);
    }

    /// <summary>Lines of data are passed over many at a time: with any of them the field is what was sent, and a bare LF before a boundary is seen.</summary>
    [Fact]
    public void Lines_of_data_are_read_as_they_are()
    {
        string[] pieces = ["\n", "\r\n", "\r", "a", "-", "X", "\n\n", "--", "\n--", "--X", "\n--X\n"];
        Random random = new(12);
        for (int i = 0; i < 3000; i++)
        {
            string data = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (data.Contains("--XX", StringComparison.Ordinal) || data.Contains("--\r", StringComparison.Ordinal)) continue;
            string end = random.Next(2) == 0 ? "\n" : "\r\n";
            using InspectedBody body = Read(Field.Replace("1\r\n", data + end, StringComparison.Ordinal) + End);
            bool isBare = end == "\n" && !data.EndsWith('\r');
            Assert.Equal(BodyError.None, body.Error);
            Assert.Equal("a=" + (isBare || end == "\r\n" ? data : data[..^1]), Show(body, body.Arguments));
            Assert.Equal(isBare ? MultipartFlags.CrlfLine | MultipartFlags.LfLine : MultipartFlags.CrlfLine, body.Multipart);
        }
    }

    [Fact]
    public void A_boundary_where_data_should_begin_is_an_invalid_part()
    {
        using InspectedBody body = Read("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--XX\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n" + End);
        Assert.True(body.Multipart.HasFlag(MultipartFlags.InvalidPart));
        Assert.Contains("name=\"b\"", Show(body, body.Arguments), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_end_is_an_error_unless_it_is_the_first_part_of_a_longer_body()
    {
        using InspectedBody whole = Read(Field + "--XX\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\npay");
        Assert.Equal((BodyError.MultipartIncomplete, "a=1 | b=pay"), (whole.Error, Show(whole, whole.Arguments)));
        using InspectedBody part = Read(Field + "--XX\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\npay", isPartial: true);
        Assert.Equal((BodyError.None, "a=1 | b=pay", MultipartFlags.CrlfLine), (part.Error, Show(part, part.Arguments), part.Multipart));
    }

    [Fact]
    public void Everything_is_bounded()
    {
        using InspectedBody files = Read(string.Concat(Enumerable.Repeat(File, 3)) + End, limits: new BodyLimits { Files = 2 });
        Assert.True(files.Multipart.HasFlag(MultipartFlags.FileLimitExceeded));
        using InspectedBody header = Read($"--XX\r\nX: {new string('x', 5000)}\r\n\r\n1\r\n{End}");
        Assert.Equal(BodyError.MultipartHeader, header.Error);
        using InspectedBody headers = Read($"--XX\r\n{string.Concat(Enumerable.Range(0, 100).Select(i => $"X{i}: x\r\n"))}\r\n1\r\n{End}");
        Assert.Equal(BodyError.MultipartHeader, headers.Error);
        using InspectedBody folded = Read($"--XX\r\nX: x\r\n{string.Concat(Enumerable.Repeat(" 0123456789\r\n", 1000))}\r\n1\r\n{End}");
        Assert.Equal(BodyError.MultipartHeader, folded.Error);
    }
}
