using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Functions;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Compilation;

/// <content>Values: fields, calls and what stands in brackets behind them.</content>
internal sealed partial class ExpressionCompiler
{
    /// <summary>The names that a map has.</summary>
    public Sequence<ReadOnlySpan<byte>> NamesOf(FieldId map) => new EntryNames(Register(), map);

    public Plan Value(ValueSyntax syntax) => syntax switch
    {
        FieldSyntax field => Field(field.Field),
        CallSyntax call => Call(call),
        IndexSyntax index => Index(index),
        LiteralSyntax literal => FromLiteral(literal.Literal),
        LogicalValueSyntax { Logical.IsArray: false } logical => new ScalarPlan<bool>(RuleType.Bool, Compile(logical.Logical)),
        LogicalValueSyntax logical => new FlatPlan<bool>(logical.Type, Present(Booleans(logical.Logical))),
        _ => throw new InvalidOperationException(),
    };

    private static Plan FromLiteral(Literal literal) => literal switch
    {
        BytesLiteral text => new ScalarPlan<ReadOnlySpan<byte>>(RuleType.Bytes, new ConstantBytes(text.Value)),
        IntLiteral number => new ScalarPlan<long>(RuleType.Int, new Constant<long>(number.Value)),
        IpLiteral address => new ScalarPlan<IpValue>(RuleType.Ip, new Constant<IpValue>(address.Value)),
        _ => throw new InvalidOperationException(),
    };

    private Plan Field(FieldId field)
    {
        RuleType type = KnownFields.Get(field).Type;
        if (type.Kind == TypeKind.Map) return new MapPlan(type, field);
        return (type.Kind, type.Depth, type.Scalar) switch
        {
            (TypeKind.Bytes, _, _) => new ScalarPlan<ReadOnlySpan<byte>>(type, new BytesField(field)),
            (TypeKind.Int, _, _) => new ScalarPlan<long>(type, new IntField(field)),
            (TypeKind.Ip, _, _) => new ScalarPlan<IpValue>(type, new IpField(field)),
            (TypeKind.Bool, _, _) => new ScalarPlan<bool>(type, new BoolField(field)),
            (_, 1, TypeKind.Bytes) => new FlatPlan<ReadOnlySpan<byte>>(type, new BytesFieldSequence(Register(), field)),
            (_, 1, TypeKind.Int) => new FlatPlan<long>(type, new IntFieldSequence(Register(), field)),
            (_, 2, TypeKind.Bytes) => Groups(type, field),
            _ => throw new NotSupportedException($"fields of type {type}"),
        };
    }

    private NestedPlan Groups(RuleType type, FieldId field)
    {
        var groups = new GroupCursor(Register(GroupCursor.RegisterCount), field);
        return new NestedPlan(type, groups, new FlatPlan<ReadOnlySpan<byte>>(type.Element, new GroupValues(Register(), field, groups)));
    }

    private Plan Index(IndexSyntax index)
    {
        Plan plan = Value(index.Root);
        Cursor? cursor = null;
        for (int i = 0; i < index.Steps.Length; i++)
        {
            IndexStep step = index.Steps[i];
            bool eachValue = step.Kind == IndexKind.Each && i + 1 < index.Steps.Length && index.Steps[i + 1].Kind == IndexKind.Each;
            if (plan is MapPlan entries && eachValue)
            {
                // [*][*] of a map: its values as they came, without going by names.
                plan = Entries(entries);
                continue;
            }

            (Cursor? over, plan) = (step.Kind, plan) switch
            {
                (IndexKind.Element, FlatPlan flat) => (null, flat.Select(step.Number)),
                (IndexKind.Element, NestedPlan nested) => (null, Select(nested, step.Number)),
                (IndexKind.Key, MapPlan map) => (null, Named(map, step.Key!)),
                (IndexKind.Each, FlatPlan flat) => (flat.Cursor, flat.Current()),
                (IndexKind.Each, NestedPlan nested) => (nested.Outer, nested.Inner),
                (IndexKind.Each, MapPlan map) => Each(map),
                _ => throw new InvalidOperationException(),
            };
            if (over is not null) cursor = cursor is null ? over : new FlattenedCursor(Register(), cursor, over);
        }

        return cursor is null ? plan : new MappedPlan(index.Type, cursor, plan);
    }

    private static Plan Select(NestedPlan nested, int number) =>
        nested.Inner is FlatPlan flat ? flat.Within(nested.Outer, number) : throw new NotSupportedException("arrays nested this deep");

    private Plan Named(MapPlan map, byte[] name) => map.Type.Scalar == TypeKind.Int
        ? new FlatPlan<long>(map.Type.Element, new NamedIntValues(Register(), map.Field, name))
        : new FlatPlan<ReadOnlySpan<byte>>(map.Type.Element, new NamedBytesValues(Register(), map.Field, name));

    private FlatPlan Entries(MapPlan map) => map.Type.Scalar == TypeKind.Int
        ? new FlatPlan<long>(map.Type.Element, new IntFieldSequence(Register(), map.Field))
        : new FlatPlan<ReadOnlySpan<byte>>(map.Type.Element, new EntryValues(Register(), map.Field));

    private (Cursor Names, Plan Values) Each(MapPlan map)
    {
        var names = new MapCursor(Register(MapCursor.RegisterCount), map.Field);
        return (names, map.Type.Scalar == TypeKind.Int
            ? new FlatPlan<long>(map.Type.Element, new MapIntValues(Register(), map.Field, names))
            : new FlatPlan<ReadOnlySpan<byte>>(map.Type.Element, new MapBytesValues(Register(), map.Field, names)));
    }

    private Plan Call(CallSyntax call)
    {
        Plan[] arguments = [.. call.Arguments.Select(Value)];
        if (arguments[0] is not MappedPlan mapped) return Fold(Build(call, arguments, call.Type));
        RuleType type = call.Type.Element;
        arguments[0] = mapped.Body;
        int watch = -1;
        if (call.Function.TakesMissing && mapped.Body is ScalarPlan)
        {
            watch = Register();
            arguments[0] = Watched(watch, mapped.Body);
        }

        return Build(call, arguments, type) switch
        {
            ScalarPlan<ReadOnlySpan<byte>> text => Mapped(call.Type, mapped.Cursor, text.Node, watch),
            ScalarPlan<long> number => Mapped(call.Type, mapped.Cursor, number.Node, watch),
            ScalarPlan<IpValue> address => Mapped(call.Type, mapped.Cursor, address.Node, watch),
            ScalarPlan<bool> truth => Mapped(call.Type, mapped.Cursor, truth.Node, watch),
            Plan array => new NestedPlan(call.Type, mapped.Cursor, array),
        };
    }

    private Plan Build(CallSyntax call, Plan[] arguments, RuleType type) =>
        call.Function.Build(new FunctionCall(this, call, arguments, type));

    private static FlatPlan<T> Mapped<T>(RuleType type, Cursor cursor, Node<T> body, int watch)
        where T : allows ref struct =>
        new(type, new MappedSequence<T>(cursor, watch < 0 ? body : new WatchingNode<T>(watch, body)));

    private static Plan Watched(int register, Plan plan) => plan switch
    {
        ScalarPlan<ReadOnlySpan<byte>> text => text with { Node = new WatchedNode<ReadOnlySpan<byte>>(register, text.Node) },
        ScalarPlan<long> number => number with { Node = new WatchedNode<long>(register, number.Node) },
        ScalarPlan<IpValue> address => address with { Node = new WatchedNode<IpValue>(register, address.Node) },
        ScalarPlan<bool> truth => truth with { Node = new WatchedNode<bool>(register, truth.Node) },
        _ => plan,
    };

    // A call of constants is constant; its value is found once, here.
    private static Plan Fold(Plan plan)
    {
        switch (plan)
        {
            case ScalarPlan<ReadOnlySpan<byte>> { Node: { IsConstant: true } text } bytes:
                return bytes with
                {
                    Node = text.TryGet(Fresh(), out ReadOnlySpan<byte> value)
                        ? new ConstantBytes(value.ToArray()) : new Missing<ReadOnlySpan<byte>>(),
                };
            case ScalarPlan<long> { Node: { IsConstant: true } number } integer:
                return integer with { Node = number.TryGet(Fresh(), out long known) ? new Constant<long>(known) : new Missing<long>() };
            case ScalarPlan<IpValue> { Node: { IsConstant: true } address } ip:
                return ip with
                {
                    Node = address.TryGet(Fresh(), out IpValue found) ? new Constant<IpValue>(found) : new Missing<IpValue>(),
                };
            case ScalarPlan<bool> { Node: { IsConstant: true } and not Predicate } boolean:
                return boolean with
                {
                    Node = boolean.Node.TryGet(Fresh(), out bool truth) ? new Constant<bool>(truth) : new Missing<bool>(),
                };
            default:
                return plan;
        }
    }

    private static EvaluationContext Fresh() => new(NoFieldValues.Instance);
}
