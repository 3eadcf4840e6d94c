using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Files;
using Breakwater.Http;

namespace Breakwater.Edge.Errors;

/// <summary>
/// The answers of one zone for what fails: HTML, JSON (RFC 9457) or plain text, by the request's Accept. Immutable and thread-safe; an
/// answer costs two allocations, the response and its body. docs/errors.md describes them for operators.
/// </summary>
internal sealed class ErrorPages
{
    private readonly TimeProvider _time;
    private readonly ZonePages _own;
    private readonly bool _extendedStatus;

    /// <param name="time">The clock that pages show.</param>
    /// <param name="own">The zone's own pages.</param>
    /// <param name="extendedStatus">Whether 520 to 526 are sent, where they tell more than 502 and 504.</param>
    public ErrorPages(TimeProvider time, ZonePages? own = null, bool extendedStatus = false)
    {
        _time = time;
        _own = own ?? ZonePages.None;
        _extendedStatus = extendedStatus;
    }

    /// <summary>Whether the zone has pages of its own.</summary>
    public bool HasOwn => !ReferenceEquals(_own, ZonePages.None);

    /// <summary>The same without the zone's own pages: what is shown when those fail.</summary>
    public ErrorPages BuiltIn => HasOwn ? field ??= new ErrorPages(_time, null, _extendedStatus) : this;

    /// <summary>The pages where no zone is known.</summary>
    public static ErrorPages Default { get; } = new(TimeProvider.System);

    /// <summary>The pages of a zone. What is wrong with its page files is added to the diagnostics.</summary>
    public static ErrorPages Compile(ErrorsConfig config, TimeProvider time, ConfigurationFiles files, ICollection<ConfigDiagnostic> diagnostics) =>
        new(time, ZonePages.Read(config, files, diagnostics), config.Status52x);

    /// <summary>The answer for an exchange that failed.</summary>
    /// <param name="exchange">The exchange; its request may be incomplete.</param>
    /// <param name="end">How it failed.</param>
    /// <param name="violation">What is wrong with the request or the origin's answer, where something is.</param>
    /// <param name="closeConnection">Whether the connection has to be closed after the answer.</param>
    /// <param name="status">The status, where a rule says another than this failure has; 0 = none does.</param>
    public LocalResponse Create(Exchange exchange, ExchangeEnd end, HttpViolation violation, bool closeConnection, int status = 0)
    {
        PageFormat format = AcceptNegotiation.Choose(exchange.Request);
        PageText text = status == 0 ? PageText.Of(end, violation, format, _extendedStatus) : PageText.Of(end, status, format);
        PageTemplate? own = format == PageFormat.Html ? _own.Find(text.Status, Failures.Of(end).Extended) : null;

        Span<byte> ray = stackalloc byte[RayId.Length];
        Span<byte> time = stackalloc byte[PageValues.TimeLength];
        Span<byte> host = stackalloc byte[PageValues.MaxHostLength];
        exchange.Ray.Format(ray);
        PageValues.FormatTime(_time.GetUtcNow(), time);
        PageMoment moment = new()
        {
            Ray = ray,
            Time = time,
            Host = host[..PageValues.EscapeHost(exchange.Request.HostName, format, host)],
        };

        return new LocalResponse
        {
            Status = text.Status,
            Fields = own is null ? PageFields.BuiltIn(format, text.Status) : PageFields.OfZone(text.Status),
            Body = (own ?? text.BuiltIn).Render(text, moment),
            Close = closeConnection,
        };
    }
}
