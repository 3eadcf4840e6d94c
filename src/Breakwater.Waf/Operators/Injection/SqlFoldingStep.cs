namespace Breakwater.Waf.Operators.Injection;

/// <summary>What a token did to those held before it and to itself. A plain value.</summary>
internal readonly struct SqlFoldingStep
{
    // From the lowest bit: the next state's number, 16; tokens kept, 8; tokens held, 3; the token looked at, 3; tokens wanted, 2. One is wanted or
    // held at least, or none is known.
    private readonly uint _packed;

    /// <param name="kept">A bit for each token that is left; 0 where these are the first ones.</param>
    /// <param name="held">How many are left.</param>
    /// <param name="at">The first of those that the rules look at.</param>
    /// <param name="wanted">How many they need to see there.</param>
    public SqlFoldingStep(int kept, int held, int at, int wanted) => _packed = (uint)((kept << 16) | (held << 24) | (at << 27) | (wanted << 30));

    private SqlFoldingStep(uint packed) => _packed = packed;

    public bool IsKnown => _packed != 0;

    public int Next => (ushort)_packed;

    public int Kept => (byte)(_packed >> 16);

    public int Held => (int)(_packed >> 24) & 7;

    public int At => (int)(_packed >> 27) & 7;

    public int Wanted => (int)(_packed >> 30);

    /// <summary>The same, leading to a state.</summary>
    public SqlFoldingStep To(int next) => new(_packed | (uint)next);
}
