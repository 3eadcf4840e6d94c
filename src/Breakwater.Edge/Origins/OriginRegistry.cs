using System.Net;
using System.Security.Cryptography;
using Breakwater.Config;
using Breakwater.Edge.Origins.Health;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Origins;

/// <summary>An origin of a zone as a generation wants it. Immutable.</summary>
/// <param name="Url">Scheme, host and port; or <c>unix:/path</c>.</param>
internal sealed record OriginDefinition(Uri Url)
{
    /// <summary>Its share of the requests, relative to the others'; 0 = none.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The HTTP version spoken to it.</summary>
    public OriginProtocol Protocol { get; init; } = OriginProtocol.Auto;

    /// <summary>How TLS is spoken to it; null for plain.</summary>
    public OriginTlsSettings? Tls { get; init; }

    /// <summary>What a reload may change.</summary>
    public OriginSettings Settings { get; init; } = OriginSettings.Default;
}

/// <summary>
/// Where origins live: found by what they are, whatever generation asks, so that a reload keeps their health, counters and connections.
/// Thread-safe.
/// </summary>
/// <remarks>
/// In two steps, so that a generation which is never promoted changes nothing: <see cref="Compose"/> finds or makes the origins of a
/// zone, <see cref="Adopt"/> makes the composed groups the ones in use and retires the origins that none of them has. A group that was
/// in use before may be adopted again.
/// </remarks>
internal sealed class OriginRegistry : IHeartbeatTarget, IDisposable
{
    /// <summary>Health checks that may run at once.</summary>
    public const int MaxConcurrentChecks = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<OriginIdentity, Origin> _origins = [];
    private readonly Dictionary<string, OriginGroupState> _zones = new(StringComparer.Ordinal);
    private readonly ulong _seed;
    private Adopted _adopted = new([], [], []);

    /// <param name="clock">The edge's clock.</param>
    /// <param name="heartbeat">What drives checks, look-ups and timeouts.</param>
    /// <param name="logger">Where changes of state are told.</param>
    /// <param name="seed">For what is left to chance; null = a random one.</param>
    public OriginRegistry(EdgeClock clock, Heartbeat heartbeat, ILogger<OriginRegistry> logger, ulong? seed = null)
    {
        Clock = clock;
        Heartbeat = heartbeat;
        Logger = logger;
        _seed = seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        heartbeat.Add(this);
    }

    /// <summary>How names are resolved; the system's way unless a test has another.</summary>
    public HostLookup Lookup { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>How origins are checked; over the network unless a test has another way.</summary>
    public HealthProbe Probe { get; init; } = NetworkProbe.CheckAsync;

    /// <summary>The origins in use.</summary>
    public IReadOnlyList<Origin> Origins => Volatile.Read(ref _adopted).Origins;

    /// <summary>The groups in use.</summary>
    public IReadOnlyList<OriginGroup> Groups => Volatile.Read(ref _adopted).Groups;

    internal EdgeClock Clock { get; }

    internal Heartbeat Heartbeat { get; }

    internal ILogger Logger { get; }

    internal HealthCheckSlots CheckSlots { get; } = new(MaxConcurrentChecks);

    /// <summary>Makes the group of a zone out of origins that are known already and new ones. Changes nothing about those in use.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="settings">What holds for the group as a whole.</param>
    /// <param name="definitions">The origins; one that is named twice gets both weights.</param>
    public OriginGroup Compose(string zone, OriginGroupSettings settings, IReadOnlyList<OriginDefinition> definitions)
    {
        lock (_lock)
        {
            OriginGroupState state = FindOrAddZone(zone);
            var members = new List<OriginMember>();
            foreach (OriginDefinition definition in definitions)
            {
                var identity = new OriginIdentity(zone, definition.Url, definition.Protocol, definition.Tls);
                if (!_origins.TryGetValue(identity, out Origin? origin))
                {
                    origin = new Origin(identity, this, state);
                    _origins.Add(identity, origin);
                }

                int known = members.FindIndex(member => member.Origin == origin);
                if (known >= 0)
                {
                    members[known] = members[known] with { Weight = members[known].Weight + definition.Weight };
                }
                else
                {
                    members.Add(new OriginMember(origin, definition.Weight, definition.Settings));
                }
            }

            return new OriginGroup(state, settings, [.. members]);
        }
    }

    /// <summary>Makes these groups the ones in use: their settings hold from now on, and origins that none of them has are retired.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="beside">
    /// Groups of a candidate that serves at their side: their origins are in use too, but where both have the same one, or the same zone, the
    /// settings of <paramref name="groups"/> hold. Null = there is none.
    /// </param>
    public void Adopt(IReadOnlyList<OriginGroup> groups, IReadOnlyList<OriginGroup>? beside = null)
    {
        lock (_lock)
        {
            Adopted before = _adopted;
            _origins.Clear();
            var used = new HashSet<Origin>(ReferenceEqualityComparer.Instance);
            foreach (OriginGroup group in groups)
            {
                bool joins = group.Origins.Any(origin => origin.IsInUse);
                foreach (OriginMember member in group.Members)
                {
                    _origins[member.Origin.Identity] = member.Origin;
                    used.Add(member.Origin);
                    member.Origin.Use(member.Settings, joins);
                }
            }

            foreach (OriginGroup group in beside ?? [])
            {
                bool joins = group.Origins.Any(origin => origin.IsInUse);
                foreach (OriginMember member in group.Members.Where(member => used.Add(member.Origin)))
                {
                    _origins[member.Origin.Identity] = member.Origin;
                    member.Origin.Use(member.Settings, joins);
                }
            }

            Origin[] inUse = [.. used];
            Origin[] leaving = [.. before.Origins.Except(inUse), .. before.Leaving.Except(inUse)];
            foreach (Origin origin in before.Origins.Except(inUse))
            {
                origin.Retire();
            }

            _zones.Clear();
            OriginGroup[] adopted = [.. groups.Concat(beside ?? []).DistinctBy(group => group.Zone)];
            foreach (OriginGroup group in adopted)
            {
                _zones[group.Zone] = group.State;
                group.State.Adopt(group);
            }

            Volatile.Write(ref _adopted, new Adopted(adopted, inUse, leaving));
        }

        // What is new is looked up and checked now rather than at the next beat.
        OnHeartbeat(Clock.Micros);
    }

    /// <summary>The origins in use, as they are now.</summary>
    public OriginStatus[] GetStatus() => [.. Origins.Select(origin => origin.GetStatus())];

    /// <summary>Looks after an origin out of use that has something to do once more, until it has not.</summary>
    internal void Watch(Origin origin)
    {
        lock (_lock)
        {
            Adopted adopted = _adopted;
            if (!adopted.Leaving.Contains(origin))
            {
                Volatile.Write(ref _adopted, adopted with { Leaving = [.. adopted.Leaving, origin] });
            }
        }
    }

    /// <inheritdoc/>
    public void OnHeartbeat(long nowMicros)
    {
        Adopted adopted = Volatile.Read(ref _adopted);
        foreach (OriginGroup group in adopted.Groups)
        {
            group.Retries.OnHeartbeat(nowMicros);
        }

        foreach (Origin origin in adopted.Origins)
        {
            origin.OnHeartbeat(nowMicros);
        }

        if (adopted.Leaving.Length > 0)
        {
            foreach (Origin origin in adopted.Leaving)
            {
                origin.OnHeartbeat(nowMicros);
            }

            ForgetWhoLeft(nowMicros);
        }
    }

    /// <summary>Retires all origins and closes their pools. To be called when nothing is under way any more.</summary>
    public void Dispose()
    {
        Adopt([]);
        Heartbeat.Remove(this);
        foreach (Origin origin in Volatile.Read(ref _adopted).Leaving)
        {
            origin.Close();
        }
    }

    private OriginGroupState FindOrAddZone(string zone)
    {
        if (!_zones.TryGetValue(zone, out OriginGroupState? state))
        {
            ulong seed = _seed;
            foreach (char c in zone)
            {
                seed = Balancing.SharedRandom.Mix(seed ^ c);
            }

            state = new OriginGroupState(zone, seed, Logger);
            _zones.Add(zone, state);
        }

        return state;
    }

    private void ForgetWhoLeft(long nowMicros)
    {
        lock (_lock)
        {
            Adopted adopted = _adopted;
            Origin[] leaving = [.. adopted.Leaving.Where(origin => !origin.TryForget(nowMicros))];
            if (leaving.Length != adopted.Leaving.Length)
            {
                Volatile.Write(ref _adopted, adopted with { Leaving = leaving });
            }
        }
    }

    /// <summary>What is in use, and what still has to finish. Immutable.</summary>
    private sealed record Adopted(OriginGroup[] Groups, Origin[] Origins, Origin[] Leaving);
}
