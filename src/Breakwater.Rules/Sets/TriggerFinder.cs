using Breakwater.Rules.Formatting;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Sets;

/// <summary>
/// Finds what a filter needs: a list of triggers of which at least one is there whenever the filter is true. It may find a weaker need
/// than there is, or none; never one that a match does not have.
/// </summary>
internal static class TriggerFinder
{
    /// <summary>A filter that any of so many things can start is not worth an index.</summary>
    private const int MostTriggers = 2000;

    /// <summary>All needs that were found: each of the lists has a trigger that is there whenever the filter is true.</summary>
    public static List<List<Trigger>> Needs(LogicalSyntax syntax)
    {
        switch (syntax)
        {
            case CombinedSyntax { Op: LogicalOp.And } and:
                return [.. and.Items.SelectMany(Needs)];
            case CombinedSyntax { Op: LogicalOp.Or } or:
                return Either(or);
            case QuantifierSyntax { IsAll: false } any:
                return Needs(any.Operand);
            case TruthSyntax { Value: CallSyntax call }:
                return Affix(call);
            case ComparisonSyntax comparison:
                List<List<Trigger>> needs = Key(comparison.Left) is { } named ? [[named]] : [];
                if (Comparison(comparison) is { Count: > 0 and <= MostTriggers } found) needs.Add(found);
                return needs;
            default:
                return [];
        }
    }

    private static List<List<Trigger>> Either(CombinedSyntax or)
    {
        List<Trigger> all = [];
        foreach (LogicalSyntax item in or.Items)
        {
            List<Trigger>? least = Needs(item).MinBy(need => need.Sum(t => t.Likelihood));
            if (least is null) return [];
            all.AddRange(least);
        }

        return all.Count <= MostTriggers ? [all] : [];
    }

    private static List<List<Trigger>> Affix(CallSyntax call)
    {
        if (call.Function.Name is not ("starts_with" or "ends_with")
            || call.Arguments[1] is not LiteralSyntax { Literal: BytesLiteral { Value: { Length: > 0 } part } }) return [];
        LiteralAnchor anchor = call.Function.Name == "starts_with" ? LiteralAnchor.Start : LiteralAnchor.End;
        return [[Text(call.Arguments[0], part, anchor)]];
    }

    // What is asked about has to be there: a comparison with a missing value is false.
    private static TextTrigger? Key(ValueSyntax value) =>
        value is IndexSyntax { Root: FieldSyntax map, Steps: [{ Kind: IndexKind.Key, Key: { } name }, ..] }
            ? new TextTrigger(map, $"names of {SyntaxWriter.OneLine(map)}", name, IgnoreCase: false, LiteralAnchor.Whole) { NamesOf = map.Field }
            : null;

    private static List<Trigger> Comparison(ComparisonSyntax comparison)
    {
        ValueSyntax left = comparison.Left;
        string key = SyntaxWriter.OneLine(left);
        switch (comparison.Right)
        {
            case LiteralOperand { Literal: BytesLiteral text } when comparison.Op == ComparisonOp.Equal:
                return [Text(left, text.Value, LiteralAnchor.Whole)];
            case LiteralOperand { Literal: BytesLiteral { Value.Length: > 0 } text } when comparison.Op == ComparisonOp.Contains:
                return [Text(left, text.Value, LiteralAnchor.Anywhere)];
            case LiteralOperand { Literal: IntLiteral number } when comparison.Op == ComparisonOp.Equal:
                return [new IntTrigger(left, key, number.Value, number.Value)];
            case LiteralOperand { Literal: IpLiteral address } when comparison.Op == ComparisonOp.Equal:
                return [new IpTrigger(left, key, IpRange.Of(address.Value))];
            case BytesSetOperand set:
                return [.. set.Items.Select(i => Text(left, i.Value, LiteralAnchor.Whole))];
            case IntSetOperand set:
                return [.. set.Items.Select(i => new IntTrigger(left, key, i.First, i.Last))];
            case IpSetOperand set:
                return [.. set.Items.Select(i => new IpTrigger(left, key, i.Range))];
            case RegexOperand { Regex.Required: { Any: true } required }:
                return [.. required.Literals.Select(l => new TextTrigger(left, key, l, required.IgnoreCase, LiteralAnchor.Anywhere))];
            case WildcardOperand wildcard:
                return Wildcard(left, key, wildcard);
            default:
                return [];
        }
    }

    private static List<Trigger> Wildcard(ValueSyntax left, string key, WildcardOperand operand)
    {
        byte[][] pieces = operand.Pieces;
        int longest = Enumerable.Range(0, pieces.Length).MaxBy(i => pieces[i].Length);
        if (pieces.Length > 1 && pieces[longest].Length == 0) return [];
        LiteralAnchor anchor = pieces.Length == 1 ? LiteralAnchor.Whole
            : longest == 0 ? LiteralAnchor.Start : longest == pieces.Length - 1 ? LiteralAnchor.End : LiteralAnchor.Anywhere;
        return [new TextTrigger(left, key, pieces[longest], operand.Wildcard.IgnoreCase, anchor)];
    }

    private static TextTrigger Text(ValueSyntax source, byte[] literal, LiteralAnchor anchor) =>
        new(source, SyntaxWriter.OneLine(source), literal, IgnoreCase: false, anchor);
}
