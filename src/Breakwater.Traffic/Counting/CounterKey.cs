namespace Breakwater.Traffic;

/// <summary>
/// What is counted, as 128 bits of a keyed hash: from <see cref="KeyHasher"/>. Immutable. Whoever does not know the hash's secret can
/// neither make two keys collide nor choose where one is kept.
/// </summary>
/// <param name="Low">The lower half.</param>
/// <param name="High">The upper half.</param>
public readonly record struct CounterKey(ulong Low, ulong High);
