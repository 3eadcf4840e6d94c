using System.Text;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// Named changes to a head on its way through: remove these fields, add those. Everything that is not named passes byte for byte.
/// Owned by one exchange; keeps its buffer between exchanges, so that editing allocates nothing in steady state.
/// </summary>
internal sealed class HeadEdits
{
    private const int KeptBufferBytes = 4096;

    private byte[] _bytes = [];
    private int _length;
    private Entry[] _added = [];
    private int _addedCount;
    private Entry[] _removed = [];
    private int _removedCount;

    /// <summary>Counts up with every edit, so that whoever looked at them can tell that they are others now.</summary>
    public int Version { get; private set; }

    /// <summary>Whether nothing is changed.</summary>
    public bool IsEmpty => (_addedCount | _removedCount) == 0;

    /// <summary>The number of fields to add.</summary>
    public int AddedCount => _addedCount;

    /// <summary>The added fields as complete lines, for HTTP/1.1.</summary>
    public ReadOnlySpan<byte> AddedLine(int index) => _bytes.AsSpan(_added[index].Start, _added[index].NameLength + _added[index].ValueLength + 4);

    /// <summary>The name of an added field.</summary>
    public ReadOnlySpan<byte> AddedName(int index) => _bytes.AsSpan(_added[index].Start, _added[index].NameLength);

    /// <summary>The value of an added field.</summary>
    public ReadOnlySpan<byte> AddedValue(int index) =>
        _bytes.AsSpan(_added[index].Start + _added[index].NameLength + 2, _added[index].ValueLength);

    /// <summary>Bytes that the added lines need.</summary>
    public int AddedBytes { get; private set; }

    /// <summary>Adds a field line. The caller vouches that name and value are well-formed.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Version++;
        int start = _length;
        Append(name);
        Append(": "u8);
        Append(value);
        Append("\r\n"u8);
        Push(ref _added, ref _addedCount, new Entry(start, name.Length, value.Length));
        AddedBytes += _length - start;
    }

    /// <summary>Removes every field of that name: those that the head came with, and those that were added before.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        Version++;
        TakeBack(name);
        if (Removes(name))
        {
            return;
        }

        int start = _length;
        Append(name);
        Push(ref _removed, ref _removedCount, new Entry(start, name.Length, 0));
    }

    /// <summary>Replaces every field of that name by one.</summary>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Remove(name);
        Add(name, value);
    }

    /// <summary>Whether a field that the head came with is to go.</summary>
    public bool Removes(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _removedCount; i++)
        {
            if (Ascii.EqualsIgnoreCase(_bytes.AsSpan(_removed[i].Start, _removed[i].NameLength), name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Forgets all edits.</summary>
    public void Clear()
    {
        Version++;
        _length = _addedCount = _removedCount = AddedBytes = 0;
        if (_bytes.Length > KeptBufferBytes)
        {
            _bytes = [];
        }
    }

    private void TakeBack(ReadOnlySpan<byte> name)
    {
        int kept = 0;
        for (int i = 0; i < _addedCount; i++)
        {
            if (Ascii.EqualsIgnoreCase(AddedName(i), name))
            {
                AddedBytes -= AddedLine(i).Length;
            }
            else
            {
                _added[kept++] = _added[i];
            }
        }

        _addedCount = kept;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _length < bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Math.Max(512, _bytes.Length * 2), _length + bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private static void Push(ref Entry[] entries, ref int count, Entry entry)
    {
        if (count == entries.Length)
        {
            Array.Resize(ref entries, Math.Max(8, entries.Length * 2));
        }

        entries[count++] = entry;
    }

    private readonly record struct Entry(int Start, int NameLength, int ValueLength);
}
