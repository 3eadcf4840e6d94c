namespace Breakwater.Waf.SecLang;

/// <summary>
/// What the parser of one piece (an action, a target, an argument) answers instead of a value: what is wrong, and what to do. The caller
/// knows the piece's place in the file and adds <see cref="Offset"/> to it. Immutable.
/// </summary>
/// <param name="Offset">Characters from the start of the piece.</param>
/// <param name="Problem">What is wrong; no final stop.</param>
/// <param name="Remedy">What to do; no final stop.</param>
internal sealed record SecFault(int Offset, string Problem, string Remedy)
{
    public SecFault(string problem, string remedy)
        : this(0, problem, remedy)
    {
    }

    /// <summary>The same fault, seen from a text in which the piece starts at <paramref name="start"/>.</summary>
    public SecFault At(int start) => this with { Offset = Offset + start };
}
