namespace Breakwater.Rules;

/// <summary>
/// The values of one request that expressions read. Subclassed by the edge over slices of the request, in tests over dictionaries.
/// Owned by one exchange, used by one thread at a time. A value must not change, and a span must stay valid, until the evaluation of a
/// phase ends. Nothing here throws for what a visitor sent; what is not there is missing, never zero or empty.
/// </summary>
public abstract class FieldValues
{
    /// <summary>The value of a Boolean field; false when it is missing.</summary>
    public virtual bool TryGetBool(FieldId field, out bool value)
    {
        value = false;
        return false;
    }

    /// <summary>The value of an integer field; false when it is missing.</summary>
    public virtual bool TryGetInt(FieldId field, out long value)
    {
        value = 0;
        return false;
    }

    /// <summary>The value of a string field; false when it is missing.</summary>
    public virtual bool TryGetBytes(FieldId field, out ReadOnlySpan<byte> value)
    {
        value = default;
        return false;
    }

    /// <summary>The value of an address field; false when it is missing.</summary>
    public virtual bool TryGetIp(FieldId field, out IpValue value)
    {
        value = default;
        return false;
    }

    /// <summary>
    /// Array: its elements. Map of arrays: its values, that is (name, value) pairs in the order they came, a name as often as it has
    /// values. Array of arrays: all inner elements, see <see cref="GetGroup"/>. -1 when the field is missing.
    /// </summary>
    public virtual int GetCount(FieldId field) => -1;

    /// <summary>Element <paramref name="index"/> of an array of strings or of arrays of strings.</summary>
    public virtual ReadOnlySpan<byte> GetElement(FieldId field, int index) => default;

    /// <summary>Element <paramref name="index"/> of an array of integers; of a map of integers, the value of that pair.</summary>
    public virtual long GetIntElement(FieldId field, int index) => 0;

    /// <summary>
    /// Array of arrays: the index of the inner array that holds element <paramref name="index"/>; never falls as the index rises.
    /// Inner arrays without elements are skipped numbers.
    /// </summary>
    public virtual int GetGroup(FieldId field, int index) => index;

    /// <summary>Pair <paramref name="index"/> of a map of strings; of a map of integers, only its name.</summary>
    public virtual void GetEntry(FieldId field, int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = default;
        value = default;
    }

    /// <summary>The first pair of a map at or after <paramref name="from"/> that has this name; -1 when there is none.</summary>
    public virtual int FindEntry(FieldId field, ReadOnlySpan<byte> name, int from)
    {
        int count = GetCount(field);
        for (int i = from; i < count; i++)
        {
            GetEntry(field, i, out ReadOnlySpan<byte> candidate, out _);
            if (candidate.SequenceEqual(name)) return i;
        }

        return -1;
    }
}
