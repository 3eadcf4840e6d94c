using Breakwater.Rules.Compilation;
using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Functions;

[Flags]
internal enum ParameterTypes
{
    Bool = 1,
    Int = 2,
    Bytes = 4,
    Ip = 8,
    Strings = 16,
    Array = 32,
    Map = 64,
    Scalar = Bool | Int | Bytes | Ip,
}

internal enum ParameterForm : byte
{
    Any,

    /// <summary>Known when the expression is compiled.</summary>
    Literal,

    /// <summary>A field or a function's result: on a literal the call would be pointless, and the language refuses it.</summary>
    NotLiteral,
}

/// <summary>Functions of which an expression may call only one, and only once.</summary>
[Flags]
internal enum FunctionGroups
{
    None = 0,
    Replacing = 1,
}

internal sealed record FunctionParameter(string Name, ParameterTypes Types, ParameterForm Form = ParameterForm.Any)
{
    public string TypeText =>
        string.Join(" or ", Enum.GetValues<ParameterTypes>().Where(t => t != ParameterTypes.Scalar && (Types & t) != 0).Select(t => t switch
    {
        ParameterTypes.Bool => "Boolean",
        ParameterTypes.Int => "Integer",
        ParameterTypes.Bytes => "String",
        ParameterTypes.Ip => "IP address",
        ParameterTypes.Strings => "Array<String>",
        ParameterTypes.Array => "Array",
        _ => "Map",
    }));

    public bool Takes(RuleType type) => (Types & type.Kind switch
    {
        TypeKind.Bool => ParameterTypes.Bool,
        TypeKind.Int => ParameterTypes.Int,
        TypeKind.Bytes => ParameterTypes.Bytes,
        TypeKind.Ip => ParameterTypes.Ip,
        TypeKind.Map => ParameterTypes.Map,
        _ when type.Element == RuleType.Bytes => ParameterTypes.Strings | ParameterTypes.Array,
        _ when type.Element.IsScalar => ParameterTypes.Array,
        _ => 0,
    }) != 0;
}

/// <summary>What is wrong with an argument beyond its type.</summary>
internal sealed record ArgumentError(int Argument, string Message);

/// <summary>A function of the language: how it is called, what it means, and how a call is compiled. Immutable.</summary>
internal sealed record FunctionDefinition(string Name, FunctionParameter[] Parameters)
{
    public required string Doc { get; init; }

    public required string Example { get; init; }

    public required Func<ValueSyntax[], RuleType> ReturnType { get; init; }

    public required string ReturnText { get; init; }

    public required Func<FunctionCall, Plan> Build { get; init; }

    /// <summary>How many of the last parameters may be left out.</summary>
    public int Optional { get; init; }

    /// <summary>Whether the last parameter may be given any number of times.</summary>
    public bool Repeats { get; init; }

    public Func<ValueSyntax[], ArgumentError?>? Check { get; init; }

    public ExpressionFeatures Features { get; init; }

    public FunctionGroups Group { get; init; }

    /// <summary>Whether it yields something when its first argument is missing.</summary>
    public bool TakesMissing { get; init; }

    public int MinArguments => Parameters.Length - Optional;

    public string CountText => (Repeats, Optional) switch
    {
        (true, _) => $"{MinArguments} or more arguments",
        (_, 0) => MinArguments == 1 ? "1 argument" : $"{MinArguments} arguments",
        _ => $"{MinArguments} to {Parameters.Length} arguments",
    };

    public string Signature => $"{Name}({string.Join(", ", Parameters.Index().Select(p =>
        p.Index >= MinArguments ? $"[{p.Item.Name}]" : p.Item.Name))}{(Repeats ? ", ..." : "")})";

    public FunctionParameter? Parameter(int index) =>
        index < Parameters.Length ? Parameters[index] : Repeats ? Parameters[^1] : null;
}

/// <summary>One call while it is compiled.</summary>
internal sealed record FunctionCall(ExpressionCompiler Compiler, CallSyntax Syntax, Plan[] Arguments, RuleType Type)
{
    public int Count => Arguments.Length;

    public Node<ReadOnlySpan<byte>> Bytes(int argument) => ((ScalarPlan<ReadOnlySpan<byte>>)Arguments[argument]).Node;

    public Node<long> Int(int argument) => ((ScalarPlan<long>)Arguments[argument]).Node;

    public Node<IpValue> Ip(int argument) => ((ScalarPlan<IpValue>)Arguments[argument]).Node;

    public byte[] LiteralBytes(int argument) => LiteralBytes(Syntax.Arguments, argument);

    public long LiteralInt(int argument) => LiteralInt(Syntax.Arguments, argument);

    public bool HasFlag(int argument, char flag) => argument < Count && LiteralBytes(argument).Contains((byte)flag);

    public Plan Result(Node<ReadOnlySpan<byte>> node) => new ScalarPlan<ReadOnlySpan<byte>>(Type, node);

    public Plan Result(Node<long> node) => new ScalarPlan<long>(Type, node);

    public Plan Result(Node<IpValue> node) => new ScalarPlan<IpValue>(Type, node);

    public Plan Result(Node<bool> node) => new ScalarPlan<bool>(Type, node);

    public static byte[] LiteralBytes(ValueSyntax[] arguments, int argument) =>
        ((BytesLiteral)((LiteralSyntax)arguments[argument]).Literal).Value;

    public static long LiteralInt(ValueSyntax[] arguments, int argument) =>
        ((IntLiteral)((LiteralSyntax)arguments[argument]).Literal).Value;
}
