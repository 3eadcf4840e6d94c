namespace Breakwater.Matching;

/// <summary>
/// Working memory of the automaton simulations, one per thread: they never call out, so no two use it at once. Grows to the largest
/// program that the thread ran and is then reused, so that matching allocates nothing.
/// </summary>
internal sealed class NfaScratch
{
    [ThreadStatic]
    private static NfaScratch? s_current;

    private int[] _marks = [];
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
        var scratch = s_current ??= new NfaScratch();
        scratch.Fit(program.Instructions.Length);
        return scratch;
    }

    /// <summary>How many instructions were visited since the thread began: the work done, for those who bound it.</summary>
    public long Visits { get; private set; }

    /// <summary>Begins a new position: no instruction is marked as visited.</summary>
    public void Advance()
    {
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

    private void Fit(int instructions)
    {
        if (_marks.Length >= instructions)
            return;
        int size = Math.Max(256, instructions + instructions / 4);
        _marks = new int[size];
        _generation = 0;
        Threads = new int[size];
        NextThreads = new int[size];
        Stack = new int[4 * size + 16];
    }
}
