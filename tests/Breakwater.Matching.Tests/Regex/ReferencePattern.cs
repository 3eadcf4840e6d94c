namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>
/// A small pattern that can be written down and matched by plain backtracking: slow, short, and by another way than the engine under
/// test. What it says is what both should say.
/// </summary>
internal abstract record ReferencePattern
{
    /// <summary>Calls <paramref name="next"/> at each position where a match from here may end, best first, until it says yes.</summary>
    public abstract bool Match(Attempt attempt, int at, Func<int, bool> next);

    /// <summary>The pattern as text, fit to stand anywhere.</summary>
    public abstract string Print();

    public virtual bool MayBeEmpty => true;

    public sealed override string ToString() => Print();

    /// <summary>One attempt to match: its text, its groups, and how many steps it may still take.</summary>
    public sealed class Attempt(string text, int groups)
    {
        public string Text { get; } = text;

        public ByteRange[] Groups { get; } = Enumerable.Repeat(ByteRange.None, groups).ToArray();

        public int Steps { get; set; } = 20_000;

        public bool Step() => --Steps > 0 ? true : throw new OutOfSteps();

        public bool WordAt(int at) => at >= 0 && at < Text.Length && (char.IsAsciiLetterOrDigit(Text[at]) || Text[at] == '_');
    }

    public sealed class OutOfSteps : Exception;

    /// <summary>The groups of the leftmost match; null when there is none.</summary>
    public ByteRange[]? Find(string text, int groups)
    {
        var attempt = new Attempt(text, groups);
        for (int start = 0; start <= text.Length; start++)
        {
            Array.Fill(attempt.Groups, ByteRange.None);
            int from = start;
            bool found = Match(attempt, start, end =>
            {
                attempt.Groups[0] = new ByteRange(from, end);
                return true;
            });
            if (found)
                return attempt.Groups;
        }
        return null;
    }
}

internal sealed record OneOf(string Members, bool Negate) : ReferencePattern
{
    public override bool MayBeEmpty => false;

    public override bool Match(Attempt attempt, int at, Func<int, bool> next) =>
        attempt.Step() && at < attempt.Text.Length && Members.Contains(attempt.Text[at]) != Negate && next(at + 1);

    public override string Print() =>
        Members.Length == 1 && !Negate ? Escape(Members[0]) : $"[{(Negate ? "^" : "")}{string.Concat(Members.Select(Escape))}]";

    private static string Escape(char member) => member switch { '\n' => @"\n", '-' => @"\-", _ => member.ToString() };
}

internal sealed record Sequence(ReferencePattern[] Parts) : ReferencePattern
{
    public override bool MayBeEmpty => Parts.All(part => part.MayBeEmpty);

    public override bool Match(Attempt attempt, int at, Func<int, bool> next) => From(attempt, 0, at, next);

    public override string Print() => $"(?:{string.Concat(Parts.Select(part => part.Print()))})";

    private bool From(Attempt attempt, int part, int at, Func<int, bool> next) =>
        attempt.Step() && (part == Parts.Length ? next(at) : Parts[part].Match(attempt, at, end => From(attempt, part + 1, end, next)));
}

internal sealed record Choice(ReferencePattern[] Branches) : ReferencePattern
{
    public override bool MayBeEmpty => Branches.Any(branch => branch.MayBeEmpty);

    public override bool Match(Attempt attempt, int at, Func<int, bool> next) =>
        attempt.Step() && Branches.Any(branch => branch.Match(attempt, at, next));

    public override string Print() => $"(?:{string.Join('|', Branches.Select(branch => branch.Print()))})";
}

internal sealed record Repeated(ReferencePattern Item, int Min, int Max, bool Greedy) : ReferencePattern
{
    public override bool MayBeEmpty => Min == 0 || Item.MayBeEmpty;

    public override bool Match(Attempt attempt, int at, Func<int, bool> next) => Round(attempt, 0, at, next);

    public override string Print() => $"(?:{Item.Print()}){(Min, Max) switch
    {
        (0, int.MaxValue) => "*",
        (1, int.MaxValue) => "+",
        (0, 1) => "?",
        (_, int.MaxValue) => $"{{{Min},}}",
        _ => Min == Max ? $"{{{Min}}}" : $"{{{Min},{Max}}}",
    }}{(Greedy ? "" : "?")}";

    private bool Round(Attempt attempt, int done, int at, Func<int, bool> next)
    {
        attempt.Step();
        // A round that consumed nothing leads out of the loop: it would never end.
        bool More() => done < Max && Item.Match(attempt, at, end => end == at && done >= Min ? next(end) : Round(attempt, done + 1, end, next));
        if (done < Min)
            return More();
        return Greedy ? More() || next(at) : next(at) || More();
    }
}

internal sealed record Captured(ReferencePattern Item, int Index) : ReferencePattern
{
    public override bool MayBeEmpty => Item.MayBeEmpty;

    public override bool Match(Attempt attempt, int at, Func<int, bool> next)
    {
        return Item.Match(attempt, at, end =>
        {
            var before = attempt.Groups[Index];
            attempt.Groups[Index] = new ByteRange(at, end);
            if (next(end))
                return true;
            attempt.Groups[Index] = before;
            return false;
        });
    }

    public override string Print() => $"({Item.Print()})";
}

internal sealed record Assertion(string Syntax) : ReferencePattern
{
    public override bool Match(Attempt attempt, int at, Func<int, bool> next) => attempt.Step() && Holds(attempt, at) && next(at);

    public override string Print() => Syntax;

    private bool Holds(Attempt attempt, int at) => Syntax switch
    {
        "^" or @"\A" => at == 0,
        "$" or @"\z" => at == attempt.Text.Length,
        "(?m:^)" => at == 0 || attempt.Text[at - 1] == '\n',
        "(?m:$)" => at == attempt.Text.Length || attempt.Text[at] == '\n',
        @"\b" => attempt.WordAt(at - 1) != attempt.WordAt(at),
        @"\B" => attempt.WordAt(at - 1) == attempt.WordAt(at),
        _ => throw new InvalidOperationException(Syntax),
    };
}

internal sealed record Around(ReferencePattern Item, bool Ahead, bool Negative) : ReferencePattern
{
    public override bool Match(Attempt attempt, int at, Func<int, bool> next)
    {
        bool found = Ahead
            ? Item.Match(attempt, at, _ => true)
            : Enumerable.Range(0, at + 1).Any(start => Item.Match(attempt, start, end => end == at));
        return found != Negative && next(at);
    }

    public override string Print() => $"(?{(Ahead ? "" : "<")}{(Negative ? "!" : "=")}{Item.Print()})";
}
