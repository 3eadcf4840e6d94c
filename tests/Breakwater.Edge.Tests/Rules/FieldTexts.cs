using System.Globalization;
using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Matching;
using Breakwater.Rules;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>Fields of an exchange as text, the way a table in a test writes them: Latin-1, elements with a bar, pairs with a colon.</summary>
internal static class FieldTexts
{
    /// <summary>What a missing field is in these tables.</summary>
    public const string Missing = "missing";

    /// <summary>The value of a field by its name, and optionally one key of a map in brackets.</summary>
    public static string Of(Exchange exchange, string name)
    {
        int bracket = name.IndexOf('[', StringComparison.Ordinal);
        string field = bracket < 0 ? name : name[..bracket];
        Assert.True(KnownFields.TryFind(field, out FieldId id), $"{field} is no field.");
        return bracket < 0 ? Of(exchange.Values, id) : Of(exchange.Values, id, name[(bracket + 1)..^1]);
    }

    private static string Of(FieldValues values, FieldId id, string key)
    {
        var found = new List<string>();
        for (int i = values.FindEntry(id, Encoding.Latin1.GetBytes(key), 0); i >= 0; i = values.FindEntry(id, Encoding.Latin1.GetBytes(key), i + 1))
        {
            found.Add(Text(values.GetElement(id, i)));
        }

        return found.Count == 0 ? Missing : string.Join('|', found);
    }

    private static string Of(FieldValues values, FieldId id)
    {
        RuleType type = KnownFields.Get(id).Type;
        if (!type.IsScalar)
        {
            int count = values.GetCount(id);
            return count < 0 ? Missing : string.Join('|', Enumerable.Range(0, count).Select(i =>
            {
                if (type.Kind != TypeKind.Map)
                {
                    return Text(values.GetElement(id, i));
                }

                values.GetEntry(id, i, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
                Assert.Equal(Text(value), Text(values.GetElement(id, i)));
                return $"{Text(name)}:{Text(value)}";
            }));
        }

        return type.Kind switch
        {
            TypeKind.Bool => values.TryGetBool(id, out bool value) ? value ? "true" : "false" : Missing,
            TypeKind.Int => values.TryGetInt(id, out long value) ? value.ToString(CultureInfo.InvariantCulture) : Missing,
            TypeKind.Ip => values.TryGetIp(id, out IpValue value) ? $"{(value.IsV6 ? "v6" : "v4")} {value.Bits:x}" : Missing,
            _ => values.TryGetBytes(id, out ReadOnlySpan<byte> value) ? Text(value) : Missing,
        };
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
