using System.Text;
using Breakwater.Http.Tests.Heads;
using CsCheck;

namespace Breakwater.Http.Tests.Bodies;

public sealed class ChunkedReaderTests
{
    private const int Rounds = 20_000;

    private static readonly Gen<string> Chunks = Gen.Select(
        Gen.Char['\0', '\u00ff'].Array[1, 20],
        Gen.Frequency((8, Gen.OneOf("x", "X", "02x")), (1, Gen.OneOf("x4", "x17", "d"))),
        Gen.Frequency((6, Gen.Const("")), (4, Gen.OneOf(";a", ";a=b", ";a=\"b\\\"\";c", ";q=\"\u0080\t\"")), (1, Gen.OneOf(" ", ";", ";a=", "; a", ";a=\"", ";a=b\"c\""))),
        Gen.Frequency((20, Gen.Const("\r\n")), (1, Gen.OneOf("\n", "\r", "", "\r\r\n"))),
        (data, format, extension, end) =>
            (format == "d" ? data.Length.ToString("d2", null) : format == "x17" ? data.Length.ToString("x17", null) : data.Length.ToString(format, null))
            + extension + "\r\n" + new string(data) + end);

    private static readonly Gen<string> Bodies = Gen.Select(
        Chunks.Array[0, 4],
        Gen.Frequency((8, Gen.Const("0\r\n")), (2, Gen.OneOf("000\r\n", "0;a=b\r\n", "0\n", "\r\n"))),
        Gen.Frequency((6, Gen.Const("")), (3, Gen.OneOf("X: y\r\n", "X:y\r\nz: \r\n")), (1, Gen.OneOf("Host: a\r\n", "x\r\n", "content-length:5\r\n", " x: y\r\n"))),
        (chunks, last, trailers) => string.Concat(chunks) + last + trailers + "\r\nbehind");

    public static TheoryData<string> AcceptedNames => [.. ChunkedRows.Accepted.Select(row => row.Name)];

    public static TheoryData<string> RefusedNames => [.. ChunkedRows.Refused.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(AcceptedNames))]
    public void Accepts(string name)
    {
        (_, string raw, string data, string trailers) = ChunkedRows.Accepted.Single(row => row.Name == name);
        byte[] bytes = Wire.Bytes(raw + "behind");
        ChunkedReader reader = new();

        string outcome = Read(reader, bytes, [bytes.Length]);

        Assert.Equal($"complete at {bytes.Length - "behind".Length}: {data}|{trailers}", outcome);
        Assert.Equal(data.Length, reader.Length);
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void Refuses(string name)
    {
        (_, string raw, HttpViolation expected) = ChunkedRows.Refused.Single(row => row.Name == name);
        byte[] bytes = Wire.Bytes(raw);
        ChunkedReader reader = new();

        Assert.Equal($"invalid: {expected}", Read(reader, bytes, [bytes.Length]));

        Assert.Equal(ReadStatus.Invalid, reader.Read("0\r\n\r\n"u8, out _, out _, out _));
        reader.Reset();
        Assert.Equal(ReadStatus.Complete, reader.Read("0\r\n\r\n"u8, out _, out _, out _));
    }

    [Fact]
    public void NamesAreUnique()
    {
        string[] names = [.. ChunkedRows.Accepted.Select(row => row.Name), .. ChunkedRows.Refused.Select(row => row.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void EveryRowMeansTheSameHoweverItIsSplit()
    {
        ChunkedReader reader = new();
        foreach (string raw in ChunkedRows.Accepted.Select(row => row.Raw).Concat(ChunkedRows.Refused.Select(row => row.Raw)))
        {
            AssertSame(reader, Wire.Bytes(raw + "behind"));
        }
    }

    [Fact]
    public void ABodyHoldsWhatTheGrammarSays()
    {
        ChunkedReader reader = new();
        int accepted = 0;
        Forall.Check(MutatedText.Of(Bodies, "\r\n 0159afAFgx;=\"\\\t\0:"), Rounds, text => Wire.Show(Wire.Raw(text)), text =>
        {
            byte[] bytes = Wire.Raw(text);
            string outcome = Read(reader, bytes, [bytes.Length]);
            if (ReferenceChunks.Read(text) is var (data, trailers, length))
            {
                accepted++;
                string raw = string.Concat(Enumerable.Range(0, reader.Trailers.Count).Select(i => Wire.Text(reader.Trailers.Line(i))));
                Assert.Equal($"complete at {length}: {data}|{Views.Describe(reader.Trailers).TrimStart()}", outcome);
                Assert.Equal(trailers, raw + "\r\n");
            }
            else
            {
                Assert.DoesNotContain("complete", outcome, StringComparison.Ordinal);
            }

            AssertSame(reader, bytes);
        });
        Assert.InRange(accepted, Rounds / 10, Rounds * 9 / 10);
    }

    [Fact]
    public void WhatIsWrittenCanBeRead()
    {
        byte[] memory = new byte[ChunkedWriter.MaxSizeLine];
        ChunkedReader reader = new();
        foreach (int length in (int[])[1, 9, 10, 15, 16, 255, 256, 4095, 4096, 65535, 65536, 1 << 20, (1 << 24) - 1])
        {
            byte[] body = new byte[length];
            int size = ChunkedWriter.WriteSize(memory, length);
            Assert.Equal(length.ToString("x", null) + "\r\n", Wire.Text(memory.AsSpan(0, size)));
            byte[] all = [.. memory.AsSpan(0, size), .. body, .. ChunkedWriter.ChunkEnd, .. ChunkedWriter.BodyEnd];
            Assert.Equal(ReadStatus.Complete, reader.Read(all, out int consumed, out int start, out int found));
            Assert.Equal((all.Length, size, length), (consumed, start, found));
            reader.Reset();
        }

        Assert.Equal("7fffffff\r\n", Wire.Text(memory.AsSpan(0, ChunkedWriter.WriteSize(memory, int.MaxValue))));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkedWriter.WriteSize(memory, 0));
    }

    [Fact]
    public void OnePieceOfDataComesWithEachCall()
    {
        ChunkedReader reader = new();
        byte[] bytes = Wire.Bytes("3¶abc¶2¶de¶0¶¶");
        Assert.Equal(ReadStatus.NeedMore, reader.Read(bytes, out int consumed, out int start, out int length));
        Assert.Equal("abc", Wire.Text(bytes.AsSpan(start, length)));
        Assert.Equal("3¶abc¶2¶".Replace("¶", "\r\n", StringComparison.Ordinal).Length, consumed);
        Assert.Equal(ReadStatus.Complete, reader.Read(bytes.AsSpan(consumed), out int rest, out start, out length));
        Assert.Equal("de", Wire.Text(bytes.AsSpan(consumed + start, length)));
        Assert.Equal(bytes.Length, consumed + rest);
        Assert.Equal(ReadStatus.Complete, reader.Read("more"u8, out consumed, out _, out length));
        Assert.Equal((0, 0), (consumed, length));
    }

    [Fact]
    public void ReadingAllocatesNothing()
    {
        ChunkedReader reader = new();
        byte[] bytes = Wire.Bytes("3;a=b¶abc¶2¶de¶0¶X: y¶¶");
        LeastAllocated.AssertNone(() =>
        {
            int at = 0;
            while (reader.Read(bytes.AsSpan(at), out int consumed, out _, out _) == ReadStatus.NeedMore)
            {
                at += consumed;
            }

            reader.Reset();
        });
    }

    private static void AssertSame(ChunkedReader reader, byte[] bytes)
    {
        string whole = Read(reader, bytes, [bytes.Length]);
        Assert.Equal(whole, Read(reader, bytes, Enumerable.Range(1, bytes.Length)));
        for (int split = 1; split < bytes.Length; split += bytes.Length < 200 ? 5 : 211)
        {
            Assert.Equal(whole, Read(reader, bytes, [split, bytes.Length]));
        }
    }

    private static string Read(ChunkedReader reader, byte[] bytes, IEnumerable<int> ends)
    {
        reader.Reset();
        StringBuilder data = new();
        int at = 0;
        foreach (int end in ends)
        {
            while (at < end)
            {
                ReadStatus status = reader.Read(bytes.AsSpan(at, end - at), out int consumed, out int start, out int length);
                Assert.True(consumed > 0 || status != ReadStatus.NeedMore);
                data.Append(Wire.Text(bytes.AsSpan(at + start, length)));
                at += consumed;
                if (status != ReadStatus.NeedMore)
                {
                    return status == ReadStatus.Invalid
                        ? $"invalid: {reader.Violation}"
                        : $"complete at {at}: {data}|{Views.Describe(reader.Trailers).TrimStart()}";
                }
            }
        }

        return $"more: {data}";
    }
}
