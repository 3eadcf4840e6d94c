using System.Globalization;
using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>A share, written as a whole percentage, <c>20%</c>; in the model 0 to 1.</summary>
/// <param name="min">The least percentage.</param>
internal sealed class PercentSyntax(int min = 0) : ScalarSyntax<double>
{
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"percentage, {min}%–100%");

    protected override string Noun => "a percentage";

    protected override string Expected => string.Create(CultureInfo.InvariantCulture, $"a whole percentage from {min}% to 100%");

    public override string Format(double value) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(value * 100)}%");

    public override JsonObject ToJsonSchema() => new() { ["type"] = "string", ["pattern"] = min == 0 ? "^(100|[1-9]?[0-9])%$" : "^(100|[1-9][0-9]?)%$" };

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out double value)
    {
        value = 0;
        ReadOnlySpan<char> text = scalar.Text;
        if (!text.EndsWith("%")
            || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int percent))
        {
            return NotSuch;
        }
        if (percent > 100 || percent < min) return new Fault("out of range");
        value = percent / 100.0;
        return null;
    }
}
