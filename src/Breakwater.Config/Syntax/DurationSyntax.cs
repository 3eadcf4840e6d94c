using System.Globalization;
using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>
/// A whole number with a unit, <c>500ms</c>, <c>10s</c>, <c>2m</c>, <c>1h</c>, <c>365d</c>, between bounds; where it may be absent,
/// <c>0</c>.
/// </summary>
internal sealed class DurationSyntax : ScalarSyntax<TimeSpan>
{
    // From the largest, so that a value is written with the largest unit that holds it exactly.
    private static readonly (string Suffix, long Milliseconds)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    private readonly TimeSpan _min;
    private readonly TimeSpan _max;
    private readonly bool _zero;

    /// <param name="min">The shortest, as it is written.</param>
    /// <param name="max">The longest, as it is written.</param>
    /// <param name="zero">Whether <c>0</c> is allowed besides.</param>
    public DurationSyntax(string min, string max, bool zero)
    {
        (_min, _max, _zero) = (Read(min)!.Value, Read(max)!.Value, zero);
    }

    public override string Name => $"duration, {Text(_min)}–{Text(_max)}{(_zero ? ", or 0" : "")}";

    protected override string Noun => "a duration";

    protected override string Expected => $"{(_zero ? "0, or " : "")}a duration from {Text(_min)} to {Text(_max)}";

    public override string Format(TimeSpan value) => Text(value);

    public override JsonObject ToJsonSchema()
    {
        const string WithUnit = "[0-9]{1,9}(ms|s|m|h|d)";
        return _zero
            ? new() { ["type"] = new JsonArray("string", "integer"), ["pattern"] = $"^(0|{WithUnit})$", ["minimum"] = 0, ["maximum"] = 0 }
            : new() { ["type"] = "string", ["pattern"] = $"^{WithUnit}$" };
    }

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out TimeSpan value)
    {
        value = default;
        if (scalar.Text == "0" && _zero) return null;
        if (scalar.Text.Length > 0 && scalar.Text.All(char.IsAsciiDigit))
        {
            return new Fault("a duration without a unit", $"write the unit, such as {Show.Shortened(scalar.Text)}s");
        }
        if (Read(scalar.Text) is not { } duration) return NotSuch;
        if ((duration < _min || duration > _max) && !(_zero && duration == TimeSpan.Zero)) return new Fault("out of range");
        value = duration;
        return null;
    }

    /// <summary>A duration between the bounds; null when the text is none.</summary>
    public TimeSpan? Parse(string text) => Read(text) is { } duration && duration >= _min && duration <= _max ? duration : null;

    private static TimeSpan? Read(string text)
    {
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        // Nine digits of days stay far inside TimeSpan's 29,000 years only when counted in milliseconds as a long; larger is no duration.
        if (digits is < 1 or > 9) return null;
        foreach ((string suffix, long milliseconds) in Units)
        {
            if (!text.AsSpan(digits).SequenceEqual(suffix)) continue;
            long total = long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture) * milliseconds;
            return total <= TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond ? TimeSpan.FromMilliseconds(total) : null;
        }
        return null;
    }

    private static string Text(TimeSpan value)
    {
        if (value == TimeSpan.Zero) return "0";
        long milliseconds = value.Ticks / TimeSpan.TicksPerMillisecond;
        (string suffix, long unit) = Units.First(u => milliseconds % u.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / unit}{suffix}");
    }
}
