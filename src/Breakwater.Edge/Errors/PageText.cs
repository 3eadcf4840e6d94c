using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Breakwater.Http;

namespace Breakwater.Edge.Errors;

/// <summary>
/// The words of one failure, escaped for one form, and the status to send. Immutable; made when first needed, then shared by all zones.
/// </summary>
internal sealed class PageText
{
    private static readonly int Ends = WordsOf<ExchangeEnd>.Count;
    private static readonly int Violations = WordsOf<HttpViolation>.Count;
    private static readonly PageText?[] Made = new PageText[Ends * Violations * 6];

    // As many as there are statuses that rules say.
    private static readonly ConcurrentDictionary<(ExchangeEnd End, int Status, PageFormat Format), PageText> OtherStatus = new();

    private readonly byte[][] _values = new byte[Enum.GetValues<Placeholder>().Length][];

    private PageText(Failure failure, HttpViolation violation, PageFormat format, bool extended)
    {
        Status = extended ? failure.Extended : failure.Status;
        for (int i = 0; i < _values.Length; i++)
        {
            _values[i] = Encoding.UTF8.GetBytes(Value((Placeholder)i, failure, violation, format));
        }

        BuiltIn = BuiltInPages.Of(format).Bind(this);
    }

    /// <summary>The status to send.</summary>
    public int Status { get; }

    /// <summary>The built-in page with these words.</summary>
    public PageTemplate BuiltIn { get; }

    /// <summary>What to fill in for a placeholder that is the same for each showing.</summary>
    public ReadOnlySpan<byte> this[Placeholder placeholder] => _values[(int)placeholder];

    /// <summary>The words for a failure.</summary>
    public static PageText Of(ExchangeEnd end, HttpViolation violation, PageFormat format, bool extended)
    {
        if (end is not (ExchangeEnd.BadRequest or ExchangeEnd.OriginBadResponse))
        {
            violation = HttpViolation.None;
        }

        ref PageText? made = ref Made[(((int)end * Violations + (int)violation) * 3 + (int)format) * 2 + (extended ? 1 : 0)];
        return Volatile.Read(ref made) ?? Make(ref made, end, violation, format, extended);
    }

    /// <summary>The words for a refusal whose status a rule of the operator's says.</summary>
    public static PageText Of(ExchangeEnd end, int status, PageFormat format) => OtherStatus.GetOrAdd(
        (end, status, format),
        static key => new PageText(Failures.Of(key.End) with { Status = key.Status, Extended = key.Status }, HttpViolation.None, key.Format, extended: false));

    private static PageText Make(ref PageText? place, ExchangeEnd end, HttpViolation violation, PageFormat format, bool extended)
    {
        PageText made = new(Failures.Of(end, violation), violation, format, extended);
        return Interlocked.CompareExchange(ref place, made, null) ?? made;
    }

    private string Value(Placeholder placeholder, Failure failure, HttpViolation violation, PageFormat format) => placeholder switch
    {
        Placeholder.Status => Number(Status),
        Placeholder.Reason => Escape(failure.Reason, format),
        Placeholder.Detail => Escape(failure.Detail, format),
        Placeholder.Visitor => Escape(failure.Visitor, format),
        Placeholder.Operator => Escape(failure.Operator, format),
        Placeholder.Word => WordsOf<ExchangeEnd>.Text((int)failure.End),
        Placeholder.Party => WordsOf<FailedParty>.Text((int)failure.Party),
        Placeholder.Extended => Number(failure.Extended),
        Placeholder.Extras => violation == HttpViolation.None ? "" : $",\"violation\":\"{WordsOf<HttpViolation>.Text((int)violation)}\"",
        Placeholder.ClientState => State(FailedParty.Client, failure.Party),
        Placeholder.EdgeState => State(FailedParty.Edge, failure.Party),
        Placeholder.OriginState => State(FailedParty.Origin, failure.Party),
        _ => "",
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string State(FailedParty node, FailedParty failed) =>
        node == failed ? "failed" : node == FailedParty.Origin ? "not asked" : "works";

    private static string Escape(string text, PageFormat format) => format switch
    {
        PageFormat.Html => WebUtility.HtmlEncode(text),
        // The response says that it is JSON and is not to be taken for anything else, so that only JSON's own characters need escapes.
        PageFormat.Json => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
        _ => text,
    };
}
