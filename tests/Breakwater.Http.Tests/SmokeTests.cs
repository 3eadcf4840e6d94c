using System.Text;

namespace Breakwater.Http.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void ReadsARequestInOnePieceAndByteByByte()
    {
        byte[] bytes = Encoding.Latin1.GetBytes("GET /a?b HTTP/1.1\r\nHost: x.org:81\r\nConnection: close, X-Y\r\nX-Y: 1\r\nAccept:  */* \r\n\r\nrest");
        RequestHead head = new(HeadLimits.Default);
        Assert.Equal(ReadStatus.Complete, head.Read(bytes, out int consumed));
        Assert.Equal(bytes.Length - 4, consumed);
        Check(head);
        head.ReleaseBuffer();
        for (int i = 0; i < bytes.Length - 5; i++)
        {
            Assert.Equal(ReadStatus.NeedMore, head.Read(bytes.AsSpan(i, 1), out _));
        }

        Assert.Equal(ReadStatus.Complete, head.Read(bytes.AsSpan(bytes.Length - 5), out consumed));
        Assert.Equal(1, consumed);
        Check(head);
    }

    private static void Check(RequestHead head)
    {
        Assert.True(head.Path.SequenceEqual("/a"u8));
        Assert.True(head.HostName.SequenceEqual("x.org"u8));
        Assert.Equal(81, head.Port);
        Assert.False(head.KeepAlive);
        Assert.True(head.IsHopByHop(2));
        Assert.True(head.TryGet(KnownField.Accept, out var accept) && accept.SequenceEqual("*/*"u8));
    }

    [Fact]
    public void ReadsChunks()
    {
        ChunkedReader reader = new();
        byte[] bytes = "5;a=b\r\nhello\r\n0\r\nx-t: 1\r\n\r\n!"u8.ToArray();
        Assert.Equal(ReadStatus.Complete, reader.Read(bytes, out int consumed, out int start, out int length));
        Assert.Equal(bytes.Length - 1, consumed);
        Assert.Equal("hello", Encoding.ASCII.GetString(bytes, start, length));
        Assert.Equal(1, reader.Trailers.Count);
        byte[] line = new byte[10];
        Assert.Equal("1a\r\n", Encoding.ASCII.GetString(line, 0, ChunkedWriter.WriteSize(line, 26)));
        Assert.Equal("f\r\n", Encoding.ASCII.GetString(line, 0, ChunkedWriter.WriteSize(line, 15)));
        Assert.Equal("7fffffff\r\n", Encoding.ASCII.GetString(line, 0, ChunkedWriter.WriteSize(line, int.MaxValue)));
    }

    [Fact]
    public void ReadsAResponse()
    {
        ResponseHead head = new(HeadLimits.Default);
        Assert.Equal(ReadStatus.Complete, head.Read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8, MethodKind.Get, out _));
        Assert.Equal(BodyFraming.Chunked, head.Framing);
        foreach (KnownField field in Enum.GetValues<KnownField>())
        {
            Assert.Equal(field, KnownFields.Find(KnownFields.Name(field)));
        }
    }
}
