namespace Breakwater.Rules;

/// <summary>What a value of the rules language is, on the outside.</summary>
public enum TypeKind : byte
{
    /// <summary>True or false.</summary>
    Bool,

    /// <summary>A signed 64-bit number.</summary>
    Int,

    /// <summary>A sequence of bytes; "String" to operators.</summary>
    Bytes,

    /// <summary>An IPv4 or IPv6 address.</summary>
    Ip,

    /// <summary>Values of one type in an order.</summary>
    Array,

    /// <summary>Values of one type by name.</summary>
    Map,
}

/// <summary>
/// A type of the rules language: a scalar, or arrays and maps around one, at most six deep. Immutable; two types are equal when they
/// mean the same.
/// </summary>
public readonly record struct RuleType
{
    // Scalar in the low 4 bits; then 2 bits per container, innermost first: 1 array, 2 map.
    private readonly ushort _code;

    private RuleType(int code) => _code = (ushort)code;

    /// <summary>True or false.</summary>
    public static RuleType Bool { get; } = new((int)TypeKind.Bool);

    /// <summary>A signed 64-bit number.</summary>
    public static RuleType Int { get; } = new((int)TypeKind.Int);

    /// <summary>A sequence of bytes; "String" to operators.</summary>
    public static RuleType Bytes { get; } = new((int)TypeKind.Bytes);

    /// <summary>An IPv4 or IPv6 address.</summary>
    public static RuleType Ip { get; } = new((int)TypeKind.Ip);

    /// <summary>What the value is on the outside.</summary>
    public TypeKind Kind => Depth == 0 ? Scalar : ((_code >> (4 + (2 * (Depth - 1)))) & 3) == 1 ? TypeKind.Array : TypeKind.Map;

    /// <summary>The innermost type.</summary>
    public TypeKind Scalar => (TypeKind)(_code & 0xF);

    /// <summary>How many containers are around the scalar.</summary>
    public int Depth => _code >> 4 == 0 ? 0 : ((31 - System.Numerics.BitOperations.LeadingZeroCount((uint)_code >> 4)) / 2) + 1;

    /// <summary>Whether the value is neither array nor map.</summary>
    public bool IsScalar => Depth == 0;

    /// <summary>Type of an array's or map's values; of a scalar, itself.</summary>
    public RuleType Element => IsScalar ? this : new RuleType(_code & ((1 << (4 + (2 * (Depth - 1)))) - 1));

    /// <summary>An array of <paramref name="element"/>.</summary>
    public static RuleType ArrayOf(RuleType element) => element.Inside(1);

    /// <summary>A map whose values are <paramref name="element"/>.</summary>
    public static RuleType MapOf(RuleType element) => element.Inside(2);

    /// <summary>The name operators know: <c>Map&lt;Array&lt;String&gt;&gt;</c>.</summary>
    public override string ToString() => Kind switch
    {
        TypeKind.Bool => "Boolean",
        TypeKind.Int => "Integer",
        TypeKind.Bytes => "String",
        TypeKind.Ip => "IP address",
        TypeKind.Array => $"Array<{Element}>",
        _ => $"Map<{Element}>",
    };

    private RuleType Inside(int container)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Depth, 6);
        return new RuleType(_code | (container << (4 + (2 * Depth))));
    }
}
