namespace Breakwater.Matching;

/// <summary>Where a literal of a <see cref="LiteralSet"/> occurs.</summary>
/// <param name="Id">Which literal.</param>
/// <param name="Start">The offset of its first byte.</param>
public readonly record struct LiteralPlace(int Id, int Start);
