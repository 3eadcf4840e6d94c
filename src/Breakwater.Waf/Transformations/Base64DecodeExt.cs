namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>base64DecodeExt</c>: Base64 as the most forgiving decoders read it. What is no character of the alphabet is skipped, padding too,
/// wherever it stands; only a single character before a lone <c>=</c> spoils the whole.
/// </summary>
internal static class Base64DecodeExt
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        ReadOnlySpan<byte> values = Base64Decode.Values;
        int written = 0, taken = 0;
        uint bits = 0;
        for (int i = 0; i < input.Length; i++)
        {
            if (input[i] == '=')
            {
                if (taken % 4 == 1 && (i + 1 == input.Length || input[i + 1] != '=')) return 0;
                continue;
            }

            byte value = values[input[i]];
            if (value >= 64) continue;
            bits = (bits << 6) | value;
            // After one character of a group there is no whole byte yet; after each further one there is one more.
            if (taken++ % 4 > 0) output[written++] = (byte)(bits >> (6 - (((taken - 1) % 4) * 2)));
        }

        return written;
    }
}
