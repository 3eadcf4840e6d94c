using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Breakwater.Waf.Operators.Injection.SqlTokenType;

namespace Breakwater.Waf.Operators.Injection;

/// <content>Folding of long values by what was folded before, where the rules see no more of the tokens than their shapes.</content>
internal ref partial struct SqlFolding
{
    /// <summary>So many folds may be new in a value; more would cost more than they save.</summary>
    private const int MostLearned = 2048;

    private const ulong NoState = ulong.MaxValue;

    /// <summary>Where the tokens are, a byte each, the first one's lowest: tokens stay where they were read, as to move them would take longer than to fold.</summary>
    private const ulong InOrder = 0x07_06_05_04_03_02_01_00;

    private static readonly ulong[] Orders = [.. Enumerable.Range(0, 1 << Room).Select(OrderOf)];

    private static readonly string[] WordsThatAreRead =
    [
        "IN", "NOT IN", "LIKE", "NOT LIKE", "NOT", "USER", "USER_ID", "DATABASE", "PASSWORD", "USER_NAME", "LOCALTIME", "CURRENT_USER", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIMESTAMP", "CURRENT_TIMESTAMP",
    ];

    /// <summary>Whether the rules tell a word from others of its type, be it by its first letters.</summary>
    public static bool MayRead(string word) => word.StartsWith("IF", StringComparison.Ordinal) || WordsThatAreRead.Contains(word);

    /// <summary>Reads and folds as the loop of <see cref="Run"/> does; gives how it ends.</summary>
    private int FoldBy(SqlFoldingMemory memory, int wanted)
    {
        Span<SqlToken> tokens = _tokens;
        ReadOnlySpan<byte> text = Text;
        int at = _source.At, held = _held, looked = _at, count = 0, learned = 0;
        int state = StateOf(memory, wanted);
        ulong order = InOrder;
        while (wanted > 0 && (uint)at < (uint)text.Length)
        {
            byte first = text[at];
            int shape = SqlShape.OfLone(first, at + 1 < text.Length ? text[at + 1] : (byte)0);
            if (shape == SqlShape.Blank)
            {
                at++;
                continue;
            }

            count++;
            ref SqlToken token = ref tokens[(int)(order >> (held << 3)) & 0xFF];
            if (shape != SqlShape.None)
            {
                token = SqlTokenizer.Lone(first);
                token.Start = at++;
            }
            else
            {
                at = _source.Read(at, ref token);
                if (token.Type == Comment)
                {
                    _lastComment = token;
                    continue;
                }

                shape = ShapeOf(token);
            }

            _lastComment.Type = None;
            SqlFoldingStep step = state < 0 ? default : memory[state, shape];
            if (step.IsKnown)
            {
                if (step.Kept != 0) order = KeptFirst(order, step.Kept);
                held = step.Held;
                looked = step.At;
                wanted = step.Wanted;
                state = step.Next;
                continue;
            }

            PutInOrder(order);
            order = InOrder;
            _held = held + 1;
            _at = looked;
            if (++learned <= MostLearned)
            {
                state = Learn(memory, state, shape, ref wanted);
            }
            else
            {
                wanted = Fold(wanted);
                state = -1;
            }

            held = _held;
            looked = _at;
        }

        PutInOrder(order);
        (_held, _at) = (held, looked);
        _source.GoTo(at, count);
        if (wanted <= 0) return wanted;
        _hasMore = false;
        _at = held;
        return Fold(2);
    }

    /// <summary>Folds after one token more, and enters what came of it; gives the number of the state then, or -1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Learn(SqlFoldingMemory memory, int state, int shape, ref int wanted)
    {
        Span<SqlToken> before = stackalloc SqlToken[Room];
        before = before[.._held];
        _tokens[.._held].CopyTo(before);
        wanted = Fold(wanted);
        ulong next = State(wanted);
        if (next == NoState) return -1;
        if (state < 0 || shape == SqlShape.Other || !TryKept(before, out byte kept)) return memory.Enter(next);
        return memory.Enter(state, shape, next, new SqlFoldingStep(kept, _held, _at, wanted));
    }

    /// <summary>Which tokens are left, a bit each; 0 where they are the first ones and so stand where they belong.</summary>
    private readonly bool TryKept(ReadOnlySpan<SqlToken> before, out byte kept)
    {
        int left = 0, next = 0;
        foreach (SqlToken token in _tokens[.._held])
        {
            while (next < before.Length && (before[next].Start != token.Start || before[next].Type != token.Type)) next++;
            left |= 1 << next++;
        }

        kept = (byte)(BitOperations.IsPow2(left + 1) ? 0 : left);
        return next <= before.Length;
    }

    /// <summary>The order of the tokens once some of them, a bit each, have gone to the front.</summary>
    private static ulong KeptFirst(ulong order, int kept) =>
        Vector128.Shuffle(Vector128.CreateScalar(order).AsByte(), Vector128.CreateScalar(Orders[kept]).AsByte()).AsUInt64().ToScalar();

    private static ulong OrderOf(int kept)
    {
        ulong order = 0;
        int to = 0;
        foreach (int i in Enumerable.Range(0, Room).OrderByDescending(i => (kept >> i) & 1)) order |= (ulong)i << (8 * to++);
        return order;
    }

    /// <summary>Puts the tokens where the rules look for them.</summary>
    private readonly void PutInOrder(ulong order)
    {
        if (order == InOrder) return;
        Span<SqlToken> before = stackalloc SqlToken[Room];
        _tokens.CopyTo(before);
        for (int i = 0; i < Room; i++) _tokens[i] = before[(int)(order >> (8 * i)) & 0xFF];
    }

    private readonly int StateOf(SqlFoldingMemory memory, int wanted) => State(wanted) is var state and not NoState ? memory.Enter(state) : -1;

    /// <summary>All that decides what comes next: the shapes of the tokens, which of them are looked at, and how many are wanted.</summary>
    private readonly ulong State(int wanted)
    {
        ulong state = 0;
        for (int i = 0; i < _held; i++)
        {
            int shape = ShapeOf(_tokens[i]);
            if (shape == SqlShape.Other) return NoState;
            state = (state << SqlShape.Bits) | (uint)shape;
        }

        return (((state << 3) | (uint)_at) << 2) | ((uint)wanted & 3);
    }

    private readonly int ShapeOf(in SqlToken token)
    {
        if (token.Word >= 0 && !SqlWords.Shared.IsFoldedByType(token.Word)) return SqlShape.Other;
        if (token.Type == Operation && token.Word < 0)
        {
            if (token.Length == 1) return SqlShape.OfOperator(token.First);
            return token.First == '!' && IsUnary(token) ? SqlShape.Negation : token.First == ':' ? SqlShape.Cast : SqlShape.Of(Operation);
        }

        return token is { Type: Bareword, Length: 0 } ? SqlShape.Other : SqlShape.Of(token.Type);
    }
}
