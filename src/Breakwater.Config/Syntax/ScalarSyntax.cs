using System.Diagnostics.CodeAnalysis;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>Why a text is not a value of some kind.</summary>
/// <param name="Problem">Follows "'key' is 'text', ", such as <c>not a duration</c>.</param>
/// <param name="Remedy">What to do; null = write what the syntax expects.</param>
internal sealed record Fault(string Problem, string? Remedy = null);

/// <summary>The syntax of a value that is one YAML scalar. Immutable.</summary>
internal abstract class ScalarSyntax<T> : ValueSyntax<T>
{
    /// <summary>What such a value is, with its article: <c>a duration</c>.</summary>
    protected abstract string Noun { get; }

    /// <summary>What to write, with its bounds: <c>a duration from 1s to 1h, such as 30s</c>.</summary>
    protected abstract string Expected { get; }

    /// <summary>Reads a scalar; null when it could.</summary>
    protected abstract Fault? Parse(YamlScalar scalar, Reading reading, out T value);

    /// <summary>The fault of a text that is something else altogether.</summary>
    protected Fault NotSuch => new($"not {Noun}");

    public sealed override bool TryRead(YamlNode node, string label, Reading reading, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        switch (node)
        {
            case YamlRefused:
                return false;
            case YamlScalar { IsNull: true }:
                reading.Diagnostics.Error(node.Position, $"{label} is empty", $"write {Expected}");
                return false;
            case YamlScalar scalar:
                if (Parse(scalar, reading, out value) is not { } fault) return true;
                reading.Diagnostics.Error(
                    node.Position, $"{label} is {Show.Quoted(scalar.Text)}, {fault.Problem}", fault.Remedy ?? $"write {Expected}");
                return false;
            default:
                reading.Diagnostics.Error(node.Position, $"{label} is {node.Noun}, not {Noun}", $"write {Expected}");
                return false;
        }
    }
}
