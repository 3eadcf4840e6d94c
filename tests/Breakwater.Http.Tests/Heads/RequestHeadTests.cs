namespace Breakwater.Http.Tests.Heads;

public sealed class RequestHeadTests
{
    public static TheoryData<string> AcceptedNames => [.. RequestRows.Accepted.Select(row => row.Name)];

    public static TheoryData<string> RefusedNames => [.. RequestRows.Refused.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(AcceptedNames))]
    public void Accepts(string name)
    {
        (_, string raw, string expected) = RequestRows.Accepted.Single(row => row.Name == name);
        byte[] bytes = Wire.Bytes(raw + "behind");
        RequestHead head = new(HeadLimits.Default);

        Assert.Equal(ReadStatus.Complete, head.Read(bytes, out int consumed));

        Assert.Equal(HttpViolation.None, head.Violation);
        Assert.Equal(bytes.Length - "behind".Length, consumed);
        Assert.Equal(Wire.Text(bytes.AsSpan(0, consumed)).TrimStart('\r', '\n'), Wire.Text(head.Bytes));
        Views.AssertHas(expected, Views.Describe(head));
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void Refuses(string name)
    {
        (_, string raw, HttpViolation expected) = RequestRows.Refused.Single(row => row.Name == name);
        RequestHead head = new(HeadLimits.Default);

        Assert.Equal(ReadStatus.Invalid, head.Read(Wire.Bytes(raw), out _));

        Assert.Equal(expected, head.Violation);
        Assert.NotEmpty(Views.Describe(head));
        Assert.Equal(ReadStatus.Invalid, head.Read("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8, out _));
        head.Clear();
        Assert.Equal(ReadStatus.Complete, head.Read("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8, out _));
    }

    [Fact]
    public void TheTablesAreLargeAndTheirNamesUnique()
    {
        string[] names = [.. RequestRows.Accepted.Select(row => row.Name), .. RequestRows.Refused.Select(row => row.Name)];
        Assert.True(names.Length >= 150);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void EveryRowMeansTheSameHoweverItIsSplit()
    {
        foreach (string raw in RequestRows.Accepted.Select(row => row.Raw).Concat(RequestRows.Refused.Select(row => row.Raw)))
        {
            Splits.AssertSame(Wire.Bytes(raw + "behind"), Splits.Request(HeadLimits.Default));
        }
    }

    [Fact]
    public void WhatIsMissingIsAskedFor()
    {
        byte[] bytes = Wire.Bytes("¶GET / HTTP/1.1¶Host: a¶X: y¶¶");
        for (int length = 0; length < bytes.Length; length++)
        {
            RequestHead head = new(HeadLimits.Default);
            Assert.Equal(ReadStatus.NeedMore, head.Read(bytes.AsSpan(0, length), out int consumed));
            Assert.Equal(length, consumed);
            Assert.Equal(length > 2, head.HasStarted);
        }
    }

    [Theory]
    [InlineData("GET /x HTTP/1.1¶Host: a¶X : y¶¶", "method=GET target=/x path=/x Host=a")]
    [InlineData("GET /x HTTP/1.1¶Host: a¶X: \0", "method=GET target=/x Host=a")]
    [InlineData("GET /x HTTP/1.1¶Host: a¶Host: b¶¶", "method=GET target=/x Host=a Host=b")]
    [InlineData("GET /x HTTP/1.1¶Host: a:b¶¶", "method=GET target=/x host=a port=-1")]
    [InlineData("CONNECT a:1 HTTP/1.1¶Host: a:1¶¶", "method=CONNECT target=")]
    [InlineData("GET http://u@a/ HTTP/1.1¶Host: a¶¶", "method=GET target=http://u@a/ form=Absolute")]
    [InlineData("GET /x HTTP/9.9¶Host: a¶¶", "method= target=")]
    [InlineData("G\0T /x HTTP/1.1¶¶", "method= target=")]
    public void OfARefusedRequestWhatWasReadCanBeTold(string raw, string expected)
    {
        byte[] bytes = Wire.Bytes(raw);
        RequestHead head = new(HeadLimits.Default);
        Assert.Equal(ReadStatus.Invalid, head.Read(bytes, out _));
        Views.AssertHas(expected, Views.Describe(head));
        Assert.StartsWith(Wire.Text(head.Bytes), Wire.Text(bytes));

        head.Clear();
        for (int i = 0; i < bytes.Length && head.Read(bytes.AsSpan(i, 1), out _) == ReadStatus.NeedMore; i++)
        {
        }

        Views.AssertHas(expected, Views.Describe(head));
    }

    [Fact]
    public void PipelinedRequestsAreReadOneByOne()
    {
        byte[] bytes = Wire.Bytes("GET /1 HTTP/1.1¶Host: a¶¶¶GET /2 HTTP/1.1¶Host: a¶¶GET /3 HTTP/1.1¶Host: a¶¶");
        RequestHead head = new(HeadLimits.Default);
        int at = 0;
        foreach (string path in (string[])["/1", "/2", "/3"])
        {
            Assert.Equal(ReadStatus.Complete, head.Read(bytes.AsSpan(at), out int consumed));
            Assert.Equal(path, Wire.Text(head.Path));
            at += consumed;
            head.Clear();
        }

        Assert.Equal(bytes.Length, at);
    }

    [Fact]
    public void ACompleteHeadTakesNoMore()
    {
        RequestHead head = new(HeadLimits.Default);
        head.Read(Wire.Bytes("GET / HTTP/1.1¶Host: a¶¶"), out _);
        Assert.Equal(ReadStatus.Complete, head.Read("GET"u8, out int consumed));
        Assert.Equal(0, consumed);
    }

    [Fact]
    public void FieldsAreFoundByNumberAndByName()
    {
        RequestHead head = new(HeadLimits.Default);
        head.Read(Wire.Bytes("GET / HTTP/1.1¶HOST: a¶X-One: 1¶Accept: x¶x-one: 2¶accept: y¶¶"), out _);

        Assert.Equal(5, head.Count);
        Assert.Equal(KnownField.Host, head.Known(0));
        Assert.Equal("HOST: a\r\n", Wire.Text(head.Line(0)));
        Assert.Equal(2, head.IndexOf(KnownField.Accept));
        Assert.Equal(4, head.IndexOf(KnownField.Accept, 3));
        Assert.Equal(-1, head.IndexOf(KnownField.Accept, 5));
        Assert.Equal(1, head.IndexOf("X-ONE"u8));
        Assert.Equal(3, head.IndexOf("X-ONE"u8, 2));
        Assert.Equal(2, head.IndexOf("ACCEPT"u8));
        Assert.True(head.TryGet("x-One"u8, out ReadOnlySpan<byte> value));
        Assert.Equal("1", Wire.Text(value));
        Assert.True(head.TryGet(KnownField.Accept, out value));
        Assert.Equal("x", Wire.Text(value));
        Assert.False(head.TryGet(KnownField.Cookie, out value));
        Assert.False(head.TryGet("X-On"u8, out value));
        Assert.False(head.TryGet(default(ReadOnlySpan<byte>), out value));
        Assert.True(head.Has(KnownField.Host));
        Assert.False(head.Has(KnownField.Cookie));
        Assert.False(head.Has(KnownField.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => head.Name(5).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => head.Value(-1).Length);
    }

    [Theory]
    [InlineData("", false, true)]
    [InlineData("P", false, true)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r", false, true)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", true, false)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0", true, false)]
    [InlineData("POST", false, false)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSN", false, false)]
    public void TheHttp2PrefaceIsTold(string data, bool isPreface, bool needMore)
    {
        Assert.Equal(isPreface, RequestHead.IsHttp2Preface(Wire.Bytes(data), out bool more));
        Assert.Equal(needMore, more);
    }
}
