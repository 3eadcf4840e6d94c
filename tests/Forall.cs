using CsCheck;

namespace Breakwater.Testing;

/// <summary>Runs a property over generated input: the same input in every run.</summary>
internal static class Forall
{
    public static void Check<T>(Gen<T> generator, int rounds, Func<T, string> show, Action<T> property)
    {
        PCG random = new(1, 42);
        for (int round = 0; round < rounds; round++)
        {
            T input = generator.Generate(random, null, out _);
            try
            {
                property(input);
            }
            catch (Exception failure)
            {
                throw new Xunit.Sdk.XunitException($"Round {round}: {show(input)}\n{failure.Message}", failure);
            }
        }
    }
}
