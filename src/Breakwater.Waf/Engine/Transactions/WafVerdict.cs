using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>What the rules want done with a transaction.</summary>
public enum WafVerdictKind : byte
{
    /// <summary>Nothing: it goes on.</summary>
    Continue,

    /// <summary>Answer with an error.</summary>
    Deny,

    /// <summary>Close the connection without an answer.</summary>
    Drop,

    /// <summary>Answer with a redirection to <see cref="WafTransaction.RedirectLocation"/>.</summary>
    Redirect,

    /// <summary>The request needed more work or memory than it may have: not all rules ran. The zone's fail mode decides.</summary>
    Exhausted,
}

/// <summary>A phase's outcome. Immutable.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Status">The status of the answer, where there is one.</param>
/// <param name="Rule">The rule that decided; null where none did.</param>
/// <param name="Phase">When.</param>
public readonly record struct WafVerdict(WafVerdictKind Kind, int Status, WafRule? Rule, SecPhase Phase)
{
    /// <summary>Whether the transaction goes on.</summary>
    public bool IsContinue => Kind == WafVerdictKind.Continue;
}
