namespace Breakwater.Waf.Operators.Injection;

/// <summary>The types of a value's tokens after folding: up to five letters, such as <c>s&amp;1c</c> for <c>' or 1--</c>. A plain value.</summary>
internal readonly struct SqlFingerprint
{
    public const int MaxLength = 5;

    /// <summary>The first letter is the lowest byte; unused bytes are 0.</summary>
    private readonly ulong _letters;

    private SqlFingerprint(ulong letters) => _letters = letters;

    /// <summary>Of a value with a token that no honest value holds: whatever stands around it.</summary>
    public static SqlFingerprint Evil => new((ulong)SqlTokenType.Evil);

    public int Length => 8 - (System.Numerics.BitOperations.LeadingZeroCount(_letters) / 8);

    /// <summary>The letters, small ones as capitals: the table of fingerprints does not tell them apart.</summary>
    public ulong Key => _letters & ~((_letters & 0x40_4040_4040) >> 1);

    public static SqlFingerprint Parse(ReadOnlySpan<char> letters)
    {
        ulong packed = 0;
        for (int i = letters.Length - 1; i >= 0; i--) packed = (packed << 8) | letters[i];
        return new SqlFingerprint(packed);
    }

    public static SqlFingerprint Of(ReadOnlySpan<SqlToken> tokens)
    {
        ulong letters = 0;
        for (int i = tokens.Length - 1; i >= 0; i--)
        {
            if (tokens[i].Type == SqlTokenType.Evil) return Evil;
            letters = (letters << 8) | (byte)tokens[i].Type;
        }

        return new SqlFingerprint(letters);
    }

    public bool Is(ReadOnlySpan<char> letters) => Parse(letters)._letters == _letters;

    /// <summary>Gives the number of letters written; the room is <see cref="MaxLength"/> or more.</summary>
    public int Write(Span<byte> to)
    {
        int length = Length;
        for (int i = 0; i < length; i++) to[i] = (byte)(_letters >> (8 * i));
        return length;
    }
}
