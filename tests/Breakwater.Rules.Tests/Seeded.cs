using CsCheck;

namespace Breakwater.Rules.Tests;

/// <summary>Runs a check over generated values that are the same in every run.</summary>
internal static class Seeded
{
    public static void Check<T>(Gen<T> values, Func<T, bool> holds, Func<T, string> show, int count)
    {
        var random = new PCG(1, 20261123);
        for (int i = 0; i < count; i++)
        {
            T value = values.Generate(random, null, out _);
            bool good;
            try
            {
                good = holds(value);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"case {i}: {show(value)}", e);
            }

            Assert.True(good, $"case {i}: {show(value)}");
        }
    }
}
