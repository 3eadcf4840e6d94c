namespace Breakwater.Waf.SecLang;

/// <summary>One row of <see cref="SecDirectives"/>. Immutable.</summary>
/// <param name="Name">As SecLang writes it.</param>
/// <param name="Syntax">How to write it, for findings.</param>
/// <param name="MinArguments">Least words after the name.</param>
/// <param name="MaxArguments">Most words after the name.</param>
/// <param name="Apply">What it does; the words include the name.</param>
/// <param name="MayStandInChain">Whether it may follow a rule with <c>chain</c>.</param>
internal sealed record SecDirective(
    string Name, string Syntax, int MinArguments, int MaxArguments, Action<SecParser, List<SecWord>> Apply, bool MayStandInChain = false);
