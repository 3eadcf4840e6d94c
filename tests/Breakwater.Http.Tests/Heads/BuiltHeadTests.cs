namespace Breakwater.Http.Tests.Heads;

/// <summary>Heads that are built from the fields of HTTP/2 and HTTP/3.</summary>
public sealed class BuiltHeadTests
{
    private static readonly string Long = new('x', 16 * 1024);

    public static readonly TheoryData<string, string, string, string> Requests = new()
    {
        { "GET / a https", "", "GET / HTTP/2.0¶host: a¶¶", "kind=Get form=Origin path=/ authority=a version=Http2 framing=UntilClose keepalive" },
        { "GET /p?q a:1 http", "", "GET /p?q HTTP/2.0¶host: a:1¶¶", "path=/p query=q host=a port=1" },
        { "OPTIONS * a https", "", "OPTIONS * HTTP/2.0¶host: a¶¶", "form=Asterisk" },
        { "POST / a https", "content-length: 5", "POST / HTTP/2.0¶host: a¶content-length: 5¶¶", "framing=Length length=5" },
        { "GET / a https", "accept:  x ", "GET / HTTP/2.0¶host: a¶accept: x¶¶", "accept=x" },
        { "GET / a https", "te: trailers", "GET / HTTP/2.0¶host: a¶te: trailers¶¶", "hop=te" },
        { "GET / a https", "Host: A", "GET / HTTP/2.0¶host: a¶¶", "authority=a" },
        { "GET /  https", "Host: b", "GET / HTTP/2.0¶Host: b¶¶", "authority=b" },
        { "GET / a https", "cookie: a=1", "GET / HTTP/2.0¶host: a¶cookie: a=1¶¶", "cookie=a=1" },
        { "GET / a https", "cookie: a=1|cookie: b=2|cookie: c=3|x: y", "GET / HTTP/2.0¶host: a¶cookie: a=1; b=2; c=3¶x: y¶¶", "x=y" },
        { "GET / a https", "cookie: a=1|x: y|cookie: b=2|z: 0|cookie: c=3|cookie: d=4", "GET / HTTP/2.0¶host: a¶cookie: a=1; b=2; c=3; d=4¶x: y¶z: 0¶¶", "x=y z=0" },
        { "POST / a https", "expect: 100-continue", "POST / HTTP/2.0¶host: a¶expect: 100-continue¶¶", "expect" },
        { "CONNECT /chat a https websocket", "", "CONNECT /chat HTTP/2.0¶host: a¶¶", "kind=Connect path=/chat websocket !upgrade" },
        { "CONNECT /chat a https other", "", "CONNECT /chat HTTP/2.0¶host: a¶¶", "kind=Connect !websocket" },
    };

    public static readonly TheoryData<string, string, HttpViolation> RefusedRequests = new()
    {
        { "G(T / a https", "", HttpViolation.BadMethod },
        { " / a https", "", HttpViolation.BadMethod },
        { "TRACE / a https", "", HttpViolation.TraceRefused },
        { "CONNECT a:1 a:1 https", "", HttpViolation.ConnectRefused },
        { "GET / a https websocket", "", HttpViolation.BadTarget },
        { "GET  a https", "", HttpViolation.BadTarget },
        { "GET x a https", "", HttpViolation.BadTarget },
        { "GET http://a/ a https", "", HttpViolation.BadTarget },
        { "GET * a https", "", HttpViolation.BadTarget },
        { "GET /\r\nx:y a https", "", HttpViolation.BadTarget },
        { "GET /\0 a https", "", HttpViolation.BadTarget },
        { "GET /\t a https", "", HttpViolation.BadTarget },
        { "GET /#f a https", "", HttpViolation.FragmentInTarget },
        { "GET / a ftp", "", HttpViolation.BadTarget },
        { "GET /" + Long + " a https", "", HttpViolation.TargetTooLong },
        { "GET / u@a https", "", HttpViolation.BadHost },
        { "GET / a/b https", "", HttpViolation.BadHost },
        { "GET / a\nb https", "", HttpViolation.BareLf },
        { "GET /  https", "", HttpViolation.MissingHost },
        { "GET / a https", "host: b", HttpViolation.HostMismatch },
        { "GET /  https", "host: b|host: c", HttpViolation.HostMismatch },
        { "GET / a https", "connection: close", HttpViolation.ConnectionSpecificField },
        { "GET / a https", "transfer-encoding: chunked", HttpViolation.ConnectionSpecificField },
        { "GET / a https", "upgrade: h2c", HttpViolation.ConnectionSpecificField },
        { "GET / a https", "keep-alive: 5", HttpViolation.ConnectionSpecificField },
        { "GET / a https", "proxy-connection: x", HttpViolation.ConnectionSpecificField },
        { "GET / a https", "te: gzip", HttpViolation.ConnectionSpecificField },
        { "GET / a https", "te: trailers, gzip", HttpViolation.ConnectionSpecificField },
        { "GET / a https", ":path: /", HttpViolation.BadFieldName },
        { "GET / a https", ": y", HttpViolation.EmptyFieldName },
        { "GET / a https", "x y: z", HttpViolation.BadFieldName },
        { "GET / a https", "x\r\ny: z", HttpViolation.BadFieldName },
        { "GET / a https", "x: y\r\nz: 0", HttpViolation.BareCr },
        { "GET / a https", "x: y\nz: 0", HttpViolation.BareLf },
        { "GET / a https", "x: y\0", HttpViolation.ControlByte },
        { "GET / a https", "cookie: a|cookie: b\nc", HttpViolation.BareLf },
        { "GET / a https", "x: " + Long, HttpViolation.FieldLineTooLong },
        { "GET / a https", "cookie: " + Long[..9000] + "|cookie: " + Long[..9000], HttpViolation.FieldLineTooLong },
        { "GET / a https", "cookie: " + Long[..9000] + "|x: y|cookie: " + Long[..9000], HttpViolation.FieldLineTooLong },
        { "GET / a https", "x: " + Long[..12000] + "|x: " + Long[..12000] + "|x: " + Long[..12000], HttpViolation.HeadTooLarge },
        { "POST / a https", "content-length: 5|content-length: 5", HttpViolation.MultipleContentLength },
        { "POST / a https", "content-length: +5", HttpViolation.BadContentLength },
        { "POST / a https", "expect: x", HttpViolation.BadExpectation },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void ARequestIsLaidOutAsHttp1WouldBe(string pseudo, string fields, string bytes, string expected)
    {
        RequestHead head = new(HeadLimits.Default);

        Assert.Equal(ReadStatus.Complete, Build(head, pseudo, fields, endOfStream: false));

        Assert.Equal(Wire.Text(Wire.Bytes(bytes)), Wire.Text(head.Bytes));
        Views.AssertHas(expected, Views.Describe(head));
    }

    [Theory]
    [MemberData(nameof(RefusedRequests))]
    public void ARequestIsCheckedAsStrictly(string pseudo, string fields, HttpViolation expected)
    {
        RequestHead head = new(HeadLimits.Default);

        Assert.Equal(ReadStatus.Invalid, Build(head, pseudo, fields, endOfStream: false));

        Assert.Equal(expected, head.Violation);
        Assert.NotEmpty(Views.Describe(head));
        head.Clear();
        Assert.Equal(ReadStatus.Complete, Build(head, "GET / a https", "x: y", endOfStream: false));
    }

    [Fact]
    public void OneFieldTooManyIsRefused()
    {
        RequestHead head = new(HeadLimits.Default);
        Assert.Equal(ReadStatus.Complete, Build(head, "GET / a https", string.Join('|', Enumerable.Repeat("x: y", 127)), endOfStream: true));
        head.Clear();
        Assert.Equal(ReadStatus.Invalid, Build(head, "GET / a https", string.Join('|', Enumerable.Repeat("x: y", 128)), endOfStream: true));
        Assert.Equal(HttpViolation.TooManyFields, head.Violation);
    }

    [Theory]
    [InlineData("", true, ReadStatus.Complete, BodyFraming.None)]
    [InlineData("", false, ReadStatus.Complete, BodyFraming.UntilClose)]
    [InlineData("content-length: 0", true, ReadStatus.Complete, BodyFraming.Length)]
    [InlineData("content-length: 5", false, ReadStatus.Complete, BodyFraming.Length)]
    [InlineData("content-length: 5", true, ReadStatus.Invalid, BodyFraming.Length)]
    public void TheStreamsEndDecidesAboutTheBody(string fields, bool endOfStream, ReadStatus status, BodyFraming framing)
    {
        RequestHead request = new(HeadLimits.Default);
        Assert.Equal(status, Build(request, "POST / a https", fields, endOfStream));
        Assert.Equal(framing, request.Framing);

        ResponseHead response = new(HeadLimits.Default);
        Assert.Equal(status, Build(response, 200, fields, MethodKind.Get, endOfStream));
        Assert.Equal(framing, response.Framing);
    }

    [Fact]
    public void AResponseIsLaidOutAsHttp1WouldBe()
    {
        ResponseHead head = new(HeadLimits.Default);

        Assert.Equal(ReadStatus.Complete, Build(head, 404, "content-type: text/plain|set-cookie: a|set-cookie: b", MethodKind.Get, endOfStream: false));

        Assert.Equal("HTTP/2.0 404 \r\ncontent-type: text/plain\r\nset-cookie: a\r\nset-cookie: b\r\n\r\n", Wire.Text(head.Bytes));
        Views.AssertHas("status=404 reason= version=Http2 framing=UntilClose keepalive set-cookie=a set-cookie=b", Views.Describe(head));
        Assert.True(head.Reason.IsEmpty);
    }

    [Theory]
    [InlineData(200, "connection: close", HttpViolation.ConnectionSpecificField)]
    [InlineData(200, "transfer-encoding: chunked", HttpViolation.ConnectionSpecificField)]
    [InlineData(200, "x: a\r\nb", HttpViolation.BareCr)]
    [InlineData(200, "x y: a", HttpViolation.BadFieldName)]
    [InlineData(200, "content-length: x", HttpViolation.BadContentLength)]
    [InlineData(204, "content-length: 5", HttpViolation.BodyNotAllowed)]
    [InlineData(101, "", HttpViolation.BadStatusLine)]
    [InlineData(99, "", HttpViolation.BadStatusLine)]
    [InlineData(1000, "", HttpViolation.BadStatusLine)]
    public void AResponseIsCheckedAsStrictly(int status, string fields, HttpViolation expected)
    {
        ResponseHead head = new(HeadLimits.Default);
        Assert.Equal(ReadStatus.Invalid, Build(head, status, fields, MethodKind.Get, endOfStream: false));
        Assert.Equal(expected, head.Violation);
    }

    [Fact]
    public void OnlyAClearHeadCanBeBuiltOn()
    {
        RequestHead request = new(HeadLimits.Default);
        Build(request, "GET / a https", "", endOfStream: true);
        Assert.Throws<InvalidOperationException>(() => Build(request, "GET / a https", "", endOfStream: true));
        ResponseHead response = new(HeadLimits.Default);
        Build(response, 200, "", MethodKind.Get, endOfStream: true);
        Assert.Throws<InvalidOperationException>(() => Build(response, 200, "", MethodKind.Get, endOfStream: true));
    }

    private static ReadStatus Build(RequestHead head, string pseudo, string fields, bool endOfStream)
    {
        string[] parts = pseudo.Split(' ');
        string protocol = parts.Length > 4 ? parts[4] : "";
        head.Begin(Wire.Bytes(parts[0]), Wire.Bytes(parts[1]), HttpVersion.Http2, Wire.Bytes(parts[2]), Wire.Bytes(parts[3]), Wire.Bytes(protocol));
        foreach (string field in fields.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = field.IndexOf(": ", StringComparison.Ordinal);
            head.Add(Wire.Bytes(field[..colon]), Wire.Bytes(field[(colon + 2)..]));
        }

        return head.End(endOfStream);
    }

    private static ReadStatus Build(ResponseHead head, int status, string fields, MethodKind method, bool endOfStream)
    {
        head.Begin(status, HttpVersion.Http2);
        foreach (string field in fields.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = field.IndexOf(": ", StringComparison.Ordinal);
            head.Add(Wire.Bytes(field[..colon]), Wire.Bytes(field[(colon + 2)..]));
        }

        return head.End(method, endOfStream);
    }
}
