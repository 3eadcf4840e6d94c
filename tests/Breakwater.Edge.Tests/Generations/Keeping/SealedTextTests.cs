using System.Text;
using Breakwater.Edge.Generations.Keeping;

namespace Breakwater.Edge.Tests.Generations.Keeping;

/// <summary>What is damaged is recognised.</summary>
public sealed class SealedTextTests
{
    private static readonly byte[] Sealed = SealedText.Seal("road", "{\"a\": 1}\n"u8.ToArray());

    [Fact]
    public void WhatWasSealedOpens()
    {
        Assert.True(SealedText.TryOpen("road", Sealed, out ReadOnlySpan<byte> text));
        Assert.Equal("{\"a\": 1}\n", Encoding.ASCII.GetString(text));
        Assert.True(SealedText.TryOpen("road", SealedText.Seal("road", []), out text));
        Assert.Equal(0, text.Length);
    }

    [Fact]
    public void NoTruncationAndNoChangedBitOpens()
    {
        for (int length = 0; length < Sealed.Length; length++)
        {
            Assert.False(SealedText.TryOpen("road", Sealed.AsSpan(0, length), out _), $"{length} bytes of it");
        }

        for (int bit = 0; bit < Sealed.Length * 8; bit++)
        {
            byte[] changed = [.. Sealed];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SealedText.TryOpen("road", changed, out _), $"bit {bit}");
        }

        Assert.False(SealedText.TryOpen("road", [.. Sealed, 0], out _));
        Assert.False(SealedText.TryOpen("generation", Sealed, out _));
    }
}
