namespace Breakwater.Matching;

/// <summary>
/// A rough guess at how often each byte occurs in requests: URLs, headers, forms, JSON, prose and code. Only speed depends on it: a
/// search looks for the rarest part of a literal first.
/// </summary>
internal static class ByteRarity
{
    private static readonly byte[] Commonness = Build();

    // The most common byte is every eighth; each next one of the list comes a tenth less often.
    private static readonly double[] Frequencies = [.. Commonness.Select(static common => 0.125 * Math.Exp((common - 255) / 28.0))];

    /// <summary>0 for bytes that hardly ever occur, up to 255 for the most common.</summary>
    public static int Of(byte value) => Commonness[value];

    /// <summary>The sum over a part of a literal, letters counted in lower case.</summary>
    public static int Of(ReadOnlySpan<byte> part)
    {
        int sum = 0;
        foreach (byte value in part)
        {
            sum += Commonness[AsciiFold.Lower(value)];
        }

        return sum;
    }

    /// <summary>How often a literal stands at a place of such texts, very roughly, as if each byte came without regard to the others.</summary>
    public static double Frequency(ReadOnlySpan<byte> literal)
    {
        double frequency = 1;
        foreach (byte value in literal)
        {
            frequency *= Frequencies[value];
        }

        return frequency;
    }

    /// <summary>Where in the literal the part of a length, or the whole if it is shorter, is rarest.</summary>
    public static int RarestWindow(ReadOnlySpan<byte> literal, int length)
    {
        int best = 0, bestSum = int.MaxValue;
        for (int i = 0; i <= literal.Length - length; i++)
        {
            int sum = Of(literal.Slice(i, length));
            if (sum < bestSum)
            {
                (best, bestSum) = (i, sum);
            }
        }

        return best;
    }

    private static byte[] Build()
    {
        ReadOnlySpan<byte> falling =
            " etaoinsrlcdhmupgfb0/12.-=y;wv,3458697k&:x_%\"+(){}jqz[]<>*'?#@!$|\\\n\r\t~^`"u8;
        byte[] commonness = new byte[256];
        for (int value = 0; value < 256; value++)
        {
            commonness[value] = value switch
            {
                >= 0x80 => 30,
                0 => 20,
                < 0x20 or 0x7F => 4,
                _ => 40,
            };
        }

        for (int i = 0; i < falling.Length; i++)
        {
            commonness[falling[i]] = (byte)(255 - (i * 2.8));
        }

        for (int letter = 'A'; letter <= 'Z'; letter++)
        {
            commonness[letter] = (byte)(commonness[letter | 0x20] / 2);
        }

        return commonness;
    }
}
