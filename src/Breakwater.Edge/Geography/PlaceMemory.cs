using Breakwater.Edge.Clients;

namespace Breakwater.Edge.Geography;

/// <summary>
/// The last answer that a connection got: its next request asks for the same address. Thread-safe: the streams of one connection may ask at
/// once.
/// </summary>
internal sealed class PlaceMemory
{
    private Answer? _last;

    /// <summary>The answer, if it was about this address and came from these databases as they are.</summary>
    public bool TryGet(ClientAddress address, object source, out Place place)
    {
        Answer? last = Volatile.Read(ref _last);
        place = last?.Place ?? Place.Unknown;
        return last is not null && ReferenceEquals(last.Source, source) && last.Address == address;
    }

    /// <summary>Keeps an answer.</summary>
    public void Keep(ClientAddress address, object source, Place place) => Volatile.Write(ref _last, new Answer(address, source, place));

    private sealed record Answer(ClientAddress Address, object Source, Place Place);
}
