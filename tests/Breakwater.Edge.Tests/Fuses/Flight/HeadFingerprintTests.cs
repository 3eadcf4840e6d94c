using System.Text;
using Breakwater.Edge.Fuses.Flight;

namespace Breakwater.Edge.Tests.Fuses.Flight;

public sealed class HeadFingerprintTests
{
    private const ulong Key = 0x0123_4567_89AB_CDEF;

    [Fact]
    public void The_same_head_has_the_same_fingerprint_under_the_same_key_only()
    {
        byte[] head = Head(200);

        Assert.Equal(HeadFingerprint.Of(head, Key), HeadFingerprint.Of([.. head], Key));
        Assert.NotEqual(HeadFingerprint.Of(head, Key), HeadFingerprint.Of(head, Key + 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(751)]
    public void Every_bit_of_a_head_counts(int length)
    {
        byte[] head = Head(length);
        var seen = new HashSet<ulong> { HeadFingerprint.Of(head, Key) };
        for (int bit = 0; bit < length * 8; bit++)
        {
            head[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.True(seen.Add(HeadFingerprint.Of(head, Key)), $"bit {bit}");
            head[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void Heads_of_zeros_differ_by_their_length()
    {
        byte[] zeros = new byte[300];
        Assert.Equal(301, Enumerable.Range(0, 301).Select(length => HeadFingerprint.Of(zeros.AsSpan(0, length), Key)).Distinct().Count());
    }

    private static byte[] Head(int length) => [.. Enumerable.Repeat(Encoding.ASCII.GetBytes("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\n"), 40).SelectMany(part => part).Take(length)];
}
