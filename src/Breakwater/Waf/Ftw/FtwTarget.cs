namespace Breakwater.Waf.Ftw;

/// <summary>What became of a test's request. Immutable.</summary>
/// <param name="Status">The answer's status; 0 where there was none.</param>
/// <param name="EngineReached">Whether the rules ran on it.</param>
/// <param name="Log">A line for each match, as <see cref="FtwLogLine"/> writes it.</param>
/// <param name="Body">The answer's body, as text.</param>
public sealed record FtwAnswer(int Status, bool EngineReached, IReadOnlyList<string> Log, string Body)
{
    /// <summary>Whether the connection ended without an answer.</summary>
    public bool IsError => Status == 0;
}

/// <summary>Where tests are sent: the engine in this process, or a listener over the network.</summary>
public interface IFtwTarget
{
    /// <summary>Sends one request, as bytes, and waits for everything that is logged about it.</summary>
    ValueTask<FtwAnswer> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancel);
}
