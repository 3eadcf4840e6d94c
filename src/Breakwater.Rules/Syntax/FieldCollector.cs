namespace Breakwater.Rules.Syntax;

/// <summary>Finds the fields that an expression reads.</summary>
internal static class FieldCollector
{
    public static FieldId[] Of(LogicalSyntax syntax)
    {
        List<FieldId> fields = [];
        Collect(syntax, fields);
        return [.. fields.Distinct()];
    }

    public static FieldId[] Of(ValueSyntax syntax)
    {
        List<FieldId> fields = [];
        Collect(syntax, fields);
        return [.. fields.Distinct()];
    }

    private static void Collect(LogicalSyntax syntax, List<FieldId> fields)
    {
        switch (syntax)
        {
            case CombinedSyntax combined:
                foreach (LogicalSyntax item in combined.Items) Collect(item, fields);
                break;
            case NotSyntax not:
                Collect(not.Operand, fields);
                break;
            case QuantifierSyntax quantifier:
                Collect(quantifier.Operand, fields);
                break;
            case TruthSyntax truth:
                Collect(truth.Value, fields);
                break;
            case ComparisonSyntax comparison:
                Collect(comparison.Left, fields);
                break;
        }
    }

    private static void Collect(ValueSyntax syntax, List<FieldId> fields)
    {
        switch (syntax)
        {
            case FieldSyntax field:
                fields.Add(field.Field);
                break;
            case IndexSyntax index:
                Collect(index.Root, fields);
                break;
            case CallSyntax call:
                foreach (ValueSyntax argument in call.Arguments) Collect(argument, fields);
                break;
            case LogicalValueSyntax logical:
                Collect(logical.Logical, fields);
                break;
        }
    }
}
