using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary>
/// What a value must have so that an operator can hold for it: what a scan for many operators at once goes by. May say "maybe" too often,
/// never "no" wrongly. Immutable.
/// </summary>
internal sealed record MatchNeeds
{
    /// <summary>Any value may match.</summary>
    public static MatchNeeds Nothing { get; } = new();

    /// <summary>No shorter value matches, in bytes.</summary>
    public int MinLength { get; init; }

    /// <summary>At least one of these is somewhere in the value; empty: nothing is known.</summary>
    public IReadOnlyList<byte[]> Literals { get; init; } = [];

    /// <summary>ASCII letters of the literals stand for both cases.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>Whether a value that meets the needs always matches, so that the operator itself need not run.</summary>
    public bool AreSufficient { get; init; }

    public static MatchNeeds Of(RequiredLiterals required) =>
        new() { MinLength = required.MinLength, Literals = required.Literals, IgnoreCase = required.IgnoreCase };
}
