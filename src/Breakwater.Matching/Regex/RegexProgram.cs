namespace Breakwater.Matching;

/// <summary>What an <see cref="Instruction"/> does.</summary>
internal enum Op : byte
{
    /// <summary>Consume a byte of set Arg, go on at Out.</summary>
    Set,

    /// <summary>Go on at Out and, with less priority, at Arg.</summary>
    Split,

    /// <summary>Note the position in slot Arg, go on at Out.</summary>
    Save,

    /// <summary>Go on at Out where look Arg holds.</summary>
    Look,

    /// <summary>Go on at Out where lookaround Arg holds.</summary>
    Lookaround,

    /// <summary>Go on at Out where the word that begins here is, or is not, that of a group; see <see cref="RegexProgram.WordReference"/>.</summary>
    SameWord,

    /// <summary>Pattern Arg matches.</summary>
    Match,
}

/// <summary>One step of a <see cref="RegexProgram"/>.</summary>
internal readonly record struct Instruction(Op Op, int Out, int Arg);

/// <summary>A lookaround: <see cref="Program"/> reads backwards for a lookahead, so that one sweep marks all positions where it holds.</summary>
internal sealed record Lookaround(RegexProgram Program, bool Ahead, bool Negative);

/// <summary>
/// A nondeterministic automaton over byte classes, in the instructions of Thompson and Pike. Immutable.
/// Bytes that no set and no look tells apart share a class; class <see cref="ClassCount"/> stands for the end of the text.
/// </summary>
internal sealed class RegexProgram
{
    public const int InstructionBytes = 12;

    public RegexProgram(
        Instruction[] instructions, int entry, int start, bool reversed, ByteSet[] sets, Look[] looks, Lookaround[] lookarounds)
    {
        (Instructions, Entry, Start, Reversed, Sets) = (instructions, entry, start, reversed, sets);
        (Looks, Lookarounds) = (looks, lookarounds);
        int word = Array.FindIndex(instructions, instruction => instruction.Op == Op.SameWord);
        WordGroup = word < 0 ? -1 : instructions[word].Arg >> 2;
        var (near, far) = (new List<ByteSet>(), new List<ByteSet>());
        foreach (var look in looks)
            look.AddSets(reversed ? far : near, reversed ? near : far);
        (ContextOf, ContextBytes) = Partition(near);
        (ClassOf, ClassBytes) = Partition([.. sets, .. near, .. far]);
        Accepts = new ulong[sets.Length * 4];
        for (int set = 0; set < sets.Length; set++)
        {
            for (int i = 0; i < ClassBytes.Length; i++)
            {
                if (sets[set].Contains(ClassBytes[i]))
                    Accepts[set * 4 + (i >> 6)] |= 1UL << (i & 63);
            }
        }
    }

    public Instruction[] Instructions { get; }

    /// <summary>Where a match begins.</summary>
    public int Entry { get; }

    /// <summary>Where a search begins: as <see cref="Entry"/>, or the loop that tries it at each position, as a last resort going on.</summary>
    public int Start { get; }

    /// <summary>Whether a match may begin anywhere.</summary>
    public bool Unanchored => Start != Entry;

    /// <summary>Whether this reads a text from its end to its start.</summary>
    public bool Reversed { get; }

    public ByteSet[] Sets { get; }

    public Look[] Looks { get; }

    /// <summary>All lookarounds of the pattern, inner ones before those that use them.</summary>
    public Lookaround[] Lookarounds { get; }

    /// <summary>The class of each byte.</summary>
    public byte[] ClassOf { get; }

    /// <summary>The group whose word is referred to, or -1.</summary>
    public int WordGroup { get; }

    /// <summary>Whether a deterministic automaton can only rule matches out, because it takes some conditions to hold.</summary>
    public bool IsApproximate => Lookarounds.Length > 0 || WordGroup >= 0;

    /// <summary>The argument of <see cref="Op.SameWord"/>.</summary>
    public static int WordReference(int group, bool ignoreCase, bool negative) => group << 2 | (ignoreCase ? 2 : 0) | (negative ? 1 : 0);


    /// <summary>A byte of each class.</summary>
    public byte[] ClassBytes { get; }

    public int ClassCount => ClassBytes.Length;

    /// <summary>For each byte, its class as the byte just read: what looks can still tell of it.</summary>
    public byte[] ContextOf { get; }

    /// <summary>A byte of each context.</summary>
    public byte[] ContextBytes { get; }

    /// <summary>Per set, a bitmap of the classes in it, four words each.</summary>
    public ulong[] Accepts { get; }

    public bool Accept(int set, int byteClass) => (Accepts[set * 4 + (byteClass >> 6)] >> (byteClass & 63) & 1) != 0;

    /// <summary>Whether a look holds where <paramref name="read"/> was read last and <paramref name="next"/> comes next (-1: none).</summary>
    public bool LookHolds(int look, int read, int next) => Reversed ? Looks[look].Holds(next, read) : Looks[look].Holds(read, next);

    /// <summary>Numbers the bytes so that two share a number exactly if no set tells them apart.</summary>
    private static (byte[] Of, byte[] Representatives) Partition(List<ByteSet> sets)
    {
        var distinct = new HashSet<ByteSet>(sets);
        var of = new int[256];
        int count = 1;
        // The new number of those of an old number that are in the set, and of those that are not; -1 while there are none.
        Span<int> split = stackalloc int[512];
        foreach (var set in distinct)
        {
            split.Fill(-1);
            count = 0;
            for (int value = 0; value < 256; value++)
            {
                ref int number = ref split[2 * of[value] + (set.Contains(value) ? 1 : 0)];
                if (number < 0)
                    number = count++;
                of[value] = number;
            }
            if (count == 256)
                break;
        }
        var representatives = new byte[count];
        var result = new byte[256];
        for (int value = 255; value >= 0; value--)
        {
            result[value] = (byte)of[value];
            representatives[of[value]] = (byte)value;
        }
        return (result, representatives);
    }
}
