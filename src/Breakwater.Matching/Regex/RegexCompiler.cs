namespace Breakwater.Matching;

/// <summary>Turns parsed patterns into a <see cref="RegexProgram"/>, back to front: each piece is written knowing what follows it.</summary>
internal sealed class RegexCompiler
{
    private readonly List<Instruction> _code = [];
    private readonly Dictionary<ByteSet, int> _sets = [];
    private readonly Dictionary<Look, int> _looks = [];
    private readonly Dictionary<LookaroundNode, int> _lookaroundOf;
    private readonly List<Lookaround> _lookarounds;
    private readonly bool _reversed;
    private readonly bool _captures;

    private RegexCompiler(bool reversed, bool captures, List<Lookaround> lookarounds, Dictionary<LookaroundNode, int> lookaroundOf) =>
        (_reversed, _captures, _lookarounds, _lookaroundOf) = (reversed, captures, lookarounds, lookaroundOf);

    /// <summary>
    /// A program for one or several patterns; which of them matched is the argument of the match instruction. A reversed one reads texts
    /// backwards and only from where it is set, other ones search. Groups are noted only with <paramref name="captures"/>.
    /// </summary>
    public static RegexProgram Compile(IReadOnlyList<RegexNode> roots, bool reversed, bool captures) =>
        new RegexCompiler(reversed, captures, [], []).Build(roots, anywhere: !reversed && !roots.All(IsAnchored));

    /// <summary>Whether a node matches at the start of the text only.</summary>
    private static bool IsAnchored(RegexNode node) => node switch
    {
        LookNode look => look.Look.Kind == LookKind.StartText,
        CaptureNode capture => IsAnchored(capture.Item),
        ConcatNode concat => IsAnchored(concat.Items[0]),
        AlternateNode alternate => alternate.Items.All(IsAnchored),
        _ => false,
    };

    private RegexProgram Build(IReadOnlyList<RegexNode> roots, bool anywhere)
    {
        int entry = -1;
        for (int id = roots.Count - 1; id >= 0; id--)
        {
            int pattern = Emit(roots[id], Add(Op.Match, 0, id));
            entry = entry < 0 ? pattern : Add(Op.Split, pattern, entry);
        }
        int start = entry;
        if (anywhere)
        {
            int skip = Add(Op.Set, 0, Number(_sets, ByteSet.All));
            start = Add(Op.Split, entry, skip);
            _code[skip] = _code[skip] with { Out = start };
        }
        return new RegexProgram([.. _code], entry, start, _reversed, InOrder(_sets), InOrder(_looks), [.. _lookarounds]);
    }

    private static T[] InOrder<T>(Dictionary<T, int> numbers)
        where T : notnull
    {
        var items = new T[numbers.Count];
        foreach (var (item, number) in numbers)
            items[number] = item;
        return items;
    }

    private int Add(Op op, int next, int argument)
    {
        _code.Add(new Instruction(op, next, argument));
        return _code.Count - 1;
    }

    private static int Number<T>(Dictionary<T, int> numbers, T key)
        where T : notnull
    {
        if (!numbers.TryGetValue(key, out int number))
            numbers.Add(key, number = numbers.Count);
        return number;
    }

    /// <summary>Writes a node that is followed by instruction <paramref name="next"/>; returns where it begins.</summary>
    private int Emit(RegexNode node, int next)
    {
        switch (node)
        {
            case SetNode set:
                return Add(Op.Set, next, Number(_sets, set.Set));
            case LookNode look:
                return Add(Op.Look, next, Number(_looks, look.Look));
            case LookaroundNode lookaround:
                return Add(Op.Lookaround, next, Number(lookaround));
            case WordReferenceNode word:
                return Add(Op.SameWord, next, RegexProgram.WordReference(word.Group, word.IgnoreCase, word.Negative));
            case CaptureNode capture when !_captures:
                return Emit(capture.Item, next);
            case CaptureNode capture:
                return Add(Op.Save, Emit(capture.Item, Add(Op.Save, next, 2 * capture.Index + 1)), 2 * capture.Index);
            case ConcatNode concat:
                for (int i = 0; i < concat.Items.Length; i++)
                    next = Emit(concat.Items[_reversed ? i : concat.Items.Length - 1 - i], next);
                return next;
            case AlternateNode alternate:
                int entry = Emit(alternate.Items[^1], next);
                for (int i = alternate.Items.Length - 2; i >= 0; i--)
                    entry = Add(Op.Split, Emit(alternate.Items[i], next), entry);
                return entry;
            case RepeatNode repeat:
                return EmitRepeat(repeat, next);
            default:
                return next;
        }
    }

    private int EmitRepeat(RepeatNode repeat, int next)
    {
        if (repeat.Max == 0)
            return next;
        int copies = repeat.Min;
        if (repeat.Max == RepeatNode.Infinite)
        {
            int loop = Add(Op.Split, 0, 0);
            int body = Emit(repeat.Item, loop);
            _code[loop] = Branch(body, next, repeat.Greedy);
            // A body that may be empty is entered through a branch of its own: an empty round then leads on, not back to a visited place.
            next = repeat.Min > 0 ? body : repeat.Item.MinLength > 0 ? loop : Add(Branch(body, next, repeat.Greedy));
            copies--;
        }
        else
        {
            int end = next;
            for (int i = repeat.Min; i < repeat.Max; i++)
                next = Add(Branch(Emit(repeat.Item, next), end, repeat.Greedy));
        }
        for (int i = 0; i < copies; i++)
            next = Emit(repeat.Item, next);
        return next;
    }

    private static Instruction Branch(int body, int exit, bool greedy) => greedy ? new(Op.Split, body, exit) : new(Op.Split, exit, body);

    private int Add(Instruction instruction)
    {
        _code.Add(instruction);
        return _code.Count - 1;
    }

    private int Number(LookaroundNode node)
    {
        if (!_lookaroundOf.TryGetValue(node, out int number))
        {
            var program = new RegexCompiler(node.Ahead, captures: false, _lookarounds, _lookaroundOf).Build([node.Item], anywhere: true);
            number = _lookarounds.Count;
            _lookaroundOf.Add(node, number);
            _lookarounds.Add(new Lookaround(program, node.Ahead, node.Negative));
        }
        return number;
    }
}
