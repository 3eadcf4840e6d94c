namespace Breakwater.Edge.Tests.Desync;

/// <summary>Every row of both tables against a real listener, with a recording origin behind it.</summary>
public sealed class DesyncTests : IClassFixture<DesyncTests.EdgeWithOrigin>
{
    private readonly DesyncRunner _runner;

    public DesyncTests(EdgeWithOrigin fixture) => _runner = fixture.Runner;

    public static TheoryData<string> Requests => [.. DesyncTables.Requests.Keys];

    public static TheoryData<string> Responses => [.. DesyncTables.Responses.Keys];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request(string name)
    {
        var one = DesyncTables.Requests[name];
        var outcome = await _runner.RunAsync(one);
        if (one.Verdict.Mismatch(outcome) is { } mismatch)
            Assert.Fail($"{name} ({one.Source}), demanded: {one.Verdict}; {mismatch}.\nWhat happened: {outcome}");
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task Response(string name)
    {
        var one = DesyncTables.Responses[name];
        var outcome = await _runner.RunAsync(one);
        if (one.Mismatch(outcome) is { } mismatch)
            Assert.Fail($"{name} ({one.Source}), demanded: {one.Verdict}; {mismatch}.\nWhat happened: {outcome}");
    }

    /// <summary>One edge for all rows: what one leaves behind would show in the next.</summary>
    public sealed class EdgeWithOrigin : IAsyncLifetime
    {
        private readonly RecordingOrigin _origin = new();
        private BreakwaterEdge? _edge;

        internal DesyncRunner Runner { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _edge = await BreakwaterEdge.StartAsync(_origin.Endpoint);
            Runner = new DesyncRunner(_edge, _origin);
        }

        public async ValueTask DisposeAsync()
        {
            await _edge!.DisposeAsync();
            await _origin.DisposeAsync();
        }
    }
}
