namespace Breakwater.Waf.Engine;

/// <summary>The connection that a request came on, and the request's own name. Owned by the caller's stack frame.</summary>
public readonly ref struct WafConnection
{
    /// <summary>The client's address as text (REMOTE_ADDR).</summary>
    public ReadOnlySpan<byte> ClientAddress { get; init; }

    /// <summary>The client's port (REMOTE_PORT).</summary>
    public int ClientPort { get; init; }

    /// <summary>The address that it connected to, as text (SERVER_ADDR).</summary>
    public ReadOnlySpan<byte> ServerAddress { get; init; }

    /// <summary>The port that it connected to (SERVER_PORT).</summary>
    public int ServerPort { get; init; }

    /// <summary>The request's name in logs (UNIQUE_ID).</summary>
    public ReadOnlySpan<byte> UniqueId { get; init; }
}
