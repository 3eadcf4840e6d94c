namespace Breakwater.Waf.Bodies;

/// <summary>A member of a collection: its name and its value, in the transaction's arena. Immutable.</summary>
/// <param name="Name">The name, decoded.</param>
/// <param name="Value">The value, decoded.</param>
public readonly record struct Member(ByteSlice Name, ByteSlice Value);

/// <summary>
/// The members of one collection in arrival order, duplicates kept. The room is kept over <see cref="Clear"/>, so that a transaction after
/// the first allocates nothing. Owned by one transaction.
/// </summary>
public sealed class MemberList
{
    // After a request with very many members the room is given back, or one attack would hold memory for good.
    private const int KeptRoom = 128;

    private Member[] _members = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The members, in arrival order; worth nothing after the next change.</summary>
    public ReadOnlySpan<Member> Members => _members.AsSpan(0, Count);

    /// <summary>Adds one at the end.</summary>
    public void Add(ByteSlice name, ByteSlice value)
    {
        if (Count == _members.Length) Array.Resize(ref _members, Math.Max(16, 2 * Count));
        _members[Count++] = new Member(name, value);
    }

    /// <summary>Gives a member another name.</summary>
    internal void Rename(int index, ByteSlice name) => _members[index] = _members[index] with { Name = name };

    /// <summary>Removes all.</summary>
    public void Clear()
    {
        Count = 0;
        if (_members.Length > KeptRoom) _members = [];
    }
}
