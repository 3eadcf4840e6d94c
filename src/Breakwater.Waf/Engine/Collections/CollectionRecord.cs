using System.Buffers.Text;
using Breakwater.Waf.Operators;

namespace Breakwater.Waf.Engine;

/// <summary>
/// One persistent collection, such as IP for one address: variables with values and, some, an end. Requests that run at the same time see
/// and change the same variables, so that <c>setvar:ip.count=+1</c> counts each of them. Thread-safe.
/// </summary>
internal sealed class CollectionRecord
{
    private const long Never = long.MaxValue;
    private const int RecordCost = 200;
    private const int VariableCost = 80;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly CollectionLimits _limits;
    private Variable[] _variables = [];
    private int _count;

    public CollectionRecord(byte[] key, TimeProvider time, CollectionLimits limits)
    {
        Key = key;
        _time = time;
        _limits = limits;
        Bytes = RecordCost + key.Length;
    }

    public byte[] Key { get; }

    /// <summary>When it ends, as a timestamp of the clock; each opening puts it off. Guarded by the store.</summary>
    public long Ends { get; set; }

    /// <summary>About what it costs in memory.</summary>
    public int Bytes { get; private set; }

    /// <summary>Its share of the store's sum. Guarded by the store.</summary>
    public int CountedBytes { get; set; }

    // The store's list of use, newest first. Guarded by the store.
    public CollectionRecord? Newer { get; set; }

    public CollectionRecord? Older { get; set; }

    /// <summary>Copies the value of a variable; -1 where there is none.</summary>
    public int Read(ReadOnlySpan<byte> name, Span<byte> value)
    {
        lock (_gate)
        {
            int at = Find(name);
            if (at < 0) return -1;
            ReadOnlySpan<byte> kept = _variables[at].Value;
            kept[..Math.Min(kept.Length, value.Length)].CopyTo(value);
            return Math.Min(kept.Length, value.Length);
        }
    }

    /// <summary>Copies name and value of the variable at a place; false behind the last one.</summary>
    public bool ReadAt(int place, Span<byte> name, out int nameLength, Span<byte> value, out int valueLength)
    {
        (nameLength, valueLength) = (0, 0);
        lock (_gate)
        {
            RemoveExpired();
            if (place >= _count) return false;
            Variable variable = _variables[place];
            nameLength = Copy(variable.Name, name);
            valueLength = Copy(variable.Value, value);
            return true;
        }
    }

    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        value = value[..Math.Min(value.Length, _limits.ValueBytes)];
        lock (_gate) Store(name, value);
    }

    public void Add(ReadOnlySpan<byte> name, long operand, bool subtract)
    {
        lock (_gate)
        {
            int at = Find(name);
            Int128 old = at < 0 ? 0 : WholeNumber.Of(_variables[at].Value);
            long sum = (long)Int128.Clamp(subtract ? old - operand : old + operand, long.MinValue, long.MaxValue);
            Span<byte> digits = stackalloc byte[20];
            Utf8Formatter.TryFormat(sum, digits, out int length);
            Store(name, digits[..length]);
        }
    }

    public void Remove(ReadOnlySpan<byte> name)
    {
        lock (_gate)
        {
            int at = Find(name);
            if (at >= 0) RemoveAt(at);
        }
    }

    public void Expire(ReadOnlySpan<byte> name, int seconds)
    {
        lock (_gate)
        {
            int at = Find(name);
            if (at >= 0) _variables[at].Ends = _time.GetTimestamp() + (seconds * _time.TimestampFrequency);
        }
    }

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        int length = Math.Min(from.Length, to.Length);
        from[..length].CopyTo(to);
        return length;
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _count; i++)
        {
            if (!NameText.AreEqual(_variables[i].Name, name)) continue;
            if (_variables[i].Ends > Now(_variables[i].Ends)) return i;
            RemoveAt(i);
            return -1;
        }

        return -1;
    }

    private void Store(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int at = Find(name);
        if (at >= 0)
        {
            Bytes += value.Length - _variables[at].Value.Length;
            if (_variables[at].Value.Length == value.Length) value.CopyTo(_variables[at].Value);
            else _variables[at].Value = value.ToArray();
            return;
        }

        if (name.Length > _limits.NameBytes) return;
        if (_count == _limits.Variables) RemoveExpired();
        if (_count == _limits.Variables) return;
        if (_count == _variables.Length) Array.Resize(ref _variables, Math.Max(4, 2 * _count));
        _variables[_count++] = new Variable { Name = name.ToArray(), Value = value.ToArray(), Ends = Never };
        Bytes += VariableCost + name.Length + value.Length;
    }

    private void RemoveExpired()
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_variables[i].Ends <= Now(_variables[i].Ends)) RemoveAt(i);
        }
    }

    private void RemoveAt(int at)
    {
        Bytes -= VariableCost + _variables[at].Name.Length + _variables[at].Value.Length;
        _variables.AsSpan(at + 1, --_count - at).CopyTo(_variables.AsSpan(at));
        _variables[_count] = default;
    }

    /// <summary>The time, where it matters.</summary>
    private long Now(long ends) => ends == Never ? 0 : _time.GetTimestamp();

    private struct Variable
    {
        public byte[] Name;
        public byte[] Value;
        public long Ends;
    }
}
