using CsCheck;

namespace Breakwater.Edge.Tests;

/// <summary>Samples of a generator that are the same on every run, one after the other.</summary>
internal static class FixedSeed
{
    public static void ForEach<T>(this Gen<T> generator, int count, Action<T> check)
    {
        var random = new PCG(1, 20_260_101);
        for (int i = 0; i < count; i++)
        {
            T value = generator.Generate(random, null, out _);
            try
            {
                check(value);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Sample {i} fails: {Print(value)}", exception);
            }
        }
    }

    private static string Print(object? value) => value switch
    {
        byte[] bytes => Convert.ToHexStringLower(bytes),
        System.Runtime.CompilerServices.ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Print(tuple[i])))})",
        string text => $"\"{text}\"",
        System.Collections.IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Print))}]",
        _ => value?.ToString() ?? "null",
    };
}
