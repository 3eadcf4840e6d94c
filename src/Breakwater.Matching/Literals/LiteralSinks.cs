namespace Breakwater.Matching;

/// <summary>Takes what the searches of a <see cref="LiteralSet"/> find. A struct, so that each search is compiled for it.</summary>
internal interface ILiteralSink
{
    /// <summary>Literals that start here or later are of no interest any more.</summary>
    int Limit { get; }

    /// <summary>Whether it is all the same in which order literals are told, and which of their places.</summary>
    static abstract bool TakesAnyOrder { get; }

    /// <summary>Whether a literal is of interest; those that are not may be told all the same.</summary>
    bool Wants(int id);

    /// <summary>A literal stands at a place; it may be told again.</summary>
    void Found(int id, int start);
}

/// <summary>Wants every literal.</summary>
internal ref struct AllLiterals(Span<ulong> found) : ILiteralSink
{
    private readonly Span<ulong> _found = found;

    public bool Any { get; private set; }

    public readonly int Limit => int.MaxValue;

    public static bool TakesAnyOrder => true;

    public readonly bool Wants(int id) => (_found[id >> 6] & (1UL << id)) == 0;

    public void Found(int id, int start)
    {
        _found[id >> 6] |= 1UL << id;
        Any = true;
    }
}

/// <summary>Wants every place of every literal but some.</summary>
internal ref struct LiteralPlaces(Span<LiteralPlace> places, ReadOnlySpan<ulong> except) : ILiteralSink
{
    private readonly Span<LiteralPlace> _places = places;
    private readonly ReadOnlySpan<ulong> _except = except;

    /// <summary>How many places there are so far; -1 once there were more than there was room for.</summary>
    public int Count { get; private set; }

    public readonly int Limit => Count < 0 ? 0 : int.MaxValue;

    public static bool TakesAnyOrder => false;

    public readonly bool Wants(int id) => _except.IsEmpty || (_except[id >> 6] & (1UL << id)) == 0;

    public void Found(int id, int start)
    {
        if ((uint)Count < (uint)_places.Length)
        {
            _places[Count++] = new LiteralPlace(id, start);
        }
        else
        {
            Count = -1;
        }
    }
}

/// <summary>Wants to know whether there is any.</summary>
internal struct AnyLiteral : ILiteralSink
{
    private bool _any;

    public readonly bool Any => _any;

    public readonly int Limit => _any ? 0 : int.MaxValue;

    public static bool TakesAnyOrder => true;

    public readonly bool Wants(int id) => true;

    public void Found(int id, int start) => _any = true;
}

/// <summary>Wants the first one, and of several at its place the one with the lowest id.</summary>
internal struct FirstLiteral() : ILiteralSink
{
    public int Start { get; private set; } = int.MaxValue;

    public int Id { get; private set; } = -1;

    public readonly int Limit => Start == int.MaxValue ? int.MaxValue : Start + 1;

    public static bool TakesAnyOrder => false;

    public readonly bool Wants(int id) => true;

    public void Found(int id, int start)
    {
        if (start < Start || (start == Start && id < Id))
        {
            (Start, Id) = (start, id);
        }
    }
}
