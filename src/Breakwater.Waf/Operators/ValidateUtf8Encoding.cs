using System.Text.Unicode;

namespace Breakwater.Waf.Operators;

/// <summary>
/// <c>@validateUtf8Encoding</c>: the value is not UTF-8 (RFC 3629): a byte that cannot stand where it stands, a character that is cut off,
/// longer than need be, half of a surrogate pair, or beyond U+10FFFF.
/// </summary>
public sealed class ValidateUtf8Encoding : Operator
{
    internal override MatchNeeds Needs { get; } =
        new() { MinLength = 1, OneOfEach = [[.. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]] };

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => !Utf8.IsValid(value);
}
