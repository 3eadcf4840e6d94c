using System.Text;
using Breakwater.Matching;

namespace Breakwater.Rules.Tests;

/// <summary>Values of a request from dictionaries: what the edge reads from bytes, tests write down.</summary>
internal sealed class SampleRequest : FieldValues
{
    private readonly Dictionary<FieldId, object> _values = [];

    public IReadOnlyDictionary<FieldId, object> Values => _values;

    public SampleRequest With(FieldId field, object value)
    {
        _values[field] = value switch
        {
            string text => Bytes(text),
            int number => (long)number,
            string[] texts => texts.Select(Bytes).ToArray(),
            int[] numbers => numbers.Select(n => (long)n).ToArray(),
            string[][] groups => groups.Select(g => g.Select(Bytes).ToArray()).ToArray(),
            (string Name, string Value)[] pairs => pairs.Select(p => (Bytes(p.Name), Bytes(p.Value))).ToArray(),
            _ => value,
        };
        return this;
    }

    public SampleRequest WithIp(FieldId field, string address)
    {
        Assert.True(IpValue.TryParse(address.AsSpan(), out IpValue value));
        return With(field, value);
    }

    public override bool TryGetBool(FieldId field, out bool value) => TryGet(field, out value);

    public override bool TryGetInt(FieldId field, out long value) => TryGet(field, out value);

    public override bool TryGetIp(FieldId field, out IpValue value) => TryGet(field, out value);

    public override bool TryGetBytes(FieldId field, out ReadOnlySpan<byte> value)
    {
        bool there = TryGet(field, out byte[]? bytes);
        value = bytes;
        return there;
    }

    public override int GetCount(FieldId field) => _values.GetValueOrDefault(field) switch
    {
        byte[][] texts => texts.Length,
        long[] numbers => numbers.Length,
        (byte[], byte[])[] pairs => pairs.Length,
        byte[][][] groups => groups.Sum(g => g.Length),
        _ => -1,
    };

    public override ReadOnlySpan<byte> GetElement(FieldId field, int index) => _values[field] switch
    {
        byte[][][] groups => groups.SelectMany(g => g).ElementAt(index),
        object texts => ((byte[][])texts)[index],
    };

    public override long GetIntElement(FieldId field, int index) => ((long[])_values[field])[index];

    public override int GetGroup(FieldId field, int index) =>
        ((byte[][][])_values[field]).SelectMany((g, i) => Enumerable.Repeat(i, g.Length)).ElementAt(index);

    public override void GetEntry(FieldId field, int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        (byte[] n, byte[] v) = (((byte[], byte[])[])_values[field])[index];
        name = n;
        value = v;
    }

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private bool TryGet<T>(FieldId field, out T? value)
    {
        if (_values.TryGetValue(field, out object? found) && found is T typed)
        {
            value = typed;
            return true;
        }

        value = default;
        return false;
    }
}
