using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>How far an <c>allow</c> reaches.</summary>
internal enum AllowScope : byte
{
    None,
    Phase,
    Request,
    All,
}

/// <summary>What <c>ctl</c> and <c>allow</c> may change for one transaction. Owned by it.</summary>
internal sealed class TransactionControls
{
    // A rule that excludes anew for each argument would make each later look-up slower.
    private const int MostExclusions = 1024;

    private ulong[] _removed = [];
    private ulong[] _withExclusions = [];
    private readonly List<TargetExclusion> _exclusions = [];
    private WafOverlay? _overlay;

    public SecEngineMode Engine { get; set; }

    public SecAuditMode Audit { get; set; }

    public string AuditLogParts { get; set; } = "";

    public bool ForceRequestBody { get; set; }

    public bool RequestBodyAccess { get; set; }

    public long RequestBodyLimit { get; set; }

    public bool ResponseBodyAccess { get; set; }

    public long ResponseBodyLimit { get; set; }

    public AllowScope Allow { get; set; }

    public void Reset(WafOverlay overlay)
    {
        _overlay = overlay;
        SecConfiguration configuration = overlay.Program.Configuration;
        WafZone zone = overlay.Zone;
        Engine = overlay.Mode;
        Audit = configuration.AuditEngine;
        AuditLogParts = configuration.AuditLogParts;
        ForceRequestBody = false;
        RequestBodyAccess = configuration.RequestBodyAccess;
        RequestBodyLimit = Math.Min(configuration.RequestBodyLimit, zone.RequestBodyBytes);
        ResponseBodyAccess = zone.ResponseBodies ?? configuration.ResponseBodyAccess;
        ResponseBodyLimit = Math.Min(configuration.ResponseBodyLimit, zone.ResponseBodyBytes);
        Allow = AllowScope.None;
        _exclusions.Clear();
        if (_removed.Length != overlay.Removed.Length)
        {
            _removed = new ulong[overlay.Removed.Length];
            _withExclusions = new ulong[overlay.Removed.Length];
        }

        overlay.Removed.CopyTo(_removed, 0);
        overlay.WithExclusions.CopyTo(_withExclusions, 0);
    }

    /// <summary>Whether there is something that a rule does not look at, though it names it.</summary>
    public bool HasExclusion(int rule) => RuleBits.Has(_withExclusions, rule);

    public bool IsRemoved(int rule) => RuleBits.Has(_removed, rule);

    public void Remove(ulong[] rules)
    {
        for (int i = 0; i < rules.Length; i++) _removed[i] |= rules[i];
    }

    public void Exclude(TargetExclusion exclusion)
    {
        if (_exclusions.Count == MostExclusions || _exclusions.Contains(exclusion)) return;
        _exclusions.Add(exclusion);
        for (int i = 0; i < exclusion.Rules.Length; i++) _withExclusions[i] |= exclusion.Rules[i];
    }

    /// <summary>Whether a rule that <see cref="HasExclusion"/> shall not look at a member.</summary>
    public bool IsExcluded(int rule, TargetPiece piece, ReadOnlySpan<byte> name)
    {
        foreach (TargetExclusion exclusion in _exclusions)
        {
            if (exclusion.Covers(rule, piece, name)) return true;
        }

        foreach (TargetExclusion exclusion in _overlay!.Exclusions)
        {
            if (exclusion.Covers(rule, piece, name)) return true;
        }

        return false;
    }
}
