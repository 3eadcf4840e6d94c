using System.Buffers;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>The persistent collections that a transaction has opened. Owned by it.</summary>
internal sealed class OpenCollections(TransactionMemory memory)
{
    private const int LongestName = 128;

    private readonly CollectionRecord?[] _records = new CollectionRecord?[5];
    private CollectionStore? _store;
    private byte[] _scope = [];
    private int _timeoutSeconds;
    private CollectionLimits _limits = CollectionLimits.Default;

    public void Reset(CollectionStore store, CollectionLimits limits, byte[] scope, int timeoutSeconds)
    {
        (_store, _limits, _scope, _timeoutSeconds) = (store, limits, scope, timeoutSeconds);
        Array.Clear(_records);
    }

    public CollectionRecord? RecordOf(SecVariable collection) => _records[Index(collection)];

    public void Open(SecVariable collection, ReadOnlySpan<byte> key) =>
        _records[Index(collection)] = _store!.Open(collection, _scope, key, _timeoutSeconds);

    /// <summary>The value of a variable, copied into the transaction's memory; absent where there is none.</summary>
    public ByteSlice Read(SecVariable collection, ReadOnlySpan<byte> name)
    {
        if (RecordOf(collection) is not { } record) return TransactionMemory.Absent;
        byte[] room = ArrayPool<byte>.Shared.Rent(_limits.ValueBytes);
        int length = record.Read(name, room);
        ByteSlice value = length < 0 ? TransactionMemory.Absent : memory.Keep(room.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(room);
        return value;
    }

    /// <summary>Adds all variables of a collection to a list.</summary>
    public void ReadAll(SecVariable collection, MemberList into)
    {
        if (RecordOf(collection) is not { } record) return;
        Span<byte> name = stackalloc byte[LongestName];
        byte[] room = ArrayPool<byte>.Shared.Rent(_limits.ValueBytes);
        for (int i = 0; i < _limits.Variables && record.ReadAt(i, name, out int nameLength, room, out int valueLength); i++)
        {
            into.Add(memory.Keep(name[..nameLength]), memory.Keep(room.AsSpan(0, valueLength)));
        }

        ArrayPool<byte>.Shared.Return(room);
    }

    private static int Index(SecVariable collection) => collection switch
    {
        SecVariable.Ip => 0,
        SecVariable.Session => 1,
        SecVariable.User => 2,
        SecVariable.Resource => 3,
        _ => 4,
    };
}
