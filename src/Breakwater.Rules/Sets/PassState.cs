namespace Breakwater.Rules.Sets;

/// <summary>
/// What a pass over an <see cref="ExpressionSet"/> found out about one request. Owned by an <see cref="EvaluationContext"/>, reused.
/// </summary>
internal sealed class PassState
{
    public ulong[] Candidates { get; private set; } = [];

    public ulong[] Found { get; private set; } = [];

    public bool IsReady { get; set; }

    public void Begin(int candidateWords, int foundWords)
    {
        if (Candidates.Length < candidateWords) Candidates = new ulong[candidateWords];
        if (Found.Length < foundWords) Found = new ulong[foundWords];
        IsReady = false;
    }
}
