using System.Collections.Immutable;
using System.Text;
using Breakwater.Matching;
using Breakwater.Waf.Operators;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>
/// Compiled rules: what all zones that use the same rules share. A zone adds a <see cref="WafOverlay"/>, a request a
/// <see cref="WafTransaction"/>. Immutable and thread-safe.
/// </summary>
public sealed class WafProgram
{
    private const ulong TxSeed = 0x5EC1A96;

    // Zones differ in little more than the paranoia level. What goes beyond that shares the plan for all rules.
    private const int MostPlans = 8;

    private readonly Operator[] _requestOperators;
    private readonly Operator[] _responseOperators;
    private readonly List<ScanPlan> _plans = [];
    private readonly int[] _txBuckets;
    private readonly byte[][] _txNames;

    internal WafProgram(SecConfiguration configuration, CompiledRules rules, ProgramNames names)
    {
        Configuration = configuration;
        Rules = rules.Rules;
        Phases = rules.Phases;
        Feeds = rules.Feeds;
        ChainCount = rules.ChainCount;
        _requestOperators = rules.RequestOperators;
        _responseOperators = rules.ResponseOperators;
        KeepsFileContent = rules.KeepsFileContent;
        TxNames = names.PoolTxNames();
        _txNames = [.. names.TxNames.Select(Encoding.UTF8.GetBytes)];
        One = names.Pool.Add("1");
        Zero = names.Pool.Add("0");
        VariableNames = [.. Enum.GetValues<SecVariable>().Select(v => names.Pool.Add(SecVariables.NameOf(v)))];
        XmlTextName = names.Pool.Add("/*");
        XmlAttributesName = names.Pool.Add("//@*");
        WebAppId = names.Pool.Add(configuration.WebAppId);
        Literals = names.Pool.ToArray();
        _txBuckets = Buckets(_txNames);
        TxSlotsOf = [.. rules.Pieces.Select(MatchingSlots)];
    }

    /// <summary>What directives other than rules said.</summary>
    public SecConfiguration Configuration { get; }

    /// <summary>All rules, in the order they are written.</summary>
    public ImmutableArray<WafRule> Rules { get; }

    /// <summary>Compiles rules. Without an error there is a program; with one, the findings say what to mend.</summary>
    public static WafCompilation Compile(SecRuleset ruleset)
    {
        ArgumentNullException.ThrowIfNull(ruleset);
        return new ProgramCompiler(ruleset).Compile();
    }

    /// <summary>The rules of each phase, 1 to 5, in order; 0 is empty.</summary>
    internal WafRule[][] Phases { get; }

    internal Feed[] Feeds { get; }

    internal int ChainCount { get; }

    /// <summary>Words that the bits of an index take.</summary>
    internal int WordsOf(bool isResponse) => (OperatorsOf(isResponse).Length + 63) >> 6;

    /// <summary>The operators that a bit stands for.</summary>
    internal Operator[] OperatorsOf(bool isResponse) => isResponse ? _responseOperators : _requestOperators;

    /// <summary>What to search values for where only some rules run.</summary>
    internal ScanPlan PlanFor(ulong[] rules)
    {
        lock (_plans)
        {
            ScanPlan? plan = _plans.Find(known => known.IsFor(rules));
            if (plan is null && _plans.Count >= MostPlans)
            {
                rules = ScanPlan.RulesThatMayRun(this, []);
                plan = _plans.Find(known => known.IsFor(rules));
            }

            if (plan is null) _plans.Add(plan = ScanPlan.Create(this, rules));
            return plan;
        }
    }

    internal bool KeepsFileContent { get; }

    /// <summary>The bytes of all fixed texts.</summary>
    internal byte[] Literals { get; }

    internal Bodies.ByteSlice[] TxNames { get; }

    /// <summary>For each target that means some or all members of TX, the slots that it means.</summary>
    internal int[][] TxSlotsOf { get; }

    internal Bodies.ByteSlice[] VariableNames { get; }

    internal Bodies.ByteSlice One { get; }

    internal Bodies.ByteSlice Zero { get; }

    internal Bodies.ByteSlice WebAppId { get; }

    internal Bodies.ByteSlice XmlTextName { get; }

    internal Bodies.ByteSlice XmlAttributesName { get; }

    /// <summary>The slot of a name of TX; -1 where no rule writes it.</summary>
    internal int FindTx(ReadOnlySpan<byte> name)
    {
        int mask = _txBuckets.Length - 1;
        for (int at = (int)KeyedHash.Compute(name, TxSeed, ignoreCase: true) & mask; _txBuckets[at] != 0; at = (at + 1) & mask)
        {
            if (NameText.AreEqual(_txNames[_txBuckets[at] - 1], name)) return _txBuckets[at] - 1;
        }

        return -1;
    }

    private int[] MatchingSlots(TargetPiece piece) =>
        piece.Variable != SecVariable.Tx ? [] : [.. Enumerable.Range(0, _txNames.Length).Where(slot => piece.Includes(_txNames[slot]))];

    private static int[] Buckets(byte[][] names)
    {
        int[] buckets = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 4 * names.Length))];
        for (int slot = 0; slot < names.Length; slot++)
        {
            int at = (int)KeyedHash.Compute(names[slot], TxSeed, ignoreCase: true) & (buckets.Length - 1);
            while (buckets[at] != 0) at = (at + 1) & (buckets.Length - 1);
            buckets[at] = slot + 1;
        }

        return buckets;
    }
}

/// <summary>What became of compiling rules. Immutable.</summary>
/// <param name="Program">The program; null when there was an error.</param>
/// <param name="Diagnostics">Everything found.</param>
public sealed record WafCompilation(WafProgram? Program, ImmutableArray<SecDiagnostic> Diagnostics);
