using System.Globalization;
using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>
/// A number of bytes, <c>4096</c>, <c>64KiB</c>, <c>10MiB</c>, <c>1GiB</c>, or of bytes a second, <c>240B/s</c>, <c>1KiB/s</c>, between
/// bounds; where it may be absent, <c>0</c>. Units of 1000 are refused, because <c>KB</c> means 1000 to one reader and 1024 to the next.
/// </summary>
internal sealed class SizeSyntax(long min, long max, bool zero, bool perSecond) : ScalarSyntax<long>
{
    private static readonly (string Suffix, long Bytes)[] Units =
        [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("B", 1)];

    private readonly string _suffix = perSecond ? "/s" : "";
    private readonly string _kind = perSecond ? "rate" : "size";

    public override string Name => $"{_kind}, {Text(min)}–{Text(max)}{(zero ? ", or 0" : "")}";

    protected override string Noun => perSecond ? "a rate" : "a size";

    protected override string Expected =>
        $"{(zero ? "0, or " : "")}a {_kind} from {Text(min)} to {Text(max)}, with "
        + (perSecond ? "B/s, KiB/s or MiB/s" : "KiB, MiB or GiB");

    public override string Format(long value) => Text(value);

    public override JsonObject ToJsonSchema()
    {
        JsonObject schema = new()
        {
            ["type"] = new JsonArray("string", "integer"),
            ["pattern"] = perSecond ? "^(0|[0-9]{1,18}(B|KiB|MiB|GiB|TiB)/s)$" : "^[0-9]{1,18}(B|KiB|MiB|GiB|TiB)?$",
            ["minimum"] = zero || perSecond ? 0 : min,
            ["maximum"] = perSecond ? 0 : max,
        };
        return schema;
    }

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out long value)
    {
        value = 0;
        string text = scalar.Text;
        if (text == "0" && zero) return null;
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = text.Length;
        if (digits is < 1 or > 18) return NotSuch;

        ReadOnlySpan<char> unit = text.AsSpan(digits);
        if (perSecond)
        {
            if (!unit.EndsWith(_suffix, StringComparison.Ordinal))
            {
                return new Fault("a rate without '/s'", $"write {Show.Shortened(text)}{(unit.IsEmpty ? "B/s" : "/s")}");
            }
            unit = unit[..^_suffix.Length];
        }
        if (UnitOf(unit, perSecond) is not { } bytes) return Ambiguous(text.AsSpan(0, digits), unit) ?? NotSuch;
        Int128 total = Int128.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture) * bytes;
        if ((total < min || total > max) && !(zero && total == 0)) return new Fault("out of range");
        value = (long)total;
        return null;
    }

    private static long? UnitOf(ReadOnlySpan<char> unit, bool perSecond)
    {
        if (unit.IsEmpty) return perSecond ? null : 1;
        foreach ((string suffix, long bytes) in Units)
        {
            if (unit.SequenceEqual(suffix)) return bytes;
        }
        return null;
    }

    private Fault? Ambiguous(ReadOnlySpan<char> number, ReadOnlySpan<char> unit)
    {
        string? meant = unit.ToString().ToUpperInvariant() switch
        {
            "K" or "KB" or "KIB" => "KiB",
            "M" or "MB" or "MIB" => "MiB",
            "G" or "GB" or "GIB" => "GiB",
            _ => null,
        };
        return meant is null ? null : new Fault($"not {Noun}", $"write {number}{meant}{_suffix}");
    }

    private string Text(long value)
    {
        if (value == 0) return "0";
        (string suffix, long unit) = Units.First(u => value % u.Bytes == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{value / unit}{suffix}{_suffix}");
    }
}
