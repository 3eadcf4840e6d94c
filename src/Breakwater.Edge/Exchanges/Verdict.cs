using Breakwater.Edge.Fuses;

namespace Breakwater.Edge.Exchanges;

/// <summary>What becomes of a request after a module has looked at it.</summary>
internal enum VerdictKind : byte
{
    /// <summary>On to the next module.</summary>
    Continue,

    /// <summary>The edge answers; no later module and no origin sees the request.</summary>
    Answer,

    /// <summary>The edge answers with the zone's page for the end of the exchange.</summary>
    Refuse,

    /// <summary>The connection (or stream) is cut without an answer.</summary>
    Drop,

    /// <summary>The module must see the request's body first; it is asked again when that was read.</summary>
    ReadBody,
}

/// <summary>A module's answer. Immutable.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Response">The answer, where there is one.</param>
/// <param name="End">What the exchange ends with.</param>
/// <param name="BodyBytes">How much of the body is to be read.</param>
internal readonly record struct Verdict(
    VerdictKind Kind, LocalResponse? Response = null, ExchangeEnd End = ExchangeEnd.None, int BodyBytes = 0)
{
    /// <summary>On to the next module.</summary>
    public static Verdict Continue => default;

    /// <summary>
    /// Ask again when so much of the body was read (<see cref="Exchange.ReadAhead"/>), or all of it, or as much as there is memory for.
    /// </summary>
    public static Verdict ReadBody(int bytes) => new(VerdictKind.ReadBody, BodyBytes: bytes);

    /// <summary>Cut it.</summary>
    public static Verdict Drop => new(VerdictKind.Drop, End: ExchangeEnd.Dropped);

    /// <summary>Answer with this.</summary>
    public static Verdict Answer(LocalResponse response, ExchangeEnd end = ExchangeEnd.AnsweredByEdge) => new(VerdictKind.Answer, response, end);

    /// <summary>Answer with the zone's page for that end.</summary>
    public static Verdict Refuse(ExchangeEnd end) => new(VerdictKind.Refuse, End: end);
}

/// <summary>The phases of a request, in their order. A zone's plan holds the modules of each.</summary>
internal enum RequestPhase : byte
{
    /// <summary>Who may come in at all: redirects to https, admission.</summary>
    Admit,

    /// <summary>Changes to path, query and fields.</summary>
    Rewrite,

    /// <summary>The operator's own rules.</summary>
    CustomRules,

    /// <summary>Rate limits.</summary>
    RateLimits,

    /// <summary>The WAF on the head.</summary>
    WafHead,

    /// <summary>The WAF on the body.</summary>
    WafBody,

    /// <summary>The operator's rules about what goes on to the origin: redirects by lists, changes of fields, cache settings.</summary>
    LateRules,

    /// <summary>Answers from the cache.</summary>
    Cache,
}

/// <summary>
/// One protection of one zone, at work on requests. Compiled per zone, immutable or thread-safe, called on the I/O thread: never
/// blocks, never throws for what a client sent.
/// </summary>
internal interface IRequestModule
{
    /// <summary>What it is called where phases are told apart.</summary>
    string Name { get; }

    /// <summary>Whose fuse it stands behind: the name that logs, metrics and kill switches know it by.</summary>
    ModuleId Module { get; }

    /// <summary>Where in the request's way it stands.</summary>
    RequestPhase Phase { get; }

    /// <summary>Looks at the request's head, and at its body where <see cref="Verdict.ReadBody"/> had it read.</summary>
    Verdict OnRequest(Exchange exchange);

    /// <summary>The exchange goes on without it, from wherever it was: lets go of what it holds, and takes back what has not taken effect.</summary>
    void Abandon(Exchange exchange) => exchange.DiscardChanges();
}

/// <summary>One protection of one zone, at work on the heads of responses; as <see cref="IRequestModule"/>.</summary>
internal interface IResponseModule
{
    /// <summary>What it is called where phases are told apart.</summary>
    string Name { get; }

    /// <summary>Whose fuse it stands behind: the name that logs, metrics and kill switches know it by.</summary>
    ModuleId Module { get; }

    /// <summary>Looks at the response's head before it goes out; for answers of the edge too.</summary>
    /// <returns>What is to be sent in its place; null = it goes out.</returns>
    LocalResponse? OnResponse(Exchange exchange);
}
