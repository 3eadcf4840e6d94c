namespace Breakwater.Waf.Operators.Injection;

/// <summary><c>@detectSQLi</c>: the value is an SQL injection. TX:0 is its fingerprint. Verdicts are those of libinjection.</summary>
public sealed class DetectSqli : Operator
{
    /// <summary>The shortest attack, <c>{`</c>, has two bytes.</summary>
    internal override MatchNeeds Needs { get; } = new() { MinLength = 2 };

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => SqlInjection.IsFound(value, out _);

    /// <inheritdoc/>
    public override int CapturedText(ReadOnlySpan<byte> value, Span<byte> text) => SqlInjection.IsFound(value, out SqlFingerprint found) ? found.Write(text) : 0;
}
