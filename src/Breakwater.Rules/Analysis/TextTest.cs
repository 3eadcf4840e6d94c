using Breakwater.Rules.Compilation;
using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Formatting;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Analysis;

/// <summary>A comparison of strings other than by equality. Immutable.</summary>
/// <param name="Key">Operator and right side in canonical spelling.</param>
/// <param name="Contained">The string it looks for, when it is <c>contains</c>.</param>
/// <param name="Test">The test itself.</param>
internal sealed record TextTest(string Key, byte[]? Contained, ValueTest<ReadOnlySpan<byte>> Test)
{
    public static TextTest Of(ComparisonSyntax comparison)
    {
        string key = SyntaxWriter.OneLine(comparison)[SyntaxWriter.OneLine(comparison.Left).Length..];
        byte[]? contained = comparison is { Op: ComparisonOp.Contains, Right: LiteralOperand { Literal: BytesLiteral text } }
            ? text.Value : null;
        return new TextTest(key, contained, Tests.ForBytes(comparison));
    }

    public bool Matches(byte[] value) => Test.Matches(value);

    /// <summary>Whether a value that passes this test certainly passes the other: what contains "abc" contains "b".</summary>
    public bool Implies(TextTest other) =>
        Key == other.Key || (Contained is not null && other.Contained is not null && Contained.AsSpan().IndexOf(other.Contained) >= 0);
}
