using System.Collections.Immutable;
using Breakwater.Waf.SecLang;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Engine;

/// <summary>
/// Makes targets and chains of transformations of what rules say, the same one for all that say the same. One loading, one thread.
/// </summary>
internal sealed class TargetCompiler(ProgramNames names, List<SecDiagnostic> diagnostics)
{
    private readonly Dictionary<string, TargetPiece> _pieces = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TransformChain> _chains = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Piece, int Chain, bool Multi), Feed> _feeds = [];
    private readonly Dictionary<string, Bundle> _bundles = new(StringComparer.Ordinal);

    public TargetPiece[] All => [.. _pieces.Values];

    public Feed[] Feeds => [.. _feeds.Values];

    public int ChainCount => _chains.Count;

    /// <summary>The targets of a rule, with those left out worked into the others.</summary>
    public TargetPiece[] Pieces(ImmutableArray<SecTarget> targets)
    {
        List<TargetPiece> pieces = [];
        foreach (SecTarget target in targets)
        {
            if (target.Mode == SecTargetMode.Exclude) continue;
            SecTarget[] except = [.. targets.Where(t => t.Mode == SecTargetMode.Exclude && t.Variable == target.Variable)];
            if (Array.Exists(except, e => e.Selector is null || (IsSameXml(e, target)))) continue;
            if (Piece(target, except) is { } piece) pieces.Add(piece);
        }

        return [.. pieces];
    }

    public TransformChain Chain(ImmutableArray<TransformationKind> kinds)
    {
        string key = string.Join(',', kinds);
        if (!_chains.TryGetValue(key, out TransformChain? chain)) _chains[key] = chain = new TransformChain(_chains.Count, kinds);
        return chain;
    }

    /// <summary>What a rule reads; null where one of its targets is not known for good when it runs.</summary>
    public Bundle? Bundle(TargetPiece[] pieces, TransformChain chain, bool multiMatch)
    {
        if (pieces.Length == 0 || Array.Exists(pieces, p => p.Source == VariableSource.Volatile)) return null;
        Feed[] feeds = [.. pieces.Select(p => Feed(p, chain, multiMatch))];
        string key = string.Join(',', feeds.Select(f => f.Id));
        if (_bundles.TryGetValue(key, out Bundle? bundle)) return bundle;
        bool isResponse = Array.TrueForAll(pieces, p => p.Source == VariableSource.Response);
        return _bundles[key] = new Bundle(feeds, isResponse);
    }

    private static bool IsSameXml(SecTarget left, SecTarget target) =>
        target.Variable == SecVariable.Xml && Equals(left.Selector, target.Selector);

    private Feed Feed(TargetPiece piece, TransformChain chain, bool multiMatch)
    {
        multiMatch &= !chain.IsEmpty;
        if (!_feeds.TryGetValue((piece.Id, chain.Id, multiMatch), out Feed? feed))
        {
            _feeds[(piece.Id, chain.Id, multiMatch)] = feed = new Feed(_feeds.Count, piece, chain, multiMatch);
        }

        return feed;
    }

    private TargetPiece? Piece(SecTarget target, SecTarget[] except)
    {
        string key = $"{target}\n{string.Join('\n', except.Select(e => e.ToString()))}";
        if (_pieces.TryGetValue(key, out TargetPiece? piece)) return piece;

        bool isXml = target.Variable == SecVariable.Xml;
        NameSelector? selector = null;
        if (target.Selector is not null && !isXml && (selector = NameSelector.Compile(target.Selector, target.Position, diagnostics)) is null) return null;
        List<NameSelector> left = [];
        foreach (SecTarget exclusion in except)
        {
            if (exclusion.Selector!.Kind == SecSelectorKind.XPath) continue;
            if (NameSelector.Compile(exclusion.Selector, exclusion.Position, diagnostics) is not { } compiled) return null;
            left.Add(compiled);
        }

        int slot = target.Variable == SecVariable.Tx && target.Selector?.Kind == SecSelectorKind.Name && left.Count == 0 ? names.TxSlot(target.Selector.Text) : -1;
        bool attributes = isXml && Equals(target.Selector, SecSelector.XmlAttributes);
        piece = new TargetPiece(_pieces.Count, target.Variable, target.Mode == SecTargetMode.Count, selector, attributes, [.. left], slot);
        return _pieces[key] = piece;
    }
}
