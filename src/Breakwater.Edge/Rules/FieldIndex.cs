using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Rules;

/// <summary>
/// The fields of a head as rules see them: those that came, without the ones that edits took out, and those that edits put in, in this order.
/// Names come as they were spelt and in lower case. Owned by one exchange; valid until the head or the edits change.
/// </summary>
internal sealed class FieldIndex(ViewArena arena)
{
    private ViewList<Entry> _entries;
    private FieldBlock? _head;
    private HeadEdits? _edits;
    private ReadOnlyMemory<byte> _lines;
    private int _version;
    private bool _isRead;

    /// <summary>What an entry refers to.</summary>
    private enum Source : byte
    {
        Head,
        Edit,
        Line,
    }

    /// <summary>Whether it was read since it was cleared, and the edits are the same still.</summary>
    public bool IsRead => _isRead && (_edits is null || _edits.Version == _version);

    /// <summary>How many fields there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The name of one, as it was spelt.</summary>
    public ReadOnlySpan<byte> Name(int i)
    {
        ref readonly Entry entry = ref _entries[i];
        return entry.Source switch
        {
            Source.Head => _head!.Name(entry.Index),
            Source.Edit => _edits!.AddedName(entry.Index),
            _ => _lines.Span.Slice(entry.Index, entry.NameLength),
        };
    }

    /// <summary>The name of one in lower case.</summary>
    public ReadOnlySpan<byte> LowerName(int i)
    {
        ref readonly Entry entry = ref _entries[i];
        return entry.Known != KnownField.None ? KnownFields.LowerName(entry.Known) : entry.Lower.IsNone ? Name(i) : entry.Lower.Span;
    }

    /// <summary>The value of one, without the whitespace around it.</summary>
    public ReadOnlySpan<byte> Value(int i)
    {
        ref readonly Entry entry = ref _entries[i];
        return entry.Source switch
        {
            Source.Head => _head!.Value(entry.Index),
            Source.Edit => _edits!.AddedValue(entry.Index),
            _ => _lines.Span.Slice(entry.ValueStart, entry.ValueLength),
        };
    }

    /// <summary>The position of the first field of this kind at or after a place; -1 when there is none.</summary>
    public int IndexOf(KnownField field, int from = 0)
    {
        ReadOnlySpan<Entry> entries = _entries.Items;
        for (int i = from; i < entries.Length; i++)
        {
            if (entries[i].Known == field)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Reads a head that came.</summary>
    /// <param name="head">The head; it must stay as it is.</param>
    /// <param name="edits">What is changed about it; null for nothing.</param>
    public void Read(FieldBlock head, HeadEdits? edits)
    {
        Begin(edits);
        _head = head;
        bool edited = edits is { IsEmpty: false };
        for (int i = 0; i < head.Count; i++)
        {
            if (!edited || !edits!.Removes(head.Name(i)))
            {
                KnownField known = head.Known(i);
                _entries.Add(new Entry { Source = Source.Head, Index = i, Known = known, Lower = LowerOf(known, head.Name(i)) });
            }
        }

        AddEdits(edits);
    }

    /// <summary>Reads the field lines of an answer of the edge.</summary>
    /// <param name="lines">Each <c>Name: value</c> and CRLF.</param>
    /// <param name="edits">What is changed about them; null for nothing.</param>
    public void Read(ReadOnlyMemory<byte> lines, HeadEdits? edits)
    {
        Begin(edits);
        _lines = lines;
        ReadOnlySpan<byte> text = lines.Span;
        for (int at = 0; at < text.Length;)
        {
            int end = text[at..].IndexOf("\r\n"u8);
            int colon = text[at..].IndexOf((byte)':');
            if (end < 0 || colon < 0 || colon > end)
            {
                break;
            }

            ReadOnlySpan<byte> name = text.Slice(at, colon);
            if (edits is null || !edits.Removes(name))
            {
                int valueStart = Math.Min(at + colon + 2, at + end);
                KnownField known = KnownFields.Find(name);
                _entries.Add(new Entry
                {
                    Source = Source.Line,
                    Index = at,
                    NameLength = colon,
                    ValueStart = valueStart,
                    ValueLength = at + end - valueStart,
                    Known = known,
                    Lower = LowerOf(known, name),
                });
            }

            at += end + 2;
        }

        AddEdits(edits);
    }

    /// <summary>Forgets what was read.</summary>
    public void Clear()
    {
        _entries.Clear();
        _head = null;
        _edits = null;
        _lines = default;
        _isRead = false;
    }

    private void Begin(HeadEdits? edits)
    {
        Clear();
        _edits = edits;
        _version = edits?.Version ?? 0;
        _isRead = true;
    }

    private void AddEdits(HeadEdits? edits)
    {
        for (int i = 0; edits is not null && i < edits.AddedCount; i++)
        {
            KnownField known = KnownFields.Find(edits.AddedName(i));
            _entries.Add(new Entry { Source = Source.Edit, Index = i, Known = known, Lower = LowerOf(known, edits.AddedName(i)) });
        }
    }

    private ViewSlice LowerOf(KnownField known, ReadOnlySpan<byte> name) =>
        known == KnownField.None && name.IndexOfAnyInRange((byte)'A', (byte)'Z') >= 0 ? arena.Lower(name) : default;

    /// <summary>One field. The lower-case name is kept only where it differs and cannot be looked up.</summary>
    private struct Entry
    {
        public Source Source;
        public KnownField Known;
        public int Index;
        public int NameLength;
        public int ValueStart;
        public int ValueLength;
        public ViewSlice Lower;
    }
}
