namespace Breakwater.Rules.Syntax;

/// <summary>One comparison operator: its spellings, what it compares, and what it means. Immutable.</summary>
internal sealed record OperatorDefinition(ComparisonOp Op, string Word, string? Sign, TypeKind[] Types, string Doc)
{
    public bool Takes(RuleType type) => type.IsScalar && Types.Contains(type.Kind);
}

/// <summary>All operators. Immutable.</summary>
internal static class Operators
{
    private static readonly TypeKind[] Ordered = [TypeKind.Bytes, TypeKind.Int, TypeKind.Ip];
    private static readonly TypeKind[] OnlyBytes = [TypeKind.Bytes];

    /// <summary>In the order in which the parser tries them: of two that begin alike, the longer first.</summary>
    public static readonly OperatorDefinition[] Comparisons =
    [
        new(ComparisonOp.In, "in", null, Ordered, "Is one of the values in braces, or in the list named after `$`."),
        new(ComparisonOp.Equal, "eq", "==", Ordered, "Is equal."),
        new(ComparisonOp.NotEqual, "ne", "!=", Ordered, "Is there and not equal."),
        new(ComparisonOp.GreaterOrEqual, "ge", ">=", Ordered, "Is greater or equal; strings by their bytes, addresses within a family."),
        new(ComparisonOp.LessOrEqual, "le", "<=", Ordered, "Is less or equal; strings by their bytes, addresses within a family."),
        new(ComparisonOp.Greater, "gt", ">", Ordered, "Is greater; strings by their bytes, addresses within a family."),
        new(ComparisonOp.Less, "lt", "<", Ordered, "Is less; strings by their bytes, addresses within a family."),
        new(ComparisonOp.BitwiseAnd, "bitwise_and", "&", [TypeKind.Int], "Has a bit in common with the number."),
        new(ComparisonOp.Contains, "contains", null, OnlyBytes, "Contains the string anywhere."),
        new(ComparisonOp.Matches, "matches", "~", OnlyBytes,
            "Matches the regular expression anywhere: Rust's syntax, on bytes, without Unicode classes."),
        new(ComparisonOp.Wildcard, "wildcard", null, OnlyBytes,
            "As a whole matches the pattern, where `*` stands for any run of bytes; ASCII letters match in either case."),
        new(ComparisonOp.StrictWildcard, "strict wildcard", null, OnlyBytes, "As `wildcard`, but letters match in their case only."),
    ];

    /// <summary>Loosest first.</summary>
    public static readonly (LogicalOp Op, string Word, string Sign, string Doc)[] Logical =
    [
        (LogicalOp.Or, "or", "||", "Either is true, or both are."),
        (LogicalOp.Xor, "xor", "^^", "An odd number of the operands is true."),
        (LogicalOp.And, "and", "&&", "Both are true."),
    ];

    public static OperatorDefinition Get(ComparisonOp op) => Array.Find(Comparisons, o => o.Op == op)!;

    public static string Word(LogicalOp op) => Logical[(int)op].Word;
}
