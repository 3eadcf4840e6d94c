namespace Breakwater.Http;

/// <summary>What a reader says after each piece of input.</summary>
public enum ReadStatus : byte
{
    /// <summary>All is well so far; the input is used up and more is needed.</summary>
    NeedMore,

    /// <summary>The message part is complete and valid.</summary>
    Complete,

    /// <summary>The input is not what the RFC allows. The reader's <c>Violation</c> says why; the connection cannot be used any further.</summary>
    Invalid,
}
