using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Errors;

/// <summary>The table of failures: status and words for every end of an exchange that is answered with an error page. Immutable.</summary>
internal static class Failures
{
    private const string Later = "Nothing is wrong at your end. Please try again in a few minutes.";
    private const string SendAgain =
        "Please send the request again. If it keeps failing, your connection or the software that sends it is at fault.";

    private static readonly Failure[] Table =
    [
        Client(
            ExchangeEnd.BadRequest, 400, "The request is malformed",
            "The request that reached the edge is malformed or ambiguous, so it was not passed on.",
            "Reload the page. If that does not help, clear the cookies of this site or try another browser.",
            "The request was refused before any origin saw it; the violation names the rule that it broke. Refused clients that you "
                + "know are software that breaks HTTP: it has to be mended there."),
        Client(
            ExchangeEnd.UnknownHost, 421, "No site of this name is served here",
            "The request reached an edge that does not serve the host it asks for.",
            "Check the address for typing errors.",
            "If this host should be served, add it to the hosts of a zone. If it should not, its DNS records should not point here."),
        Client(
            ExchangeEnd.BodyTooLarge, 413, "The upload is too large",
            "The request's body is larger than this site accepts.",
            "Send a smaller file, or send it in parts if the site offers that.",
            "The limit is the zone's body size."),
        Client(
            ExchangeEnd.HeaderTimeout, 408, "The request took too long to arrive",
            "The request's head was not complete in time.",
            SendAgain,
            "The limit is header_timeout. Many of these from few addresses are an attack with slow requests."),
        Client(
            ExchangeEnd.BodyTimeout, 408, "The upload stalled",
            "The request's body stopped arriving, or arrived too slowly.",
            SendAgain,
            "The limits are body_timeout and min_read_rate."),
        Client(
            ExchangeEnd.Blocked, 403, "The request was blocked",
            "This site's protection refused the request.",
            "If you think that this is a mistake, tell the site's owner the ray id below: it leads to the rule that refused the request.",
            "breakwater explain with the ray shows which rule matched, and on what."),
        Client(
            ExchangeEnd.RateLimited, 429, "Too many requests",
            "More requests came from your side than this site allows in a short time.",
            "Please wait a moment and try again.",
            "breakwater explain with the ray shows which limit was exceeded, and by which counter."),
        Client(
            ExchangeEnd.Challenged, 403, "A check is needed that is not available",
            "This site asks visitors like this one to pass a check first, and the edge has none to offer yet.",
            "Tell the site's owner the ray id below.",
            "A rule with a challenge action matched. Challenges are not available yet, so it blocks; use block or log to say what is meant."),
        Origin(
            ExchangeEnd.NoOrigin, 503, 503, "No server is available for this site",
            "The edge works, but all of the site's own servers are down or left out because they failed.",
            Later,
            "Look at the health of the zone's origins (breakwater status): each says when and why it was taken out."),
        Origin(
            ExchangeEnd.OriginOverloaded, 503, 503, "The site is busy",
            "The edge works, but the site's own servers have more to do than they can take.",
            "Nothing is wrong at your end. Please wait a moment and try again.",
            "All connections to the origins are in use and the queue for them is full, or its wait too long. Look at how long the origins "
                + "take to answer, and at the pool limits."),
        Origin(
            ExchangeEnd.OriginUnresolved, 502, 523, "The site's server cannot be found",
            "The edge works, but the name of the site's own server does not resolve in DNS.",
            Later,
            "Check the origin's host name, and whether this machine's DNS resolver answers for it."),
        Origin(
            ExchangeEnd.OriginRefused, 502, 521, "The site's server refused the connection",
            "The edge works, but the site's own server refuses connections.",
            Later,
            "Check that the origin runs and listens on the configured port, and that no firewall rejects this machine."),
        Origin(
            ExchangeEnd.OriginUnreachable, 502, 523, "The site's server cannot be reached",
            "The edge works, but there is no way through the network to the site's own server.",
            Later,
            "Check the route from this machine to the origin."),
        Origin(
            ExchangeEnd.OriginConnectTimeout, 504, 522, "The site's server did not take the connection in time",
            "The edge works, but connecting to the site's own server took too long.",
            Later,
            "Check that the origin is up and that no firewall drops packets from this machine. The limit is the connect timeout."),
        Origin(
            ExchangeEnd.OriginTlsFailed, 502, 525, "No secure connection to the site's server",
            "The edge works, but the TLS handshake with the site's own server failed.",
            Later,
            "Check the origin's TLS versions and ciphers, and whether it asks for a client certificate."),
        Origin(
            ExchangeEnd.OriginCertificateInvalid, 502, 526, "The certificate of the site's server is not valid",
            "The edge works, but the certificate of the site's own server cannot be trusted.",
            Later,
            "Check that the origin's certificate has not expired, names the configured host and comes from an authority that this machine "
                + "trusts."),
        Origin(
            ExchangeEnd.OriginReset, 502, 520, "The site's server broke the connection",
            "The edge works, but the site's own server closed the connection before it answered.",
            Later,
            "Look into the origin's log at this time: it crashed, restarted, or refused the request without an answer."),
        Origin(
            ExchangeEnd.OriginBadResponse, 502, 520, "The site's server gave an invalid answer",
            "The edge works, but the answer of the site's own server is malformed or ambiguous, so it was not passed on.",
            Later,
            "The violation names the rule of HTTP that the origin's answer broke."),
        Origin(
            ExchangeEnd.OriginFirstByteTimeout, 504, 524, "The site's server took too long to answer",
            "The edge works and has passed the request on, but the site's own server did not begin to answer in time.",
            Later,
            "Look at what the origin was doing at this time. The limit is the first-byte timeout."),
        Origin(
            ExchangeEnd.OriginBetweenBytesTimeout, 504, 524, "The site's server fell silent",
            "The edge works, but the site's own server stopped in the middle of its answer.",
            Later,
            "Look at what the origin was doing at this time. The limit is the between-bytes timeout."),
        Origin(
            ExchangeEnd.OriginTruncated, 502, 520, "The site's server broke its answer off",
            "The edge works, but the site's own server closed the connection in the middle of its answer.",
            Later,
            "Look into the origin's log at this time: it crashed or restarted."),
        Origin(
            ExchangeEnd.TotalTimeout, 504, 524, "The request took too long",
            "The edge works, but the request as a whole took longer than this site allows.",
            Later,
            "Look at what the origin was doing at this time. The limit is the total timeout."),
        Edge(
            ExchangeEnd.Drained, 503, "The edge is restarting",
            "The edge that received the request is shutting down.",
            "Nothing is wrong at your end. Please try again: another edge, or this one in a moment, will answer.",
            "The request was still running when the drain timeout was over."),
        Edge(
            ExchangeEnd.InspectionFailed, 503, "The request could not be checked",
            "The edge could not check the request, and this site takes none that is unchecked.",
            Later,
            "A protection had no memory or no work budget left for this request, or met a fault, and the zone says that it fails closed "
                + "(fail, waf: {fail: closed}). The log and breakwater status name it."),
        Client(
            ExchangeEnd.Quarantined, 403, "The request is held back",
            "The edge crashed more than once while it was at work on this very request, so it refuses it for now.",
            "Try something else on the site. If you think that this is a mistake, tell the site's owner the ray id below.",
            "The supervisor's log tells of the crashes. A request that was changed in any byte of its head is not held back; breakwater status "
                + "shows how many are."),
        Edge(
            ExchangeEnd.EdgeFault, 500, "The edge failed",
            "The edge met a fault of its own. Neither your request nor the site's server is to blame.",
            Later,
            "This is a bug in Breakwater. Its log has an entry with this ray and a stack trace; please report it."),
    ];

    private static readonly Failure?[] ByEnd = Index();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Failure> All => Table;

    /// <summary>
    /// What is to be said about an end. Ends that are no failure, or leave nobody to say it to, have no page: asking for one is a fault of
    /// the edge, and answered as that.
    /// </summary>
    public static Failure Of(ExchangeEnd end) => ByEnd[(int)end] ?? ByEnd[(int)ExchangeEnd.EdgeFault]!;

    /// <summary>Whether an end has a page.</summary>
    public static bool HasPage(ExchangeEnd end) => ByEnd[(int)end] is not null;

    /// <summary>The failure with the words for this violation, where the violation decides about the status.</summary>
    public static Failure Of(ExchangeEnd end, HttpViolation violation)
    {
        Failure failure = Of(end);
        if (violation == HttpViolation.None)
        {
            return failure;
        }

        string detail = $"{failure.Detail} {HttpViolations.Describe(violation)}";
        return end == ExchangeEnd.BadRequest ? ForStatus(failure, HttpViolations.StatusCode(violation)) with { Detail = detail }
            : failure with { Detail = detail };
    }

    private static Failure ForStatus(Failure badRequest, int status)
    {
        Failure failure = badRequest with { Status = status, Extended = status };
        return status switch
        {
            405 => failure with
            {
                Reason = "The method is not allowed",
                Visitor = "Open the address in an ordinary way: follow a link to it, or type it.",
            },
            414 => failure with
            {
                Reason = "The address is too long",
                Visitor = "Shorten the address: leave out what follows its question mark.",
            },
            417 => failure with
            {
                Reason = "The request expects something unknown",
                Visitor = "Send the request again without its Expect field.",
            },
            431 => failure with
            {
                Reason = "The request's header is too large",
                Visitor = "Clear the cookies of this site in your browser and try again: too many of them are the usual cause.",
                Operator = "Cookies that the site sets add up, or a client attacks. The limits are those of the head: its size, its lines, "
                    + "their number.",
            },
            501 => failure with { Reason = "The method is not known", Visitor = "Use one of the methods of HTTP." },
            505 => failure with { Reason = "The HTTP version is not supported", Visitor = "Use HTTP/1.1, HTTP/2 or HTTP/3." },
            _ => failure,
        };
    }

    private static Failure Client(ExchangeEnd end, int status, string reason, string detail, string visitor, string forOperator) =>
        new(end, FailedParty.Client, status, status, reason, detail, visitor, forOperator);

    private static Failure Edge(ExchangeEnd end, int status, string reason, string detail, string visitor, string forOperator) =>
        new(end, FailedParty.Edge, status, status, reason, detail, visitor, forOperator);

    private static Failure Origin(
        ExchangeEnd end, int status, int extended, string reason, string detail, string visitor, string forOperator) =>
        new(end, FailedParty.Origin, status, extended, reason, detail, visitor, forOperator);

    private static Failure?[] Index()
    {
        Failure?[] index = new Failure?[Enum.GetValues<ExchangeEnd>().Length];
        foreach (Failure failure in Table)
        {
            index[(int)failure.End] = failure;
        }

        return index;
    }
}
