using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Tests.Transformations;

/// <summary>What tells of a long value that a transformation leaves it as it is.</summary>
public sealed class BytePairsTests
{
    [Fact]
    public void A_pair_is_seen_wherever_it_stands()
    {
        for (int length = 17; length < 70; length++)
        {
            byte[] text = new byte[length];
            Array.Fill(text, (byte)'a');
            Assert.False(BytePairs.MayHave(text, (byte)'/', (byte)'/', (byte)'.', (byte)'('), $"{length}");
            for (int at = 0; at < length; at++)
            {
                text[at] = (byte)'/';
                Assert.False(BytePairs.MayHave(text, (byte)'/', (byte)'/', (byte)'.', (byte)'('), $"{at} of {length}");
                for (int i = 0; i < 3 && at + 1 < length; i++)
                {
                    text[at + 1] = "/.("u8[i];
                    Assert.True(BytePairs.MayHave(text, (byte)'/', (byte)'/', (byte)'.', (byte)'('), $"{at} of {length}");
                    text[at + 1] = (byte)'a';
                }

                text[at] = (byte)'a';
            }
        }
    }

    /// <summary>The look beforehand changes nothing: a transformation gives what it gives without.</summary>
    [Fact]
    public void Values_become_what_they_become_without_a_look_beforehand()
    {
        string[] pieces = ["a", "bc ", " ", "/", "//", "/.", "/./", "/../", "..", ".", "\\", "(", " (", " /", "\"", ",", "A", "\t", "\n", "prose and more "];
        Random random = new(9);
        int unchanged = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string[] some = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => pieces[random.Next(pieces.Length)])];
            byte[] text = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => some[random.Next(some.Length)])));
            unchanged += Check(TransformationKind.CmdLine, text, CmdLine.Apply) + Check(TransformationKind.CompressWhitespace, text, CompressWhitespace.Apply)
                + Check(TransformationKind.NormalizePath, text, NormalizePath.Apply) + Check(TransformationKind.NormalizePathWin, text, NormalizePathWin.Apply);
        }

        Assert.InRange(unchanged, 10_000, 50_000);
    }

    private static int Check(TransformationKind kind, byte[] text, Apply apply)
    {
        byte[] alone = new byte[text.Length], room = new byte[text.Length];
        int length = apply(text, alone);
        bool changed = Transformation.Apply(kind, text, room, out int written);
        Assert.Equal(alone[..length], changed ? room[..written] : text);
        return changed ? 0 : 1;
    }

    private delegate int Apply(ReadOnlySpan<byte> input, Span<byte> output);
}
