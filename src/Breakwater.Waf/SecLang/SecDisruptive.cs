namespace Breakwater.Waf.SecLang;

/// <summary>What a rule that matches does with the transaction.</summary>
public enum SecDisruptiveKind
{
    /// <summary>Nothing: the next rule runs.</summary>
    Pass,

    /// <summary>Answers with an error.</summary>
    Deny,

    /// <summary>Closes the connection.</summary>
    Drop,

    /// <summary>Answers with a redirection.</summary>
    Redirect,

    /// <summary>Lets the transaction pass all further phases except logging.</summary>
    Allow,

    /// <summary>Lets it pass the rest of this phase.</summary>
    AllowPhase,

    /// <summary>Lets it pass the phases of the request.</summary>
    AllowRequest,
}

/// <summary>The disruptive action of a rule; <c>block</c> is already resolved by the phase's SecDefaultAction. Immutable.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Location">Where a redirection leads.</param>
/// <param name="IsBlock">Whether the rule said <c>block</c>, so that a mode of the zone may decide otherwise.</param>
public sealed record SecDisruptive(SecDisruptiveKind Kind, SecText? Location = null, bool IsBlock = false)
{
    /// <summary>Does nothing.</summary>
    public static SecDisruptive Pass { get; } = new(SecDisruptiveKind.Pass);
}
