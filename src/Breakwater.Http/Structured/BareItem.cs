using System.Globalization;
using System.Text;

namespace Breakwater.Http;

/// <summary>
/// One value of a structured field (RFC 9651 §3.3). Immutable. It can only be made from what can be written, so writing cannot fail;
/// making one from anything else is a bug of the caller and throws <see cref="ArgumentException"/>.
/// </summary>
public readonly record struct BareItem
{
    private const long LargestInteger = 999_999_999_999_999;

    private readonly long _number;
    private readonly string? _text;

    private BareItem(BareItemKind kind, long number, string? text = null)
    {
        Kind = kind;
        _number = number;
        _text = text;
    }

    /// <summary>The type of the value, which says which of the other properties has it.</summary>
    public BareItemKind Kind { get; }

    /// <summary>An integer, or the seconds of a date.</summary>
    public long Integer => Of(Kind == BareItemKind.Date ? BareItemKind.Date : BareItemKind.Integer)._number;

    /// <summary>A decimal.</summary>
    public decimal Decimal => Of(BareItemKind.Decimal)._number / 1000m;

    /// <summary>A boolean.</summary>
    public bool Boolean => Of(BareItemKind.Boolean)._number != 0;

    /// <summary>The text of a string, token or display string.</summary>
    public string Text => Kind is BareItemKind.Token or BareItemKind.DisplayString ? _text! : Of(BareItemKind.String)._text!;

    /// <summary>The bytes of a byte sequence.</summary>
    public byte[] Bytes => Encoding.Latin1.GetBytes(Of(BareItemKind.ByteSequence)._text!);

    /// <summary>A date.</summary>
    public DateTimeOffset Date => DateTimeOffset.FromUnixTimeSeconds(Of(BareItemKind.Date)._number);

    /// <summary>An integer of at most 15 digits.</summary>
    public static BareItem FromInteger(long value) => new(BareItemKind.Integer, Checked(value, LargestInteger, nameof(value)));

    /// <summary>A decimal; rounded to three places, halves to even (RFC 9651 §4.1.5).</summary>
    public static BareItem FromDecimal(decimal value)
    {
        decimal rounded = Math.Round(value, 3, MidpointRounding.ToEven);
        return Math.Abs(rounded) < 1_000_000_000_000m
            ? new(BareItemKind.Decimal, (long)(rounded * 1000m))
            : throw new ArgumentException("A decimal has at most 12 digits before its point.", nameof(value));
    }

    /// <summary>A string of printable ASCII.</summary>
    public static BareItem FromString(string value) =>
        value.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? throw new ArgumentException("A string has printable ASCII alone; a display string may have more.", nameof(value))
            : new(BareItemKind.String, 0, value);

    /// <summary>A token: a letter or asterisk, then token characters, colons and slashes.</summary>
    public static BareItem FromToken(string value) =>
        StructuredText.IsToken(value)
            ? new(BareItemKind.Token, 0, value)
            : throw new ArgumentException("That is no token.", nameof(value));

    /// <summary>A byte sequence.</summary>
    public static BareItem FromBytes(ReadOnlySpan<byte> value) => new(BareItemKind.ByteSequence, 0, Encoding.Latin1.GetString(value));

    /// <summary>A boolean.</summary>
    public static BareItem FromBoolean(bool value) => new(BareItemKind.Boolean, value ? 1 : 0);

    /// <summary>A date; parts of a second are dropped.</summary>
    public static BareItem FromDate(DateTimeOffset value) => new(BareItemKind.Date, value.ToUnixTimeSeconds());

    /// <summary>Unicode text.</summary>
    public static BareItem FromDisplayString(string value)
    {
        _ = StructuredText.StrictUtf8.GetByteCount(value); // throws at half a surrogate pair
        return new(BareItemKind.DisplayString, 0, value);
    }

    /// <summary>A date in seconds, which on the wire may lie outside the years that <see cref="DateTimeOffset"/> knows.</summary>
    internal static BareItem FromDateSeconds(long seconds) => new(BareItemKind.Date, Checked(seconds, LargestInteger, nameof(seconds)));

    /// <summary>A decimal in thousandths.</summary>
    internal static BareItem FromThousandths(long thousandths) =>
        new(BareItemKind.Decimal, Checked(thousandths, LargestInteger, nameof(thousandths)));

    /// <summary>Appends the value as it stands in a field (RFC 9651 §4.1.3.1).</summary>
    internal void AppendTo(StringBuilder output)
    {
        switch (Kind)
        {
            case BareItemKind.Integer:
                output.Append(CultureInfo.InvariantCulture, $"{_number}");
                break;
            case BareItemKind.Decimal:
                output.Append(CultureInfo.InvariantCulture, $"{Decimal:0.0##}");
                break;
            case BareItemKind.String:
                StructuredText.AppendQuoted(output, _text!);
                break;
            case BareItemKind.Token:
                output.Append(_text);
                break;
            case BareItemKind.ByteSequence:
                output.Append(':').Append(Convert.ToBase64String(Bytes)).Append(':');
                break;
            case BareItemKind.Boolean:
                output.Append(_number != 0 ? "?1" : "?0");
                break;
            case BareItemKind.Date:
                output.Append(CultureInfo.InvariantCulture, $"@{_number}");
                break;
            default:
                StructuredText.AppendDisplay(output, _text!);
                break;
        }
    }

    private static long Checked(long value, long largest, string name) =>
        value >= -largest && value <= largest ? value : throw new ArgumentException("The number has more than 15 digits.", name);

    private BareItem Of(BareItemKind kind) =>
        Kind == kind ? this : throw new InvalidOperationException($"The value is a {Kind}, not a {kind}.");
}
