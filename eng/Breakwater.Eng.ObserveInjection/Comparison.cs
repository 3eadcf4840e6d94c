using Breakwater.Eng.ObserveModSecurity;

namespace Breakwater.Eng.ObserveInjection;

/// <summary>Counts where our verdicts and the library's are the same, and prints where they are not. One thread.</summary>
internal sealed class Comparison
{
    private const int MostPrinted = 100;

    private long _inputs;
    private long _sqli;
    private long _xss;
    private long _different;

    public void Add(byte[] input)
    {
        Verdict library = Verdict.OfLibrary(input);
        Verdict ours = Verdict.Ours(input);
        _inputs++;
        if (library.Sqli is not null) _sqli++;
        if (library.Xss) _xss++;
        if (library == ours) return;
        if (++_different <= MostPrinted) Console.WriteLine($"{Escapes.Write(input)}\t{library}\tours: {ours}");
    }

    public void Print() => Console.WriteLine($"{_inputs} inputs, {_sqli} SQL injections, {_xss} script injections, {_different} different");
}
