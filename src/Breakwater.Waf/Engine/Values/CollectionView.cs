using Breakwater.Waf.Bodies;

namespace Breakwater.Waf.Engine;

/// <summary>
/// A collection of the request with the numbers of its names and values, so that each is hashed once however many rules read it. Owned by
/// one transaction.
/// </summary>
internal sealed class CollectionView(MemberList list)
{
    private const int KeptRoom = 128;

    private int[] _names = [];
    private int[] _values = [];
    private int _ready;

    public int Count => list.Count;

    public ReadOnlySpan<Member> Members => list.Members;

    public MemberList List => list;

    /// <summary>The number of a member's name.</summary>
    public int NameBuffer(int member, BufferTable buffers)
    {
        Ready();
        ref int number = ref _names[member];
        if (number == 0) number = buffers.Intern(list.Members[member].Name) + 1;
        return number - 1;
    }

    /// <summary>The number of a member's value.</summary>
    public int ValueBuffer(int member, BufferTable buffers)
    {
        Ready();
        ref int number = ref _values[member];
        if (number == 0) number = buffers.Intern(list.Members[member].Value) + 1;
        return number - 1;
    }

    /// <summary>The first member of a name.</summary>
    public bool TryFirst(NameSelector? name, TransactionMemory memory, out Member member)
    {
        foreach (Member candidate in list.Members)
        {
            if (name is not null && !name.Matches(memory[candidate.Name])) continue;
            member = candidate;
            return true;
        }

        member = default;
        return false;
    }

    public void Clear()
    {
        list.Clear();
        _ready = 0;
        if (_names.Length > KeptRoom) _names = _values = [];
    }

    private void Ready()
    {
        int count = list.Count;
        if (_ready == count) return;
        if (_names.Length < count)
        {
            int room = Math.Max(16, Math.Max(count, 2 * _names.Length));
            Array.Resize(ref _names, room);
            Array.Resize(ref _values, room);
        }

        _names.AsSpan(_ready, count - _ready).Clear();
        _values.AsSpan(_ready, count - _ready).Clear();
        _ready = count;
    }
}
