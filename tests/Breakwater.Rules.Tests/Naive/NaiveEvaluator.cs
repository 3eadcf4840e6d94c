using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using Breakwater.Matching;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Tests.Naive;

/// <summary>
/// Evaluates an expression's syntax over a sample request as the language is described, slowly and plainly: values are objects (null when
/// missing, arrays as lists, maps as lists of pairs, strings as Latin-1). It shares the parser with what it judges, and nothing else.
/// </summary>
internal sealed class NaiveEvaluator(SampleRequest request)
{
    public bool Matches(LogicalSyntax syntax) => (bool)Logical(syntax)!;

    /// <summary>A Boolean, or a list of Booleans; null for a function's array that is missing.</summary>
    private object? Logical(LogicalSyntax syntax) => syntax switch
    {
        NotSyntax not => Logical(not.Operand) switch
        {
            bool truth => !truth,
            var list => Booleans(list).Select(b => !b).ToList(),
        },
        CombinedSyntax combined => Combine(combined.Op, [.. combined.Items.Select(Logical)], combined.IsArray),
        QuantifierSyntax { IsAll: false } any => Booleans(Logical(any.Operand)).Any(b => b),
        QuantifierSyntax all => Logical(all.Operand) is { } list && Booleans(list).All(b => b),
        TruthSyntax { IsArray: false } truth => Value(truth.Value) is true,
        TruthSyntax { Value.IsMapped: true } truth => ((List<object>?)Value(truth.Value))?.Cast<bool>().ToList() ?? [],
        TruthSyntax truth => ((List<object>?)Value(truth.Value))?.Cast<bool>().ToList(),
        ComparisonSyntax { IsArray: true } comparison =>
            ((List<object>?)Value(comparison.Left))?.Select(v => Compare(comparison, v)).ToList() ?? [],
        ComparisonSyntax comparison => Value(comparison.Left) is { } value && Compare(comparison, value),
        _ => throw new InvalidOperationException(),
    };

    private static List<bool> Booleans(object? value) => (List<bool>?)value ?? [];

    private static object Combine(LogicalOp op, object?[] items, bool isArray)
    {
        if (!isArray) return items.Cast<bool>().Aggregate((a, b) => Apply(op, a, b));
        List<bool>[] lists = [.. items.Select(Booleans)];
        return Enumerable.Range(0, lists.Min(l => l.Count)).Select(i =>
            lists.Select(l => l[i]).Aggregate((a, b) => Apply(op, a, b))).ToList();
    }

    private static bool Apply(LogicalOp op, bool a, bool b) => op == LogicalOp.And ? a && b : op == LogicalOp.Or ? a || b : a != b;

    private static bool Compare(ComparisonSyntax comparison, object value)
    {
        switch (comparison.Right)
        {
            case BytesSetOperand set:
                return set.Items.Any(i => Text(i.Value) == (string)value);
            case IntSetOperand set:
                return set.Items.Any(i => (long)value >= i.First && (long)value <= i.Last);
            case IpSetOperand set:
                return set.Items.Any(i => Order((IpValue)value, i.Range.First) is >= 0 && Order((IpValue)value, i.Range.Last) is <= 0);
            case ListOperand list:
                return value switch
                {
                    string text => list.List.Contains(Encoding.Latin1.GetBytes(text)),
                    long number => list.List.Contains(number),
                    _ => list.List.Contains((IpValue)value),
                };
            case RegexOperand regex:
                return Regex.IsMatch((string)value, Text(regex.Pattern.Value), RegexOptions.CultureInvariant);
            case WildcardOperand wildcard:
                return Wildcard(Text(wildcard.Pattern.Value), (string)value, comparison.Op == ComparisonOp.Wildcard) is not null;
        }

        Literal literal = ((LiteralOperand)comparison.Right).Literal;
        int? order = literal switch
        {
            BytesLiteral text => string.CompareOrdinal((string)value, Text(text.Value)),
            IntLiteral number => ((long)value).CompareTo(number.Value),
            IpLiteral address => Order((IpValue)value, address.Value),
            _ => null,
        };
        return comparison.Op switch
        {
            ComparisonOp.Equal => order == 0,
            ComparisonOp.NotEqual => order != 0,
            ComparisonOp.GreaterOrEqual => order >= 0,
            ComparisonOp.LessOrEqual => order <= 0,
            ComparisonOp.Greater => order > 0,
            ComparisonOp.Less => order < 0,
            ComparisonOp.BitwiseAnd => ((long)value & ((IntLiteral)literal).Value) != 0,
            _ => ((string)value).Contains(Text(((BytesLiteral)literal).Value), StringComparison.Ordinal),
        };
    }

    private static int? Order(IpValue a, IpValue b) => a.IsV6 == b.IsV6 ? a.Bits.CompareTo(b.Bits) : null;

    /// <summary>What the stars stood for; null when the value does not match.</summary>
    private static string[]? Wildcard(string pattern, string value, bool ignoreCase)
    {
        string regex = Regex.Replace(pattern, @"\\(.)|\*|[^\\*]+", m => m.Value == "*" ? "(.*?)"
            : Regex.Escape(m.Groups[1].Success ? m.Groups[1].Value : m.Value));
        Match match = Regex.Match(value, $@"\A{regex}\z",
            RegexOptions.Singleline | (ignoreCase ? RegexOptions.IgnoreCase | RegexOptions.CultureInvariant : 0));
        return match.Success ? [.. match.Groups.Values.Select(g => g.Value)] : null;
    }

    private object? Value(ValueSyntax syntax) => syntax switch
    {
        FieldSyntax read => Known(request.Values.GetValueOrDefault(read.Field)),
        LiteralSyntax { Literal: BytesLiteral text } => Text(text.Value),
        LiteralSyntax { Literal: IntLiteral number } => number.Value,
        LiteralSyntax { Literal: IpLiteral address } => address.Value,
        LogicalValueSyntax logical => Logical(logical.Logical) is List<bool> list ? list.Cast<object>().ToList() : Logical(logical.Logical),
        IndexSyntax index => Index(Value(index.Root), index.Steps),
        CallSyntax call => Call(call),
        _ => throw new InvalidOperationException(),
    };

    private static object? Known(object? value) => value switch
    {
        byte[] text => Text(text),
        byte[][] texts => texts.Select(t => (object)Text(t)).ToList(),
        long[] numbers => numbers.Cast<object>().ToList(),
        byte[][][] groups => groups.Select(g => (object)g.Select(t => (object)Text(t)).ToList()).ToList(),
        (byte[] Name, byte[] Value)[] pairs => pairs.Select(p => (Text(p.Name), Text(p.Value))).ToList(),
        _ => value,
    };

    /// <summary>Follows the steps; behind the first [*], the list of what each element leads to.</summary>
    private static object? Index(object? value, ReadOnlySpan<IndexStep> steps)
    {
        if (value is null || steps.IsEmpty) return value;
        IndexStep step = steps[0];
        if (step.Kind == IndexKind.Key) return Index(Named(value, Text(step.Key!)), steps[1..]);
        if (value is List<(string, string)> pairs && step.Kind == IndexKind.Each && steps.Length > 1 && steps[1].Kind == IndexKind.Each)
        {
            // [*][*] of a map goes over its values as they came.
            return Index(pairs.Select(p => (object)p.Item2).ToList(), steps[1..]);
        }

        List<object> elements = value is List<(string, string)> map
            ? [.. map.Select(p => p.Item1).Distinct().Select(n => Named(map, n)!)] : (List<object>)value;
        if (step.Kind == IndexKind.Element) return step.Number < elements.Count ? Index(elements[step.Number], steps[1..]) : null;
        bool more = false;
        foreach (IndexStep later in steps[1..]) more |= later.Kind == IndexKind.Each;
        List<object> all = [];
        foreach (object element in elements)
        {
            object? found = Index(element, steps[1..]);
            if (found is null) continue;
            if (more) all.AddRange((List<object>)found);
            else all.Add(found);
        }

        return all;
    }

    private static List<object>? Named(object map, string name)
    {
        List<object> values = [.. ((List<(string Name, string Value)>)map).Where(p => p.Name == name).Select(p => p.Value)];
        return values.Count == 0 ? null : values;
    }

    private object? Call(CallSyntax call)
    {
        object? first = Value(call.Arguments[0]);
        object?[] rest = [.. call.Arguments.Skip(1).Select(Value)];
        if (!call.Arguments[0].IsMapped) return Call(call.Function.Name, [first, .. rest]);
        return ((List<object>?)first)?.Select(e => Call(call.Function.Name, [e, .. rest])).OfType<object>().ToList();
    }

    private static object? Call(string name, object?[] a)
    {
        if (name == "coalesce") return a.FirstOrDefault(v => v is not null);
        if (name == "concat")
        {
            return a.Any(v => v is List<object>) ? a.OfType<List<object>>().SelectMany(l => l).ToList() : string.Concat(a);
        }

        if (a.Contains(null)) return null;
        switch (name)
        {
            case "lower":
                return string.Concat(((string)a[0]!).Select(c => c is >= 'A' and <= 'Z' ? (char)(c + 32) : c));
            case "upper":
                return string.Concat(((string)a[0]!).Select(c => c is >= 'a' and <= 'z' ? (char)(c - 32) : c));
            case "len":
                return a[0] is string text ? text.Length : (long)((List<object>)a[0]!).Count;
            case "starts_with":
                return ((string)a[0]!).StartsWith((string)a[1]!, StringComparison.Ordinal);
            case "ends_with":
                return ((string)a[0]!).EndsWith((string)a[1]!, StringComparison.Ordinal);
            case "remove_bytes":
                return string.Concat(((string)a[0]!).Where(c => !((string)a[1]!).Contains(c)));
            case "substring":
                return Substring((string)a[0]!, (long)a[1]!, a.Length > 2 ? (long)a[2]! : long.MaxValue);
            case "join":
                return string.Join((string)a[1]!, (List<object>)a[0]!);
            case "split":
                return ((string)a[0]!).Split((string)a[1]!, (int)(long)a[2]!).Cast<object>().ToList();
            case "has_key":
                return ((List<(string, string)>)a[0]!).Any(p => p.Item1 == (string)a[1]!);
            case "has_value":
                return ((List<object>)a[0]!).Contains(a[1]!);
            case "cidr":
                return IpPrefix.Containing((IpValue)a[0]!, (int)(long)a[((IpValue)a[0]!).IsV6 ? 2 : 1]!).Address;
            case "url_decode":
                return Regex.Replace((string)a[0]!, @"\+|%([0-9a-fA-F]{2})", m => m.Value == "+" ? " "
                    : ((char)Convert.ToInt32(m.Groups[1].Value, 16)).ToString());
            case "decode_base64":
                string padded = ((string)a[0]!).TrimEnd('=').Replace('-', '+').Replace('_', '/');
                padded += new string('=', (4 - (padded.Length % 4)) % 4);
                return Base64.IsValid(padded) && !padded.Any(char.IsWhiteSpace)
                    ? Encoding.Latin1.GetString(Convert.FromBase64String(padded)) : null;
            default:
                throw new NotSupportedException(name);
        }
    }

    private static string Substring(string text, long start, long end)
    {
        long from = Math.Clamp(start < 0 ? start + text.Length : start, 0, text.Length);
        long to = Math.Clamp(end < 0 ? end + text.Length : end, 0, text.Length);
        return from < to ? text[(int)from..(int)to] : "";
    }

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
