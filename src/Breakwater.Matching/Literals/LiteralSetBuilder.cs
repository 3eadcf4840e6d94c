namespace Breakwater.Matching;

/// <summary>Collects literals for a <see cref="LiteralSet"/>. Owned by one thread.</summary>
public sealed class LiteralSetBuilder
{
    private readonly List<Literal> _literals = [];
    private readonly Dictionary<Literal, int> _ids = new(Literal.ByContent);

    /// <summary>How many different literals were added so far.</summary>
    public int Count => _literals.Count;

    /// <summary>Adds a literal, which is copied, and tells its id: 0, 1, 2… One that was added before keeps its id.</summary>
    /// <param name="literal">One byte or more.</param>
    /// <param name="ignoreCase">Whether ASCII letters of different case are the same.</param>
    /// <param name="anchor">Where it has to stand.</param>
    /// <exception cref="ArgumentException">The literal is empty, and not to be the whole input.</exception>
    public int Add(ReadOnlySpan<byte> literal, bool ignoreCase = false, LiteralAnchor anchor = LiteralAnchor.Anywhere)
    {
        if (literal.IsEmpty && anchor != LiteralAnchor.Whole)
        {
            throw new ArgumentException("An empty literal is in every input.", nameof(literal));
        }

        byte[] bytes = ignoreCase ? AsciiFold.ToLower(literal) : literal.ToArray();
        // Without letters there is no case: such a literal takes the cheaper comparison, and is the same one either way.
        Literal entry = new(bytes, ignoreCase && literal.ContainsAny(AsciiFold.Letters), anchor);
        if (!_ids.TryGetValue(entry, out int id))
        {
            id = _literals.Count;
            _ids.Add(entry, id);
            _literals.Add(entry);
        }

        return id;
    }

    /// <summary>The set of all that was added.</summary>
    public LiteralSet Build() => Build(WindowScanner.MostLiterals);

    /// <summary>The same, with a choice of how many literals at most are looked for by the method for some of them.</summary>
    internal LiteralSet Build(int mostInWindows) => new([.. _literals], mostInWindows);
}
