using Breakwater.Http;

namespace Breakwater.Edge.Rules;

/// <summary>Where the arguments of a query lie in it: names and values as they came, repeated ones included. Owned by one exchange.</summary>
internal struct ArgumentIndex
{
    private ViewList<Argument> _arguments;

    /// <summary>How many there are.</summary>
    public readonly int Count => _arguments.Count;

    /// <summary>The name of one, out of the query that was read.</summary>
    public readonly ReadOnlySpan<byte> Name(int i, ReadOnlySpan<byte> query) => query.Slice(_arguments[i].NameStart, _arguments[i].NameLength);

    /// <summary>The value of one, out of the query that was read; empty also where there is no equals sign.</summary>
    public readonly ReadOnlySpan<byte> Value(int i, ReadOnlySpan<byte> query) => query.Slice(_arguments[i].ValueStart, _arguments[i].ValueLength);

    /// <summary>Reads a query. Bounded by its length: an argument takes two bytes at least.</summary>
    public void Read(ReadOnlySpan<byte> query)
    {
        _arguments.Clear();
        var walk = new QueryArguments(query);
        while (walk.MoveNext())
        {
            query.Overlaps(walk.Name, out int name);
            query.Overlaps(walk.Value, out int value);
            _arguments.Add(new Argument(name, walk.Name.Length, value, walk.Value.Length));
        }
    }

    /// <summary>Forgets them.</summary>
    public void Clear() => _arguments.Clear();

    private readonly record struct Argument(int NameStart, int NameLength, int ValueStart, int ValueLength);
}
