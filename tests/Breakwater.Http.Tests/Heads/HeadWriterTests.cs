namespace Breakwater.Http.Tests.Heads;

public sealed class HeadWriterTests
{
    [Fact]
    public void ARequestIsWritten()
    {
        byte[] memory = new byte[200];
        HeadWriter writer = new(memory);
        writer.RequestLine("GET"u8, "/x"u8);
        Assert.Equal(HeadWriter.RequestLineSize(3, 2), writer.Written);
        writer.Field("X-Y"u8, "z"u8);
        writer.Field(KnownField.ContentLength, 12);
        writer.Field(KnownField.XRealIp, "::1"u8);
        writer.Raw("a: b\r\n"u8);
        writer.End();
        Assert.Equal(
            "GET /x HTTP/1.1\r\nX-Y: z\r\nContent-Length: 12\r\nX-Real-IP: ::1\r\na: b\r\n\r\n",
            Wire.Text(memory.AsSpan(0, writer.Written)));
    }

    [Fact]
    public void AStatusLineIsWritten()
    {
        byte[] memory = new byte[HeadWriter.StatusLineSize(9)];
        HeadWriter writer = new(memory);
        writer.StatusLine(404, "Not Found"u8);
        Assert.Equal("HTTP/1.1 404 Not Found\r\n", Wire.Text(memory));
        Assert.Equal(memory.Length, writer.Written);
    }

    [Theory]
    [InlineData("GET /p?q HTTP/1.1¶Host: a¶¶", "GET /p?q HTTP/1.1¶")]
    [InlineData("OPTIONS * HTTP/1.1¶Host: a¶¶", "OPTIONS * HTTP/1.1¶")]
    [InlineData("GET http://a/p?q HTTP/1.1¶Host: a¶¶", "GET /p?q HTTP/1.1¶")]
    [InlineData("OPTIONS http://a HTTP/1.1¶Host: a¶¶", "OPTIONS * HTTP/1.1¶")]
    [InlineData("OPTIONS http://a/ HTTP/1.1¶Host: a¶¶", "OPTIONS / HTTP/1.1¶")]
    [InlineData("GET http://a/p? HTTP/1.1¶Host: a¶¶", "GET /p? HTTP/1.1¶")]
    [InlineData("GET http://a HTTP/1.1¶Host: a¶¶", "GET / HTTP/1.1¶")]
    [InlineData("GET http://a?q HTTP/1.1¶Host: a¶¶", "GET /?q HTTP/1.1¶")]
    [InlineData("get //x/../\u00ff HTTP/1.0¶¶", "get //x/../\u00ff HTTP/1.1¶")]
    public void TheTargetGoesOnInOriginForm(string received, string expected)
    {
        RequestHead head = new(HeadLimits.Default);
        Assert.Equal(ReadStatus.Complete, head.Read(Wire.Bytes(received), out _));
        byte[] memory = new byte[HeadWriter.RequestLineSize(head.Method.Length, head.Target.Length) + 1];
        HeadWriter writer = new(memory);
        writer.RequestLine(head);
        Assert.Equal(Wire.Text(Wire.Bytes(expected)), Wire.Text(memory.AsSpan(0, writer.Written)));
    }

    [Theory]
    [InlineData("A: 1¶B: 2¶C: 3¶", "A: 1¶B: 2¶C: 3¶")]
    [InlineData("A: 1¶Connection: b¶B: 2¶C: 3¶", "A: 1¶C: 3¶")]
    [InlineData("Connection: close¶Keep-Alive: 5¶TE: x¶A:  1 ¶", "A:  1 ¶")]
    [InlineData("A: 1¶X-Forwarded-For: x¶B: 2¶x-forwarded-for: y¶", "A: 1¶B: 2¶")]
    [InlineData("Connection: close¶", "")]
    public void EndToEndFieldsGoOnAsTheyCame(string fields, string expected)
    {
        RequestHead head = new(HeadLimits.Default);
        Assert.Equal(ReadStatus.Complete, head.Read(Wire.Bytes("GET / HTTP/1.1¶Host: a¶" + fields + "¶"), out _));
        byte[] memory = new byte[head.Bytes.Length];
        HeadWriter writer = new(memory);
        writer.Fields(head, KnownFieldSet.Of(KnownField.Host, KnownField.XForwardedFor));
        Assert.Equal(Wire.Text(Wire.Bytes(expected)), Wire.Text(memory.AsSpan(0, writer.Written)));
    }

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    public void AValueThatWouldSplitTheHeadIsABug(string value)
    {
        Assert.Throws<ArgumentException>(() =>
        {
            HeadWriter writer = new(new byte[100]);
            writer.Field("X"u8, Wire.Bytes(value));
        });
    }

    [Fact]
    public void TooLittleMemoryIsABug()
    {
        Assert.ThrowsAny<ArgumentException>(() => new HeadWriter(new byte[3]).RequestLine("GET"u8, "/"u8));
        Assert.ThrowsAny<ArgumentException>(() => new HeadWriter(new byte[18]).Field(KnownField.ContentLength, 12345));
        Assert.ThrowsAny<ArgumentException>(() => new HeadWriter(new byte[99]).StatusLine(99, default));
    }
}
