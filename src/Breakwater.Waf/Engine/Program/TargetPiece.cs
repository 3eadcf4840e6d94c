using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>
/// One target of rules, ready to be looked up: a variable, which of its members, and which of these are left out. Rules that name the same
/// share it. Immutable.
/// </summary>
internal sealed class TargetPiece(int id, SecVariable variable, bool isCount, NameSelector? selector, bool isXmlAttributes, NameSelector[] except, int txSlot)
{
    public int Id => id;

    public SecVariable Variable => variable;

    /// <summary>Whether the number of members is the value.</summary>
    public bool IsCount => isCount;

    /// <summary>Which members; null for all.</summary>
    public NameSelector? Selector => selector;

    /// <summary>XML: whether the attributes are meant, and not the text.</summary>
    public bool IsXmlAttributes => isXmlAttributes;

    /// <summary>TX with one name: where it lies; else -1.</summary>
    public int TxSlot => txSlot;

    public VariableSource Source { get; } = isCount ? VariableSource.Volatile : VariableSources.Of(variable);

    /// <summary>Whether a member of this name is meant.</summary>
    public bool Includes(ReadOnlySpan<byte> name)
    {
        if (selector is not null && !selector.Matches(name)) return false;
        foreach (NameSelector left in except)
        {
            if (left.Matches(name)) return false;
        }

        return true;
    }

    /// <summary>Whether all members are meant, whatever their names.</summary>
    public bool IncludesAll => selector is null && except.Length == 0;
}

/// <summary>
/// What one operator reads of one target: its values after a chain of transformations; with multiMatch, also all between. Immutable.
/// </summary>
/// <param name="Id">Its number in the program.</param>
/// <param name="Piece">The target.</param>
/// <param name="Chain">The transformations.</param>
/// <param name="MultiMatch">Whether the values between are read too.</param>
internal sealed record Feed(int Id, TargetPiece Piece, TransformChain Chain, bool MultiMatch);

/// <summary>The feeds of a rule all of whose targets are known for good when it runs. Rules that read the same share it. Immutable.</summary>
/// <param name="Feeds">What it reads, in order.</param>
/// <param name="IsResponse">Whether all of it is part of the response, whose values are told from their own index.</param>
internal sealed record Bundle(Feed[] Feeds, bool IsResponse);
