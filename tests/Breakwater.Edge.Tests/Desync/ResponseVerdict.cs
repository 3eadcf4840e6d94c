namespace Breakwater.Edge.Tests.Desync;

/// <summary>What must become of the bytes an origin sent. Immutable.</summary>
internal abstract record ResponseVerdict
{
    /// <summary>The client gets this response, complete, after the named interim ones.</summary>
    public static RelayedVerdict Relayed(int status, string body = "", params int[] interim) => new(status, body, interim);

    /// <summary>The client gets 502 and nothing of what the origin sent.</summary>
    public static ResponseVerdict BadGateway { get; } = new BadGatewayVerdict();

    /// <summary>
    /// The body is bad or cut off: the client gets 502 or an incomplete response that it can tell from a complete one, never a complete one.
    /// </summary>
    public static ResponseVerdict Aborted { get; } = new AbortedVerdict();

    /// <summary>The RFC leaves the choice, and both are safe.</summary>
    public static ResponseVerdict Either(params ResponseVerdict[] choices) => new EitherVerdict(choices);

    /// <summary>Null if the outcome is what this verdict demands, otherwise what is wrong with it.</summary>
    public abstract string? Mismatch(ResponseOutcome outcome);

    /// <summary>See <see cref="Relayed"/>.</summary>
    internal sealed record RelayedVerdict(int Status, string Body, int[] Interim) : ResponseVerdict
    {
        /// <summary>Field lines that must reach the client, byte for byte, in this order.</summary>
        public string[] Has { get; init; } = [];

        /// <summary>Names of fields that must not reach the client.</summary>
        public string[] Lacks { get; init; } = [];

        public override string? Mismatch(ResponseOutcome outcome)
        {
            if (outcome.Response is not { } response)
                return $"expected {Status}, got no complete response";
            if (response.Status != Status || response.Body != Body)
                return $"expected {Status} with \"{Body}\"";
            if (!outcome.Interim.SequenceEqual(Interim))
                return $"expected the interim responses {string.Join(", ", Interim)}";
            var at = 0;
            foreach (var line in Has)
            {
                var found = Array.IndexOf(response.FieldLines, line, at);
                if (found < 0)
                    return $"the client did not get \"{line}\" (in this place): {string.Join(" | ", response.FieldLines)}";
                at = found + 1;
            }

            return Array.Find(Lacks, name => response.Values(name).Any()) is { } present ? $"the client got a field {present}" : null;
        }

        public override string ToString() => "relayed";
    }

    private sealed record BadGatewayVerdict : ResponseVerdict
    {
        public override string? Mismatch(ResponseOutcome outcome) =>
            outcome.Response?.Status != 502 ? "expected 502" : outcome.Leaked ? "the 502 carries what the origin sent" : null;

        public override string ToString() => "502";
    }

    private sealed record AbortedVerdict : ResponseVerdict
    {
        public override string? Mismatch(ResponseOutcome outcome) => outcome.Response switch
        {
            null => null,
            { Status: 502 } => outcome.Leaked ? "the 502 carries what the origin sent" : null,
            _ => "a response that never ended was passed on as complete",
        };

        public override string ToString() => "aborted";
    }

    private sealed record EitherVerdict(ResponseVerdict[] Choices) : ResponseVerdict
    {
        public override string? Mismatch(ResponseOutcome outcome)
        {
            var mismatches = Choices.Select(choice => choice.Mismatch(outcome)).ToArray();
            return mismatches.Contains(null) ? null : string.Join("; or ", mismatches);
        }

        public override string ToString() => string.Join(" or ", Choices.Select(choice => choice.ToString()));
    }
}

/// <summary>What became of the bytes an origin sent. Immutable.</summary>
/// <param name="Response">The final response that the client got; null if none was complete.</param>
/// <param name="Interim">The statuses of the 1xx responses before it.</param>
/// <param name="Leaked">Whether the client saw the text <see cref="ResponseCases.Secret"/>, which only the origin's bytes hold.</param>
/// <param name="NextIsRight">Whether the next request got its own answer: nothing of this response was left over for it.</param>
internal sealed record ResponseOutcome(Http1Message? Response, IReadOnlyList<int> Interim, bool Leaked, bool NextIsRight)
{
    public override string ToString() =>
        string.Concat(Interim.Select(status => $"{status}, "))
        + (Response is null ? "no complete response" : $"{Response.StartLine} with \"{Response.Body[..Math.Min(60, Response.Body.Length)]}\"")
        + (Leaked ? ", origin's bytes leaked" : "") + (NextIsRight ? "" : ", the next request got a wrong answer");
}

/// <summary>One row of the table of responses. Immutable.</summary>
/// <param name="Name">Unique in the table.</param>
/// <param name="Source">Where the verdict comes from: RFC and section.</param>
/// <param name="Bytes">What the origin sends, one character a byte (Latin-1).</param>
/// <param name="Verdict">What must become of it.</param>
internal sealed record ResponseCase(string Name, string Source, string Bytes, ResponseVerdict Verdict)
{
    /// <summary>The method of the request that is answered.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Whether the origin closes its connection after these bytes.</summary>
    public bool OriginCloses { get; init; }

    /// <summary>What the origin sends later, when the exchange is over and its connection idle.</summary>
    public string Afterwards { get; init; } = "";

    /// <summary>Null if the outcome is right, for this request and for the one after it; otherwise what is wrong.</summary>
    public string? Mismatch(ResponseOutcome outcome) =>
        outcome.NextIsRight ? Verdict.Mismatch(outcome) : "the next request got a wrong answer";
}
