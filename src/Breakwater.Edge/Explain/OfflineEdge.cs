using System.Diagnostics.CodeAnalysis;
using Breakwater.Config;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Time;
using Breakwater.Http;
using Breakwater.Rules;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breakwater.Edge.Explain;

/// <summary>
/// A configuration, compiled to explain requests with: no port, no connection, no check of an origin, no file watched. Owned by one thread.
/// </summary>
internal sealed class OfflineEdge : IDisposable
{
    // What a request meets for the first time is compiled then: explanations are about an edge that has been running.
    private const int WarmUps = 30;

    private readonly EdgeClock _clock = new(new TimeWithoutTimers());
    private readonly Heartbeat _heartbeat;
    private readonly OriginRegistry _origins;

    /// <param name="config">A configuration without errors of its own.</param>
    /// <param name="files">Where the files that it names are read; null = from disk.</param>
    /// <param name="dataDirectory">Where a development certificate is kept; null to make none.</param>
    public OfflineEdge(BreakwaterConfig config, ConfigurationFiles? files = null, string? dataDirectory = null)
    {
        _heartbeat = new Heartbeat(_clock);
        _origins = new OriginRegistry(_clock, _heartbeat, NullLogger<OriginRegistry>.Instance);
        CompileResult compiled = new GenerationCompiler(_origins, new RuleStores(_clock), _clock).Compile(new CompileOrder(config, Number: 1)
        {
            Files = files ?? new ConfigurationFiles(),
            DataDirectory = dataDirectory,
        });
        Diagnostics = compiled.Diagnostics;
        Generation = compiled.Generation;
        if (Generation is not null)
        {
            _origins.Adopt(Generation.OriginGroups);
        }
    }

    /// <summary>What is wrong or doubtful about the configuration.</summary>
    public IReadOnlyList<ConfigDiagnostic> Diagnostics { get; }

    /// <summary>The configuration; null when it can't be compiled.</summary>
    public Generation? Generation { get; }

    /// <summary>Explains a request.</summary>
    /// <param name="request">The request; see <see cref="RequestText"/>.</param>
    /// <param name="client">Who sends it.</param>
    public Explanation Explain(ReadOnlySpan<byte> request, ExplainedClient client)
    {
        Explainer explainer = new(Generation!, _clock, Redaction.None);
        for (int i = 0; i < WarmUps; i++)
        {
            explainer.Explain(request, client, counts: false, chooses: true);
        }

        return explainer.Explain(request, client, counts: true, chooses: true);
    }

    /// <summary>Whether an expression holds for a request.</summary>
    /// <param name="expression">The expression, as in a rule of a request phase. It may name the configuration's lists.</param>
    /// <param name="request">The request.</param>
    /// <param name="client">Who sends it.</param>
    /// <param name="matched">Whether it holds.</param>
    /// <param name="problem">What is wrong with the request.</param>
    /// <returns>Null, or what is wrong with the expression.</returns>
    public ExpressionDiagnostic? Match(string expression, ReadOnlySpan<byte> request, ExplainedClient client, out bool matched, out HttpViolation? problem)
    {
        matched = false;
        problem = null;
        if (!TryCompile(expression, out Expression? compiled, out ExpressionDiagnostic? wrong))
        {
            return wrong;
        }

        Exchange exchange = new Explainer(Generation!, _clock, Redaction.None).Begin(client);
        if (exchange.Request.Read(request, out _) != ReadStatus.Complete)
        {
            problem = exchange.Request.Violation;
            return null;
        }

        exchange.Identify(Generation!.Settings);
        exchange.Zone = Generation.Zones.Find(exchange.Request.HostName);
        matched = compiled.Matches(exchange.Evaluation);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _origins.Dispose();
        _heartbeat.Dispose();
    }

    private bool TryCompile(string text, [NotNullWhen(true)] out Expression? expression, [NotNullWhen(false)] out ExpressionDiagnostic? wrong)
    {
        var diagnostics = new List<ExpressionDiagnostic>();
        bool compiled = Expression.TryCompile(text, new ExpressionScheme(ExpressionFeatures.None, Generation!.Lists), out expression, diagnostics);
        wrong = compiled ? null : diagnostics[0];
        return compiled;
    }

    /// <summary>Time that passes, and wakes nobody: health checks and watched files stay asleep.</summary>
    private sealed class TimeWithoutTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
