namespace Breakwater.Eng.ObserveInjection.Inputs;

/// <summary>Repeatable chance: xorshift of its own, so that the same seed gives the same inputs on every version of .NET. One thread.</summary>
internal sealed class Dice(uint seed)
{
    private uint _state = seed == 0 ? 2463534242 : seed;

    /// <summary>0 to one less than so many.</summary>
    public int Below(int count)
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (int)((ulong)_state * (uint)count >> 32);
    }

    public bool OneIn(int count) => Below(count) == 0;

    public T Pick<T>(IReadOnlyList<T> of) => of[Below(of.Count)];
}
