using System.Diagnostics;
using System.Text;

namespace Breakwater.Http.Tests.Heads;

/// <summary>What a head may cost: memory, time, allocations.</summary>
public sealed class HeadBoundsTests
{
    private static readonly byte[] Browser = Wire.Bytes(
        "GET /products/list?category=shoes&page=2&sort=price HTTP/1.1¶Host: shop.example.com¶Connection: keep-alive, x-hop¶"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36¶"
        + "Accept: text/html,application/xhtml+xml¶Sec-Fetch-Site: same-origin¶Referer: https://shop.example.com/products¶"
        + "Accept-Encoding: gzip, deflate, br, zstd¶Accept-Language: en-GB,en;q=0.9,de;q=0.8¶X-Hop: 1¶Upgrade: h2c¶"
        + "Cookie: session=0123456789abcdef0123456789abcdef; consent=yes¶¶");

    private static readonly byte[] Answer = Wire.Bytes(
        "HTTP/1.1 200 OK¶Server: nginx¶Date: Mon, 01 Jan 2024 00:00:00 GMT¶Content-Length: 1024¶Connection: keep-alive¶¶");

    [Fact]
    public void ReadingAllocatesNothing()
    {
        RequestHead request = new(HeadLimits.Default);
        ResponseHead response = new(HeadLimits.Default);
        byte[] written = new byte[4096];
        LeastAllocated.AssertNone(() =>
        {
            Demand(request.Read(Browser, out _), ReadStatus.Complete);
            HeadWriter writer = new(written);
            writer.RequestLine(request);
            writer.Fields(request);
            writer.End();
            request.Clear();

            // In two parts, and with its buffers given back.
            Demand(request.Read(Browser.AsSpan(0, 300), out int consumed), ReadStatus.NeedMore);
            Demand(request.Read(Browser.AsSpan(consumed), out _), ReadStatus.Complete);
            request.ReleaseBuffer();

            Demand(response.Read(Answer, MethodKind.Get, out _), ReadStatus.Complete);
            response.Clear();
        });
    }

    [Fact]
    public void RefusingAllocatesNothing()
    {
        byte[][] bad = [.. RequestRows.Refused.Select(row => Wire.Bytes(row.Raw))];
        RequestHead request = new(HeadLimits.Default);
        LeastAllocated.AssertNone(() =>
        {
            foreach (byte[] bytes in bad)
            {
                Demand(request.Read(bytes, out _), ReadStatus.Invalid);
                request.Clear();
            }
        });
    }

    [Fact]
    public void BuildingAllocatesNothing()
    {
        RequestHead request = new(HeadLimits.Default);
        LeastAllocated.AssertNone(() =>
        {
            request.Begin("GET"u8, "/p?q"u8, HttpVersion.Http2, "example.com"u8, "https"u8);
            request.Add("cookie"u8, "a=1"u8);
            request.Add("accept"u8, "*/*"u8);
            request.Add("cookie"u8, "b=2"u8);
            Demand(request.End(endOfStream: true), ReadStatus.Complete);
            request.Clear();
        });
    }

    /// <summary>
    /// 2 MiB fed byte by byte: a reader that began anew with each byte would look at 2,000,000,000,000 bytes, which takes minutes.
    /// </summary>
    [Theory]
    [InlineData("one long value", "X: ", "y")]
    [InlineData("one long name", "", "y")]
    [InlineData("many short fields", "", "x:y\r\n")]
    [InlineData("many nominations", "Connection: close\r\n", "a:b\r\n")]
    public void TheWorkGrowsWithTheLengthAlone(string name, string before, string repeated)
    {
        Assert.NotEmpty(name);
        const int Length = 2 * 1024 * 1024;
        StringBuilder text = new("GET / HTTP/1.1\r\nHost: a\r\n" + before);
        while (text.Length < Length)
        {
            text.Append(repeated);
        }

        byte[] bytes = Wire.Bytes(text.ToString());
        RequestHead head = new(new HeadLimits(2 * Length, 2 * Length, Length, 100));
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < bytes.Length; i++)
        {
            Demand(head.Read(bytes.AsSpan(i, 1), out _), ReadStatus.NeedMore);
        }

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
        Assert.Equal(bytes.Length, head.Bytes.Length);
        head.ReleaseBuffer();
    }

    [Fact]
    public void NominationsAreFewSoThatTheirWorkIsSmall()
    {
        string options = string.Join(',', Enumerable.Range(0, 32).Select(i => $"n{i}"));
        string fields = string.Concat(Enumerable.Range(0, 120).Select(i => $"n{i % 32}: v¶"));
        RequestHead head = new(HeadLimits.Default);
        Assert.Equal(ReadStatus.Complete, head.Read(Wire.Bytes($"GET / HTTP/1.1¶Host: a¶Connection: {options}¶{fields}¶"), out _));
        Assert.Equal(121, Enumerable.Range(0, head.Count).Count(head.IsHopByHop));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void NeverMoreIsHeldThanTheLimit(int piece)
    {
        RequestHead head = new(HeadLimits.Default);
        byte[] endless = new byte[piece];
        Array.Fill(endless, (byte)'x');
        head.Read("GET / HTTP/1.1\r\n"u8, out _);
        ReadStatus status = ReadStatus.NeedMore;
        for (int fed = 0; status == ReadStatus.NeedMore; fed += piece)
        {
            Assert.True(fed <= HeadLimits.Default.MaxBytes);
            status = head.Read(endless, out _);
        }

        Assert.Equal(HttpViolation.FieldLineTooLong, head.Violation);
        Assert.True(head.Bytes.Length <= HeadLimits.Default.MaxBytes);
    }

    [Fact]
    public void LimitsThatCannotHoldAHeadAreABug()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RequestHead(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RequestHead(HeadLimits.Default with { MaxFields = -1 }));
    }

    private static void Demand(ReadStatus actual, ReadStatus expected)
    {
        if (actual != expected)
        {
            Assert.Fail($"{actual}, expected {expected}");
        }
    }
}
