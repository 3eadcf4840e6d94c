namespace Breakwater.Waf.Bodies;

/// <summary>A piece of a <see cref="ByteArena"/>. Immutable; worth nothing after the arena's reset.</summary>
/// <param name="Offset">Where it starts.</param>
/// <param name="Length">How many bytes it has.</param>
public readonly record struct ByteSlice(int Offset, int Length);
