namespace Breakwater.Rules;

/// <summary>Where a field may be used; the flags of a scheme that has it.</summary>
[Flags]
public enum FieldAvailability
{
    /// <summary>Everywhere.</summary>
    Request = 0,

    /// <summary>Once there is a response: response phases, and counting expressions of rate limits.</summary>
    Response = 1,

    /// <summary>In rules for all zones.</summary>
    Account = 2,

    /// <summary>As a characteristic of a rate limit.</summary>
    RateLimit = 4,
}

/// <summary>One field of the language. Immutable.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name in expressions.</param>
/// <param name="Type">Type of its value.</param>
/// <param name="Section">Heading under which the reference lists it.</param>
/// <param name="Doc">What it holds: a sentence or two of Markdown.</param>
/// <param name="Availability">Where it may be used.</param>
public sealed record FieldDefinition(
    FieldId Id, string Name, RuleType Type, string Section, string Doc, FieldAvailability Availability = FieldAvailability.Request);
