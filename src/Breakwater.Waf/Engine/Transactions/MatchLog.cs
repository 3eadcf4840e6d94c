namespace Breakwater.Waf.Engine;

/// <summary>The rules that matched in a transaction, bounded. Owned by it.</summary>
internal sealed class MatchLog
{
    // More would be told to nobody; the rules run on.
    private const int MostMatches = 512;
    private const int MostTargets = 2048;
    private const int MostTargetsOfRule = 64;
    private const int KeptMatches = 64, KeptTargets = 256;

    private WafMatch[] _matches = [];
    private WafTarget[] _targets = [];
    private int _targetCount;
    private int _ruleTargets; // where those of the running rule begin
    private long _ruleScore;

    public int Count { get; private set; }

    /// <summary>Matches that were not kept.</summary>
    public int Dropped { get; private set; }

    public ReadOnlySpan<WafMatch> Matches => _matches.AsSpan(0, Count);

    public ReadOnlySpan<WafTarget> Targets => _targets.AsSpan(0, _targetCount);

    /// <summary>Matches of the running rule so far.</summary>
    public int PendingTargets => _targetCount - _ruleTargets;

    public void Reset()
    {
        _matches.AsSpan(0, Count).Clear();
        if (_matches.Length > KeptMatches) _matches = [];
        if (_targets.Length > KeptTargets) _targets = [];
        (Count, Dropped, _targetCount, _ruleTargets, _ruleScore) = (0, 0, 0, 0, 0);
    }

    /// <summary>Begins a rule: what an earlier one matched without matching as a whole is forgotten.</summary>
    public void BeginRule()
    {
        _targetCount = _ruleTargets;
        _ruleScore = 0;
    }

    public void AddScore(long points) => _ruleScore += points;

    public void AddTarget(WafTarget target)
    {
        if (_targetCount == MostTargets || PendingTargets == MostTargetsOfRule) return;
        if (_targetCount == _targets.Length) Array.Resize(ref _targets, Math.Max(32, 2 * _targetCount));
        _targets[_targetCount++] = target;
    }

    /// <summary>The target by which people are told about the rule: the last one of the request or response, not of the rules' own variables.</summary>
    public WafTarget LastTarget(WafTarget otherwise) => PendingTargets > 0 ? _targets[_targetCount - 1] : otherwise;

    /// <summary>Whether one more match can be kept; if not, it is counted at least.</summary>
    public bool HasRoom()
    {
        if (Count < MostMatches) return true;
        Dropped++;
        return false;
    }

    public void Add(WafMatch match)
    {
        if (Count == _matches.Length) Array.Resize(ref _matches, Math.Max(16, 2 * Count));
        _matches[Count++] = match with { Score = _ruleScore, FirstTarget = _ruleTargets, TargetCount = PendingTargets };
        _ruleTargets = _targetCount;
        _ruleScore = 0;
    }
}
