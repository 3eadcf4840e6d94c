namespace Breakwater.Edge.Tests.Desync;

/// <summary>What must become of the bytes a client sent. Immutable.</summary>
internal abstract record RequestVerdict
{
    /// <summary>Each message reaches the origin, in this order, complete and with nothing between them; each is answered.</summary>
    public static RequestVerdict Forwarded(params ForwardedMessage[] messages) => new ForwardedVerdict(messages);

    /// <summary>Nothing of it reaches the origin. One answer with this status, then the connection is closed.</summary>
    public static RequestVerdict Refused(int status = 400) => new RefusedVerdict([status], [], InBody: false);

    /// <summary>As <see cref="Refused(int)"/>, where the RFC leaves the status open.</summary>
    public static RequestVerdict RefusedWithOneOf(params int[] statuses) => new RefusedVerdict(statuses, [], InBody: false);

    /// <summary>
    /// The head is good, its body is not: the origin may see the head and a part of the body, never a complete message. One answer with
    /// one of these statuses, then the connection is closed.
    /// </summary>
    public static RequestVerdict RefusedInBody(params int[] statuses) =>
        new RefusedVerdict(statuses.Length == 0 ? [400] : statuses, [], InBody: true);

    /// <summary>The first messages are good and answered; what follows them is refused.</summary>
    public static RequestVerdict ForwardedThenRefused(int status, params ForwardedMessage[] messages) =>
        new RefusedVerdict([status], messages, InBody: false);

    /// <summary>The client ends in the middle of a message: the origin must never see it complete, whatever the client is told.</summary>
    public static RequestVerdict NeverComplete { get; } = new NeverCompleteVerdict();

    /// <summary>The RFC leaves the choice, and both are safe.</summary>
    public static RequestVerdict Either(params RequestVerdict[] choices) => new EitherVerdict(choices);

    /// <summary>Null if the outcome is what this verdict demands, otherwise what is wrong with it.</summary>
    public abstract string? Mismatch(RequestOutcome outcome);

    /// <summary>How many answers to wait for before the client closes its side; null = until the edge closes.</summary>
    public virtual int? AnswersToExpect => null;

    private sealed record ForwardedVerdict(ForwardedMessage[] Messages) : RequestVerdict
    {
        public override int? AnswersToExpect => Messages.Length;

        public override string? Mismatch(RequestOutcome outcome) =>
            outcome.Statuses.Count != Messages.Length || outcome.Statuses.Any(status => status != 200)
                ? $"expected {Messages.Length} × 200"
                : outcome.ExcessAnswer is not null ? "more bytes followed the answers"
                : MismatchAtOrigin(outcome, Messages, mayBeCutOff: false);

        public override string ToString() => Messages.Length == 1 ? "forwarded" : $"forwarded as {Messages.Length} messages";
    }

    private sealed record RefusedVerdict(int[] StatusChoices, ForwardedMessage[] Before, bool InBody) : RequestVerdict
    {
        public override string? Mismatch(RequestOutcome outcome) =>
            outcome.Statuses.Count != Before.Length + 1 || !StatusChoices.Contains(outcome.Statuses[^1])
                || outcome.Statuses.Take(Before.Length).Any(status => status != 200)
                ? $"expected {string.Concat(Enumerable.Repeat("200, then ", Before.Length))}{string.Join(" or ", StatusChoices)}"
                : outcome.ExcessAnswer is not null ? "more bytes followed the refusal"
                : !outcome.ClosedByEdge ? "the connection was left open"
                : MismatchAtOrigin(outcome, Before, mayBeCutOff: InBody);

        public override string ToString() =>
            (Before.Length > 0 ? $"{Before.Length} forwarded, then refused " : "refused ") + string.Join("/", StatusChoices);
    }

    private sealed record NeverCompleteVerdict : RequestVerdict
    {
        public override int? AnswersToExpect => 0;

        public override string? Mismatch(RequestOutcome outcome) =>
            outcome.Statuses.Contains(200) ? "a message that never ended was answered" : MismatchAtOrigin(outcome, [], mayBeCutOff: true);

        public override string ToString() => "never complete";
    }

    private sealed record EitherVerdict(RequestVerdict[] Choices) : RequestVerdict
    {
        public override int? AnswersToExpect => Choices.Max(choice => choice.AnswersToExpect);

        public override string? Mismatch(RequestOutcome outcome)
        {
            var mismatches = Choices.Select(choice => choice.Mismatch(outcome)).ToArray();
            return mismatches.Contains(null) ? null : string.Join("; or ", mismatches);
        }

        public override string ToString() => string.Join(" or ", Choices.Select(choice => choice.ToString()));
    }

    private static string? MismatchAtOrigin(RequestOutcome outcome, ForwardedMessage[] expected, bool mayBeCutOff)
    {
        if (outcome.OriginTrouble is { } trouble)
            return "the origin got bytes that are not HTTP: " + trouble;
        if (outcome.CutOffAtOrigin > 0 && !mayBeCutOff)
            return "the origin got a part of a message";
        if (outcome.Forwarded.Count != expected.Length)
            return $"the origin got {outcome.Forwarded.Count} messages, not {expected.Length}";
        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i].Mismatch(outcome.Forwarded[i]) is { } mismatch)
                return mismatch;
        }

        return null;
    }
}

/// <summary>A message as the origin must get it. Fields that are not named here may be there or not. Immutable.</summary>
/// <param name="RequestLine">All of it, with HTTP/1.1 as the version: that is what an edge speaks, whatever its client does.</param>
/// <param name="Body">After chunked framing is taken off.</param>
internal sealed record ForwardedMessage(string RequestLine, string Body = "")
{
    /// <summary>Field lines that must be there, byte for byte, in this order.</summary>
    public string[] Has { get; init; } = [];

    /// <summary>Names of fields that must not be there.</summary>
    public string[] Lacks { get; init; } = [];

    public string? Mismatch(Http1Message message)
    {
        if (message.StartLine != RequestLine)
            return $"the origin got \"{message.StartLine}\", not \"{RequestLine}\"";
        if (message.Body != Body)
            return $"the origin got the body \"{message.Body}\", not \"{Body}\"";
        var at = 0;
        foreach (var line in Has)
        {
            var found = Array.IndexOf(message.FieldLines, line, at);
            if (found < 0)
                return $"the origin did not get \"{line}\" (in this place): {string.Join(" | ", message.FieldLines)}";
            at = found + 1;
        }

        var present = Array.Find(Lacks, name => message.Values(name).Any());
        return present is null ? null : $"the origin got a field {present}: {string.Join(" | ", message.FieldLines)}";
    }
}

/// <summary>What became of the bytes a client sent. Immutable.</summary>
/// <param name="Statuses">Of the final answers the client got, in order; 1xx are not among them.</param>
/// <param name="ClosedByEdge">Whether the edge ended the connection before the client did.</param>
/// <param name="ExcessAnswer">Bytes after the answers that are no complete answer; null if there are none.</param>
/// <param name="Forwarded">Complete messages that the origin got.</param>
/// <param name="CutOffAtOrigin">Messages that began at the origin and never ended.</param>
/// <param name="OriginTrouble">Why the origin could not read what it got as HTTP/1.1; null if it could.</param>
internal sealed record RequestOutcome(
    IReadOnlyList<int> Statuses, bool ClosedByEdge, string? ExcessAnswer, IReadOnlyList<Http1Message> Forwarded, int CutOffAtOrigin,
    string? OriginTrouble)
{
    public override string ToString()
    {
        var answered = Statuses.Count == 0 ? "no answer" : "answered " + string.Join(", ", Statuses);
        var forwarded = Forwarded.Count == 0 ? "nothing forwarded" : "forwarded " + string.Join(", ", Forwarded.Select(message =>
            $"\"{message.StartLine}\"{(message.Body.Length > 0 ? $" with {message.Body.Length} bytes" : "")}"));
        return $"{answered}, {(ClosedByEdge ? "closed" : "left open")}; {forwarded}"
            + (CutOffAtOrigin > 0 ? $", {CutOffAtOrigin} cut off" : "") + (OriginTrouble is null ? "" : $", malformed: {OriginTrouble}");
    }
}

/// <summary>One row of the table of requests. Immutable.</summary>
/// <param name="Name">Unique in the table.</param>
/// <param name="Source">Where the verdict comes from: RFC and section.</param>
/// <param name="Bytes">What the client sends, one character a byte (Latin-1), so that every byte can be written as an escape.</param>
/// <param name="Verdict">What must become of them.</param>
internal sealed record RequestCase(string Name, string Source, string Bytes, RequestVerdict Verdict);
