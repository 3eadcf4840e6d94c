namespace Breakwater.Edge.Origins;

/// <summary>How one attempt at an origin went, as far as it says something about the origin.</summary>
internal enum OriginOutcome : byte
{
    /// <summary>It answered, and not with a status that blames itself.</summary>
    Success,

    /// <summary>It answered 502, 503 or 504.</summary>
    ServerError,

    /// <summary>No connection: refused, unreachable, connect timeout, TLS or certificate.</summary>
    ConnectFailed,

    /// <summary>It closed or reset the connection before its answer was complete.</summary>
    Reset,

    /// <summary>It did not answer, or stopped answering, in time.</summary>
    Timeout,

    /// <summary>Its answer was malformed or ambiguous.</summary>
    BadResponse,

    /// <summary>The client left, or the edge ended it: no judgement.</summary>
    ClientGone,
}

/// <summary>What an outcome means.</summary>
internal static class OriginOutcomes
{
    /// <summary>The number of outcomes.</summary>
    public const int Count = (int)OriginOutcome.ClientGone + 1;

    /// <summary>
    /// The outcome of an exchange in which the origin answered. Only the statuses with which a server says that it, or what it depends
    /// on, is not working blame the origin. A 500 does not: one page with a bug, which anyone can request again and again, must not
    /// take the origin from everybody.
    /// </summary>
    public static OriginOutcome OfStatus(int status) => status is >= 502 and <= 504 ? OriginOutcome.ServerError : OriginOutcome.Success;

    /// <summary>Whether the outcome counts against the origin.</summary>
    public static bool IsFailure(this OriginOutcome outcome) => outcome is > OriginOutcome.Success and < OriginOutcome.ClientGone;
}
