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

    /// <summary>No value matches.</summary>
    public static MatchNeeds Impossible { get; } = new() { MinLength = int.MaxValue };

    /// <summary>No shorter value matches, in bytes; <see cref="int.MaxValue"/>: none does.</summary>
    public int MinLength { get; init; }

    /// <summary>At least one byte of each of these sets is in the value.</summary>
    public IReadOnlyList<byte[]> OneOfEach { get; init; } = [];

    /// <summary>At least one of these is somewhere in the value; empty: nothing is known.</summary>
    public IReadOnlyList<byte[]> Literals { get; init; } = [];

    /// <summary>ASCII letters of the literals stand for both cases.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>How often one of the literals stands at a place of an ordinary value, very roughly.</summary>
    public double Frequency { get; init; } = 1;

    /// <summary>A match begins at most so many bytes before one of its literals does; <see cref="int.MaxValue"/>: nothing is known.</summary>
    public int MaxLead { get; init; } = int.MaxValue;

    /// <summary>Whether a value that meets the needs always matches, so that the operator itself need not run.</summary>
    public bool AreSufficient { get; init; }

    public static MatchNeeds Of(RequiredLiterals required) => required.IsImpossible ? Impossible : new()
    {
        MinLength = required.MinLength,
        OneOfEach = required.OneOfEach,
        Literals = required.Literals,
        IgnoreCase = required.IgnoreCase,
        Frequency = required.Frequency,
        MaxLead = required.MaxLead,
    };
}
