namespace Breakwater.Matching;

/// <summary>
/// Working memory of the automaton simulations, one per thread: they never call out, so no two use it at once. Grows to the largest
/// program that the thread ran and is then reused, so that matching allocates nothing.
/// </summary>
internal sealed class NfaScratch
{
    [ThreadStatic]
    private static NfaScratch? _current;

    private int[] _marks = [];
    private readonly int[] _wordStarts = new int[64];
    private ulong[] _words = [];
    private int _wordCount;
    private int _generation;

    /// <summary>Instructions at which threads wait, in order of priority, for the position at hand and for the next one.</summary>
    public int[] Threads { get; private set; } = [];

    public int[] NextThreads { get; private set; } = [];

    /// <summary>The slots of each waiting thread.</summary>
    public int[] Slots { get; private set; } = [];

    public int[] NextSlots { get; private set; } = [];

    /// <summary>Instructions still to follow; a negative entry restores a slot (its value lies above it).</summary>
    public int[] Stack { get; private set; } = [];

    /// <summary>Where each lookaround holds: one bit per position, from the start of the text.</summary>
    public ulong[] Oracle { get; set; } = [];

    public static NfaScratch Rent(RegexProgram program)
    {
        var scratch = _current ??= new NfaScratch();
        scratch.Fit(program.Instructions.Length);
        return scratch;
    }

    /// <summary>How many instructions were visited since the thread began: the work done, for those who bound it.</summary>
    public long Visits { get; private set; }

    /// <summary>Begins a new position: no instruction is marked as visited.</summary>
    public void Advance()
    {
        _wordCount = 0;
        if (++_generation == int.MaxValue)
        {
            Array.Clear(_marks);
            _generation = 1;
        }
    }

    /// <summary>Marks an instruction; false when it was marked already at this position.</summary>
    public bool Visit(int instruction)
    {
        ref int mark = ref _marks[instruction];
        if (mark == _generation)
            return false;
        mark = _generation;
        Visits++;
        return true;
    }

    /// <summary>
    /// As <see cref="Visit(int)"/>, apart for each beginning of a word; <see cref="WordReferences"/> sees to it that there are few.
    /// </summary>
    public bool Visit(int instruction, int wordStart)
    {
        int word = _wordStarts.AsSpan(0, _wordCount).IndexOf(wordStart);
        if (word < 0)
        {
            word = _wordCount++;
            _wordStarts[word] = wordStart;
        }
        if (Visit(instruction))
            _words[instruction] = 0;
        else if ((_words[instruction] >> word & 1) != 0)
            return false;
        _words[instruction] |= 1UL << word;
        return true;
    }

    public void Swap()
    {
        (Threads, NextThreads) = (NextThreads, Threads);
        (Slots, NextSlots) = (NextSlots, Slots);
    }

    public void FitSlots(int instructions, int slots)
    {
        // Grown by need while running: few programs have as many threads as instructions.
        int least = Math.Min(instructions, 64) * slots;
        if (Slots.Length < least)
            Slots = new int[least];
        if (NextSlots.Length < least)
            NextSlots = new int[least];
    }

    public void GrowNextSlots()
    {
        int[] grown = new int[NextSlots.Length * 2];
        NextSlots.CopyTo(grown, 0);
        NextSlots = grown;
    }

    public void GrowNextThreads()
    {
        int[] grown = new int[NextThreads.Length * 2];
        NextThreads.CopyTo(grown, 0);
        NextThreads = grown;
    }

    private void Fit(int instructions)
    {
        if (_marks.Length >= instructions)
            return;
        int size = Math.Max(256, instructions + instructions / 4);
        _marks = new int[size];
        _generation = 0;
        Threads = new int[size];
        NextThreads = new int[size];
        // An instruction leaves three entries at most, and is visited twice where a word's beginning sets its threads apart.
        Stack = new int[8 * size + 16];
        _words = new ulong[size];
    }
}
