namespace Breakwater.Http.Tests.Heads;

public sealed class ResponseHeadTests
{
    public static TheoryData<string> AcceptedNames => [.. ResponseRows.Accepted.Select(row => row.Name)];

    public static TheoryData<string> RefusedNames => [.. ResponseRows.Refused.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(AcceptedNames))]
    public void Accepts(string name)
    {
        (_, MethodKind method, string raw, string expected) = ResponseRows.Accepted.Single(row => row.Name == name);
        byte[] bytes = Wire.Bytes(raw + "behind");
        ResponseHead head = new(HeadLimits.Default);

        Assert.Equal(ReadStatus.Complete, head.Read(bytes, method, out int consumed));

        Assert.Equal(bytes.Length - "behind".Length, consumed);
        Assert.Equal(Wire.Text(bytes.AsSpan(0, consumed)), Wire.Text(head.Bytes));
        Views.AssertHas(expected, Views.Describe(head));
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void Refuses(string name)
    {
        (_, MethodKind method, string raw, HttpViolation expected) = ResponseRows.Refused.Single(row => row.Name == name);
        ResponseHead head = new(HeadLimits.Default);

        Assert.Equal(ReadStatus.Invalid, head.Read(Wire.Bytes(raw), method, out _));

        Assert.Equal(expected, head.Violation);
        Assert.NotEmpty(Views.Describe(head));
        head.Clear();
        Assert.Equal(ReadStatus.Complete, head.Read("HTTP/1.1 200 OK\r\n\r\n"u8, method, out _));
    }

    [Fact]
    public void TheTablesAreLargeAndTheirNamesUnique()
    {
        string[] names = [.. ResponseRows.Accepted.Select(row => row.Name), .. ResponseRows.Refused.Select(row => row.Name)];
        Assert.True(names.Length >= 60);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void EveryRowMeansTheSameHoweverItIsSplit()
    {
        foreach ((_, MethodKind method, string raw, _) in ResponseRows.Accepted)
        {
            Splits.AssertSame(Wire.Bytes(raw + "behind"), Splits.Response(method));
        }

        foreach ((_, MethodKind method, string raw, _) in ResponseRows.Refused)
        {
            Splits.AssertSame(Wire.Bytes(raw + "behind"), Splits.Response(method));
        }
    }

    [Fact]
    public void InterimResponsesAreReadBeforeTheFinalOne()
    {
        byte[] bytes = Wire.Bytes("HTTP/1.1 100 Continue¶¶HTTP/1.1 103 Early Hints¶Link: x¶¶HTTP/1.1 200 OK¶Content-Length: 0¶¶");
        ResponseHead head = new(HeadLimits.Default);
        int at = 0;
        foreach (int status in (int[])[100, 103, 200])
        {
            Assert.Equal(ReadStatus.Complete, head.Read(bytes.AsSpan(at), MethodKind.Get, out int consumed));
            Assert.Equal(status, head.StatusCode);
            Assert.Equal(status < 200, head.IsInterim);
            at += consumed;
            head.Clear();
        }

        Assert.Equal(bytes.Length, at);
    }
}
