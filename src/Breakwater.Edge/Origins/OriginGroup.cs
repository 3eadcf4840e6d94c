using System.Diagnostics.CodeAnalysis;
using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins.Balancing;

namespace Breakwater.Edge.Origins;

/// <summary>One origin of a group: with its weight and the settings that hold once the group is adopted. Immutable.</summary>
/// <param name="Origin">The origin.</param>
/// <param name="Weight">Its share of the requests, relative to the others'; 0 = none, for draining it.</param>
/// <param name="Settings">Its settings.</param>
internal sealed record OriginMember(Origin Origin, int Weight, OriginSettings Settings);

/// <summary>What holds for a group as a whole. Immutable. Shares are 0 to 1.</summary>
internal sealed record OriginGroupSettings
{
    /// <summary>How an origin is chosen.</summary>
    public BalancePolicy Policy { get; init; } = BalancePolicy.TwoChoices;

    /// <summary>What consistent hash goes by; of no meaning to the other policies.</summary>
    public HashKey HashBy { get; init; } = Config.HashKey.ClientIp;

    /// <summary>The share of the origins that may be ejected at a time.</summary>
    public double MaxEjected { get; init; } = 0.5;

    /// <summary>When less than this share of the origins looks healthy, health is ignored; 0 = never.</summary>
    public double PanicBelow { get; init; } = 0.5;

    /// <summary>Attempts in all for one request, the first included.</summary>
    public int MaxAttempts { get; init; } = 2;

    /// <summary>Retries allowed as a share of the requests.</summary>
    public double RetryShare { get; init; } = 0.2;

    /// <summary>Retries a second that are allowed whatever the share says.</summary>
    public int RetriesPerSecond { get; init; } = 10;
}

/// <summary>
/// The origins of one zone and the choice among them. Immutable in composition; the view of who may be chosen at present is swapped
/// atomically when the health of an origin changes. Thread-safe: a choice takes no lock and allocates nothing.
/// </summary>
internal sealed class OriginGroup
{
    private readonly OriginMember[] _members;
    private readonly Origin[] _origins;
    private readonly OriginGroupState _state;
    private readonly RequestHash? _hash;
    private View _view;
    private int _refreshing;

    public OriginGroup(OriginGroupState state, OriginGroupSettings settings, OriginMember[] members)
    {
        _state = state;
        _members = members;
        _origins = Array.ConvertAll(members, member => member.Origin);
        Settings = settings;
        _hash = settings.Policy == BalancePolicy.Hash ? new RequestHash(settings.HashBy) : null;
        int choosable = members.Count(member => member.Weight > 0);

        // One at least, else a small share of a small group would mean never; but never the only one.
        MaxEjected = settings.MaxEjected > 0 && choosable > 1 ? Math.Max(1, (int)(choosable * settings.MaxEjected)) : 0;
        _view = Look();
    }

    /// <summary>The name of the zone that it serves.</summary>
    public string Zone => _state.Zone;

    /// <summary>The origins, in configured order.</summary>
    public IReadOnlyList<Origin> Origins => _origins;

    /// <summary>The origins with their weights and settings, in configured order.</summary>
    public IReadOnlyList<OriginMember> Members => _members;

    /// <summary>What holds for the group as a whole.</summary>
    public OriginGroupSettings Settings { get; }

    /// <summary>How many of the origins may be ejected at a time.</summary>
    public int MaxEjected { get; }

    /// <summary>What the group shares with its predecessors and successors.</summary>
    public OriginGroupState State => _state;

    /// <summary>Attempts in all for one request, the first included.</summary>
    public int MaxAttempts => Settings.MaxAttempts;

    /// <summary>The retry budget: told of every request, asked before each retry.</summary>
    public RetryBudget Retries => _state.Retries;

    /// <summary>Whether too few origins look healthy, so that health is ignored.</summary>
    public bool IsPanicking => Current.IsPanicking;

    private View Current
    {
        get
        {
            View view = Volatile.Read(ref _view);
            if (view.Version != _state.Version)
            {
                Refresh();
                view = Volatile.Read(ref _view);
            }

            return view;
        }
    }

    /// <summary>The key that the choice for this request goes by; 0 for policies without one.</summary>
    public ulong HashKey(Exchange exchange) => _hash?.Of(exchange) ?? 0;

    /// <summary>
    /// Chooses an origin for a request, or for its next attempt: one that was not tried, as long as there is one. Before one that has just
    /// failed is asked again, those that are left out have a chance: they may be well by now.
    /// </summary>
    /// <param name="choice">What the choice depends on.</param>
    /// <param name="origin">The origin.</param>
    /// <param name="failure">Why there is none.</param>
    public bool TryChoose(in OriginChoice choice, [NotNullWhen(true)] out Origin? origin, out ExchangeEnd failure)
    {
        failure = ExchangeEnd.None;
        View view = Current;
        foreach (Origin trial in view.Trials)
        {
            if (!choice.WasTried(trial) && trial.Health.TryTakeTrial())
            {
                origin = trial;
                return true;
            }
        }

        origin = view.Selector.Choose(in choice);
        if (origin is not null)
        {
            if (choice.Attempts > 0 && choice.WasTried(origin))
            {
                foreach (Origin other in view.Out)
                {
                    if (!choice.WasTried(other))
                    {
                        origin = other;
                        break;
                    }
                }
            }

            return true;
        }

        failure = ExchangeEnd.NoOrigin;
        return false;
    }

    /// <summary>Looks at the origins' health again. One thread does it; others go on with the last view meanwhile.</summary>
    public void Refresh()
    {
        while (Volatile.Read(ref _view).Version != _state.Version && Interlocked.Exchange(ref _refreshing, 1) == 0)
        {
            try
            {
                View view = Look();
                Volatile.Write(ref _view, view);
                _state.OnRefreshed(this, view.IsPanicking, view.Available, view.Total);
            }
            finally
            {
                // Released before the version is compared again, so that a change which found us busy is not lost.
                Interlocked.Exchange(ref _refreshing, 0);
            }
        }
    }

    private View Look()
    {
        // The version first: a change after it makes this view out of date at once.
        int version = _state.Version;
        var up = new List<Candidate>();
        var all = new List<Candidate>();
        var trials = new List<Origin>();
        var outside = new List<Origin>();
        foreach (OriginMember member in _members)
        {
            if (member.Weight <= 0)
            {
                continue;
            }

            all.Add(new Candidate(member.Origin, member.Weight));
            int share = member.Origin.Health.Share;
            if (share > 0)
            {
                up.Add(new Candidate(member.Origin, (long)member.Weight * share));
            }
            else
            {
                outside.Add(member.Origin);
                if (member.Origin.Health.WantsTrialRequest)
                {
                    trials.Add(member.Origin);
                }
            }
        }

        bool panicking = up.Count < Settings.PanicBelow * all.Count;
        Candidate[] candidates = [.. panicking ? all : up];
        OriginSelector selector = Settings.Policy switch
        {
            BalancePolicy.RoundRobin => new RoundRobin(candidates, _state.Turns),
            BalancePolicy.Hash => new ConsistentHash(candidates),
            _ => new TwoChoices(candidates, _state.Random),
        };
        return new View(version, panicking, up.Count, all.Count, [.. trials], [.. outside], selector);
    }

    /// <summary>The origins as they are at one version of their health. Immutable.</summary>
    private sealed record View(int Version, bool IsPanicking, int Available, int Total, Origin[] Trials, Origin[] Out, OriginSelector Selector);
}
