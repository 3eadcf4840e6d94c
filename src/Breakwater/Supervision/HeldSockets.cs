namespace Breakwater.Supervision;

/// <summary>
/// The listening sockets that outlive edges. Each has the name of the address that it was bound for; several may have one name (port 0 twice,
/// a systemd unit with several addresses), and keep their order. Owned by the supervisor's thread.
/// </summary>
internal sealed class HeldSockets
{
    private readonly List<(string Name, int Descriptor)> _sockets = [];

    /// <summary>All of them, in the order in which they came.</summary>
    public IReadOnlyList<(string Name, int Descriptor)> All => _sockets;

    /// <summary>Keeps one. The descriptor is ours from now on.</summary>
    public void Add(string name, int descriptor) => _sockets.Add((name, descriptor));

    /// <summary>Lets the last one of a name go: connections that wait in its queue are ended, unless another process has it too.</summary>
    public void Drop(string name)
    {
        int index = _sockets.FindLastIndex(socket => socket.Name == name);
        if (index >= 0)
        {
            SystemCalls.Close(_sockets[index].Descriptor);
            _sockets.RemoveAt(index);
        }
    }

    /// <summary>Removes the files of Unix sockets: nobody listens any more.</summary>
    public void RemoveFiles()
    {
        foreach ((string name, _) in _sockets)
        {
            if (name.StartsWith("unix:", StringComparison.Ordinal))
            {
                try
                {
                    File.Delete(name["unix:".Length..]);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // The next start says so, if it is in the way.
                }
            }
        }
    }
}
