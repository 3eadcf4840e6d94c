using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Forwarding;

/// <summary>How far a request had gone when an attempt failed.</summary>
internal enum AttemptProgress : byte
{
    /// <summary>Nothing of it was sent: another origin may be asked, whatever the method.</summary>
    NothingSent,

    /// <summary>Some of it was sent, and nothing was answered: it may be repeated if the method is idempotent.</summary>
    Unanswered,

    /// <summary>The origin had begun to answer, or what was read of the body is gone: no other attempt.</summary>
    Final,
}

/// <summary>How one attempt at one origin ended. Immutable.</summary>
/// <param name="End">The end of the exchange if nothing else is tried.</param>
/// <param name="Outcome">What it says about the origin.</param>
/// <param name="Progress">Whether something else may be tried.</param>
internal readonly record struct AttemptResult(ExchangeEnd End, OriginOutcome Outcome, AttemptProgress Progress)
{
    /// <summary>A failure of the origin, by its end.</summary>
    public static AttemptResult OfOrigin(ExchangeEnd end, AttemptProgress progress) => new(end, OutcomeOf(end), progress);

    /// <summary>The client's own end: nobody to blame, nothing to repeat.</summary>
    public static AttemptResult OfClient(ExchangeEnd end) => new(end, OriginOutcome.ClientGone, AttemptProgress.Final);

    private static OriginOutcome OutcomeOf(ExchangeEnd end) => end switch
    {
        ExchangeEnd.OriginUnresolved or ExchangeEnd.OriginRefused or ExchangeEnd.OriginUnreachable or ExchangeEnd.OriginConnectTimeout
            or ExchangeEnd.OriginTlsFailed or ExchangeEnd.OriginCertificateInvalid => OriginOutcome.ConnectFailed,
        ExchangeEnd.OriginFirstByteTimeout or ExchangeEnd.OriginBetweenBytesTimeout => OriginOutcome.Timeout,
        ExchangeEnd.OriginReset or ExchangeEnd.OriginTruncated => OriginOutcome.Reset,
        ExchangeEnd.OriginBadResponse => OriginOutcome.BadResponse,
        _ => OriginOutcome.ClientGone,
    };
}
