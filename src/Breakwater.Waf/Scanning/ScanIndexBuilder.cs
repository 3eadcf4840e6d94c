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

    // Of these bytes ordinary values have many.
    private static readonly byte[] Common = [.. "0123456789 \t\n\r.,:;/-_=?&%+@!#~"u8];

    private readonly LiteralSetBuilder _literals = new();

    public ScanIndexBuilder(IReadOnlyList<Operator> operators)
    {
        Needs = [.. operators.Select(static o => o.Needs)];
        Signature = new ByteSignature([ScanIndex.Disguises.ToArray(), .. Needs.SelectMany(static n => n.OneOfEach)
            .GroupBy(static set => Convert.ToHexString(set)).OrderByDescending(static group => group.Count()).Select(static group => group.First())]);
        Signature.TryGetBits(ScanIndex.Disguises.ToArray(), out ulong disguises);
        DisguiseBits = disguises;
        (Kinds, RareKinds) = FindKinds();
        Exact = Mask(n => n.AreSufficient && n.OneOfEach.All(set => Signature.TryGetBits(set, out _)));
        NeedLiteral = Mask(static n => Literally(n));
        NeedLiteralPlain = [.. NeedLiteral];
        ImpossiblePlain = new ulong[NeedLiteral.Length];
        for (int i = 0; i < operators.Count; i++)
        {
            if (Literally(Needs[i])) Use(Needs[i], 2 * i);
            if (Needs[i].Frequency > NotRare && Needs[i].MinLength != int.MaxValue) LookAtPlain(operators[i], i);
        }

        Literals = _literals.Build();
    }

    public MatchNeeds[] Needs { get; }

    public ByteSignature Signature { get; }

    /// <summary>The kinds of bytes that <see cref="ScanIndex.Disguises"/> are.</summary>
    public ulong DisguiseBits { get; }

    /// <summary>Kinds of bytes, and the operators that need one of them; first those that are rare.</summary>
    public IReadOnlyList<(ulong Bits, ulong[] Operators)> Kinds { get; }

    public int RareKinds { get; }

    public ulong[] Exact { get; }

    public ulong[] NeedLiteral { get; }

    /// <summary>As <see cref="NeedLiteral"/>, in a value without disguises.</summary>
    public ulong[] NeedLiteralPlain { get; }

    /// <summary>The operators that match no value without disguises.</summary>
    public ulong[] ImpossiblePlain { get; }

    public LiteralSet Literals { get; }

    /// <summary>For each literal who needs it: twice the operator's number, plus one where only a value without disguises needs it.</summary>
    public List<List<int>> Users { get; } = [];

    public ulong[] Mask(Func<MatchNeeds, bool> which)
    {
        ulong[] mask = new ulong[(Needs.Length + 63) >> 6];
        for (int i = 0; i < Needs.Length; i++)
        {
            if (which(Needs[i])) mask[i >> 6] |= 1UL << i;
        }

        return mask;
    }

    private static bool Literally(MatchNeeds needs) => needs.Literals.Count > 0 && (needs.Frequency <= TooCommon || needs.AreSufficient);

    private (List<(ulong, ulong[])> Kinds, int Rare) FindKinds()
    {
        Dictionary<ulong, ulong[]> needing = [];
        for (int i = 0; i < Needs.Length; i++)
        {
            foreach (byte[] set in Needs[i].OneOfEach)
            {
                if (!Signature.TryGetBits(set, out ulong bits)) continue;
                if (!needing.TryGetValue(bits, out ulong[]? mask)) needing.Add(bits, mask = new ulong[(Needs.Length + 63) >> 6]);
                mask[i >> 6] |= 1UL << i;
            }
        }

        ulong common = 0;
        foreach (byte b in Common) common |= Signature.Of([b]);
        int rare = needing.Keys.Count(bits => (bits & common) == 0);
        return ([.. needing.OrderBy(k => (k.Key & common) != 0).Select(static k => (k.Key, k.Value))], rare);
    }

    private void LookAtPlain(Operator of, int number)
    {
        MatchNeeds plain = of.NeedsWithout(ScanIndex.Disguises);
        if (plain.MinLength == int.MaxValue)
        {
            ImpossiblePlain[number >> 6] |= 1UL << number;
        }
        else if (Literally(plain) && !Literally(Needs[number]))
        {
            NeedLiteralPlain[number >> 6] |= 1UL << number;
            Use(plain, (2 * number) + 1);
        }
    }

    private void Use(MatchNeeds needs, int user)
    {
        foreach (byte[] literal in needs.Literals)
        {
            int id = _literals.Add(literal, needs.IgnoreCase);
            if (id == Users.Count) Users.Add([]);
            if (Users[id].Count == 0 || Users[id][^1] != user) Users[id].Add(user);
        }
    }
}
