using Breakwater.Matching;
using Breakwater.Waf.Operators;

namespace Breakwater.Waf.Scanning;

/// <summary>Works out the tables of a <see cref="ScanIndex"/>. Used by one thread, once.</summary>
internal sealed class ScanIndexBuilder
{
    /// <summary>Literals that occur more often than this, per byte of an ordinary value, are not looked for: the pattern itself is cheaper.</summary>
    private const double TooCommon = 1.0 / 64;

    /// <summary>An operator whose literals occur more often than this is looked at once more, for values without disguises.</summary>
    private const double NotRare = 1.0 / 1024;

    /// <summary>Of these bytes ordinary values have many.</summary>
    private static readonly byte[] Common = [.. "0123456789 \t\n\r.,:;/-_=?&%+@!#~"u8];

    private readonly LiteralSetBuilder _literals = new();
    private readonly ulong[] _needLiteral;

    public ScanIndexBuilder(IReadOnlyList<Operator> operators, ReadOnlySpan<ulong> wanted)
    {
        Operators = [.. operators];
        Needs = new MatchNeeds[Operators.Length];
        var plain = new MatchNeeds?[Needs.Length];
        for (int i = 0; i < Needs.Length; i++)
        {
            bool isWanted = (wanted[i >> 6] >> i & 1) != 0;
            Needs[i] = isWanted ? Operators[i].Needs : MatchNeeds.Nothing;
            if (isWanted && Needs[i].Frequency > NotRare && Needs[i].MinLength != int.MaxValue) plain[i] = Operators[i].NeedsWithout(ScanIndex.Disguises);
        }

        Signature = MakeSignature();
        _ = Signature.TryGetBits(ScanIndex.Disguises.ToArray(), out ulong disguises);
        DisguiseBits = disguises;
        (Kinds, RareKinds) = FindKinds();
        Leads = new sbyte[2 * Needs.Length];
        _needLiteral = Mask(static _ => false);
        for (int i = 0; i < Needs.Length; i++) Use(Needs[i], i, NeedLiteral, 2 * i);
        NeedLiteralPlain = [.. _needLiteral];
        Exact = Mask(n => n.AreSufficient && n.OneOfEach.All(set => Signature.TryGetBits(set, out _)));
        ulong[] withLiterals = Mask(static n => n.Literals.Count > 0);
        for (int i = 0; i < Exact.Length; i++) Exact[i] &= NeedLiteral[i] | ~withLiterals[i];
        ImpossiblePlain = Mask(static _ => false);
        for (int i = 0; i < Needs.Length; i++)
        {
            if (plain[i] is not { } needs) continue;
            if (needs.MinLength == int.MaxValue) ImpossiblePlain[i >> 6] |= 1UL << i;
            else if ((NeedLiteral[i >> 6] >> i & 1) == 0) Use(needs, i, NeedLiteralPlain, (2 * i) + 1);
        }

        Literals = _literals.Build();
    }

    public Operator[] Operators { get; }

    public MatchNeeds[] Needs { get; }

    public ByteSignature Signature { get; }

    /// <summary>The kinds of bytes that <see cref="ScanIndex.Disguises"/> are.</summary>
    public ulong DisguiseBits { get; }

    /// <summary>Kinds of bytes, and the operators that need one of them; first those that are rare.</summary>
    public IReadOnlyList<(ulong Bits, ulong[] Operators)> Kinds { get; }

    public int RareKinds { get; }

    public ulong[] Exact { get; }

    public ulong[] NeedLiteral => _needLiteral;

    /// <summary>As <see cref="NeedLiteral"/>, in a value without disguises.</summary>
    public ulong[] NeedLiteralPlain { get; }

    /// <summary>The operators that match no value without disguises.</summary>
    public ulong[] ImpossiblePlain { get; }

    public LiteralSet Literals { get; }

    /// <summary>For each literal who needs it: twice the operator's number, plus one where only a value without disguises needs it.</summary>
    public List<List<int>> Users { get; } = [];

    /// <summary>Kinds of bytes each of which is as good as a literal, to a user.</summary>
    public List<(ulong Bits, int User)> Singles { get; } = [];

    /// <summary>For each user, how far before its literal a match can begin; -1 where nothing short is known.</summary>
    public sbyte[] Leads { get; }

    public ulong[] Mask(Func<MatchNeeds, bool> which)
    {
        ulong[] mask = new ulong[(Needs.Length + 63) >> 6];
        for (int i = 0; i < Needs.Length; i++)
        {
            if (which(Needs[i])) mask[i >> 6] |= 1UL << i;
        }

        return mask;
    }

    /// <summary>Asks about the disguises, and what many operators need; and about single bytes, in case there is room.</summary>
    private ByteSignature MakeSignature() => new(
    [
        ScanIndex.Disguises.ToArray(),
        .. Needs.SelectMany(static n => n.OneOfEach).GroupBy(static set => Convert.ToHexString(set)).OrderByDescending(static g => g.Count()).Select(static g => g.First()),
        .. Enumerable.Range(0, 128).Select(static b => new[] { (byte)b }).OrderBy(static b => char.IsAsciiLetterOrDigit((char)b[0])),
    ]);

    private (List<(ulong, ulong[])> Kinds, int Rare) FindKinds()
    {
        Dictionary<ulong, ulong[]> needing = [];
        for (int i = 0; i < Needs.Length; i++)
        {
            foreach (byte[] set in Needs[i].OneOfEach)
            {
                if (!Signature.TryGetBits(set, out ulong bits)) continue;
                if (!needing.TryGetValue(bits, out ulong[]? mask)) needing.Add(bits, mask = Mask(static _ => false));
                mask[i >> 6] |= 1UL << i;
            }
        }

        ulong common = Signature.Of(Common);
        int rare = needing.Keys.Count(bits => (bits & common) == 0);
        return ([.. needing.OrderBy(k => (k.Key & common) != 0).Select(static k => (k.Key, k.Value))], rare);
    }

    /// <summary>Has the literals looked for that an operator needs, if that pays.</summary>
    private void Use(MatchNeeds needs, int number, ulong[] needLiteral, int user)
    {
        byte[] singles = [.. needs.Literals.Where(static l => l.Length == 1).Select(static l => l[0])];
        if (needs.IgnoreCase) singles = [.. singles.SelectMany(static b => new[] { (byte)char.ToLowerInvariant((char)b), (byte)char.ToUpperInvariant((char)b) }).Distinct()];
        ulong kinds = 0;
        if (singles.Length > 0 && !Signature.TryGetBits(singles, out kinds)) return;
        // Where single bytes are all there is, they have been asked about already.
        bool pays = needs.Frequency <= TooCommon && needs.Literals.Any(static l => l.Length > 1);
        if (needs.Literals.Count == 0 || (!pays && !needs.AreSufficient)) return;
        needLiteral[number >> 6] |= 1UL << number;
        Leads[user] = needs.MaxLead <= sbyte.MaxValue ? (sbyte)needs.MaxLead : (sbyte)-1;
        if (kinds != 0) Singles.Add((kinds, user));
        foreach (byte[] literal in needs.Literals)
        {
            if (literal.Length == 1) continue;
            int id = _literals.Add(literal, needs.IgnoreCase);
            if (id == Users.Count) Users.Add([]);
            if (Users[id].Count == 0 || Users[id][^1] != user) Users[id].Add(user);
        }
    }
}
