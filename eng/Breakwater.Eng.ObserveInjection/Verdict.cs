using System.Text;
using Breakwater.Waf.Operators;
using Breakwater.Waf.Operators.Injection;

namespace Breakwater.Eng.ObserveInjection;

/// <summary>What is said of an input: the fingerprint of an SQL injection or null, and whether it is script. A plain value.</summary>
internal readonly record struct Verdict(string? Sqli, bool Xss)
{
    private static readonly DetectSqli OurSqli = new();
    private static readonly DetectXss OurXss = new();

    public static Verdict OfLibrary(byte[] input) => new(LibInjection.Sqli(input), LibInjection.Xss(input));

    public static Verdict Ours(byte[] input)
    {
        Span<byte> text = stackalloc byte[Operator.MaxCapturedText];
        int length = OurSqli.CapturedText(input, text);
        return new Verdict(length == 0 ? null : Encoding.ASCII.GetString(text[..length]), OurXss.IsMatch(input, default));
    }

    public override string ToString() => $"{Sqli ?? "-"}\t{(Xss ? "xss" : "-")}";
}
