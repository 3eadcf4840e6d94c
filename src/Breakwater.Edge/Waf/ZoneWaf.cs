using System.Buffers;
using System.Collections.Concurrent;
using Breakwater.Config;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;
using Breakwater.Matching;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <summary>
/// The firewall of a zone: shared rules, and what the zone says about them. Immutable but for what it remembers; thread-safe.
/// </summary>
internal sealed class ZoneWaf
{
    /// <summary>Overlays of one zone. Each stands for the exclusions that a path meets; more different meetings than this have none of them.</summary>
    private const int MaxOverlays = 256;

    private readonly WafZone _settings;
    private readonly PathExclusion[] _byPath;
    private readonly WafOverlay _always;
    private readonly ConcurrentDictionary<ulong, WafOverlay> _overlays = new();

    /// <param name="rules">The rules.</param>
    /// <param name="settings">What the zone says, without exclusions that hold on some paths only.</param>
    /// <param name="byPath">Those, each with its path; up to 64 different ones.</param>
    public ZoneWaf(WafRules rules, WafZone settings, PathExclusion[] byPath)
    {
        Rules = rules;
        _settings = settings;
        _byPath = byPath;
        _always = Create(settings);
    }

    /// <summary>The rules.</summary>
    public WafRules Rules { get; }

    /// <summary>What the edge keeps for all its zones.</summary>
    public required WafStores Stores { get; init; }

    /// <summary>The zone's counters and the sampling of its events; they outlive generations.</summary>
    public required WafZoneState State { get; init; }

    /// <summary>What is secret in requests.</summary>
    public required Redaction Redaction { get; init; }

    /// <summary>Whether what the rules refuse is refused.</summary>
    public bool Enforces => _settings.Mode is SecEngineMode.On;

    /// <summary>What becomes of what could not be inspected.</summary>
    public required WafFail Fail { get; init; }

    /// <summary>What becomes of a body that is longer than what is inspected.</summary>
    public required WafLargeBody OnLargeBody { get; init; }

    /// <summary>Whether responses are inspected.</summary>
    public required bool InspectsResponses { get; init; }

    /// <summary>How much of a body is inspected.</summary>
    public int BodyLimit => _settings.RequestBodyBytes;

    /// <summary>The settings for one request, exclusions for its path worked in.</summary>
    public WafOverlay OverlayFor(Exchange exchange)
    {
        ulong met = Meet(exchange);
        return met == 0 ? _always
            : _overlays.TryGetValue(met, out WafOverlay? known) ? known
            : _overlays.Count >= MaxOverlays ? _always
            : _overlays.GetOrAdd(met, Create(SettingsFor(met)));
    }

    /// <summary>The settings for one request with further exclusions, to try what they would do.</summary>
    public WafOverlay With(Exchange exchange, IEnumerable<WafExclusion> exclusions)
    {
        WafZone settings = SettingsFor(Meet(exchange));
        return Create(settings with { Exclusions = [.. settings.Exclusions, .. exclusions] });
    }

    // What is doubtful about exclusions was told when the zone was compiled.
    private WafOverlay Create(WafZone settings) => WafOverlay.Create(Rules.Program, settings, new List<SecDiagnostic>());

    /// <summary>Which path exclusions a request meets, a bit each.</summary>
    private ulong Meet(Exchange exchange)
    {
        if (_byPath.Length == 0)
        {
            return 0;
        }

        // Both as it came and as rules see it: what an origin makes of a path that is not normal nobody knows.
        ReadOnlySpan<byte> raw = exchange.Request.Path;
        byte[] room = ArrayPool<byte>.Shared.Rent(RequestTarget.MaxNormalisedLength(raw.Length));
        ReadOnlySpan<byte> path = RequestTarget.NormalisePath(raw, room, PathNormalisation.Merging, out _);
        ulong met = 0;
        for (int i = 0; i < _byPath.Length; i++)
        {
            Wildcard pattern = _byPath[i].Path;
            met |= pattern.IsMatch(path) && pattern.IsMatch(raw) ? 1UL << _byPath[i].Bit : 0;
        }

        ArrayPool<byte>.Shared.Return(room);
        return met;
    }

    private WafZone SettingsFor(ulong met) => _settings with
    {
        Exclusions = [.. _settings.Exclusions, .. _byPath.Where(exclusion => (met >> exclusion.Bit & 1) != 0).Select(exclusion => exclusion.Exclusion)],
    };
}

/// <summary>An exclusion that holds on some paths. Immutable.</summary>
/// <param name="Path">The paths.</param>
/// <param name="Bit">Which of the zone's paths this is.</param>
/// <param name="Exclusion">What is left out there.</param>
internal sealed record PathExclusion(Wildcard Path, int Bit, WafExclusion Exclusion);
