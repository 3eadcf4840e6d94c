using System.Buffers;
using System.Globalization;

namespace Breakwater.Waf.Operators;

/// <summary><c>@validateByteRange</c>: the value has a byte outside of the ranges, <c>9,10,13,32-126</c>.</summary>
public sealed class ValidateByteRange : Operator
{
    private readonly SearchValues<byte> _allowed;

    private ValidateByteRange(byte[] allowed)
    {
        _allowed = SearchValues.Create(allowed);
        byte[] refused = [.. Enumerable.Range(0, 256).Select(b => (byte)b).Except(allowed)];
        Needs = refused.Length == 0 ? MatchNeeds.Impossible : new MatchNeeds { MinLength = 1, OneOfEach = [refused], AreSufficient = true };
    }

    internal override MatchNeeds Needs { get; }

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => value.ContainsAnyExcept(_allowed);

    /// <summary>Reads ranges; answers the first that is none.</summary>
    internal static string? TryCreate(string argument, out ValidateByteRange? range)
    {
        range = null;
        HashSet<byte> allowed = [];
        foreach (string part in argument.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int dash = part.IndexOf('-', StringComparison.Ordinal);
            if (!TryByte(dash < 0 ? part : part[..dash], out byte from) || !TryByte(dash < 0 ? part : part[(dash + 1)..], out byte to) || from > to) return part;
            for (int b = from; b <= to; b++) allowed.Add((byte)b);
        }

        range = new ValidateByteRange([.. allowed]);
        return null;
    }

    private static bool TryByte(string text, out byte value) =>
        byte.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
