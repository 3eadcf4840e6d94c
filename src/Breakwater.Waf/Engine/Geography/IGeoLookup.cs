using Breakwater.Waf.Bodies;

namespace Breakwater.Waf.Engine;

/// <summary>Where addresses are, for <c>@geoLookup</c>: the edge's own database of countries. Implementations are thread-safe.</summary>
public interface IGeoLookup
{
    /// <summary>Looks an address up; false where it is not known or is no address.</summary>
    /// <param name="address">The address as text.</param>
    /// <param name="place">Takes what is known.</param>
    bool TryLookup(ReadOnlySpan<byte> address, GeoPlace place);
}

/// <summary>The collection GEO while it is filled. Owned by one transaction.</summary>
public sealed class GeoPlace
{
    private readonly TransactionMemory _memory;
    private readonly MemberList _members;

    internal GeoPlace(TransactionMemory memory, MemberList members)
    {
        _memory = memory;
        _members = members;
    }

    /// <summary>
    /// Adds what is known: COUNTRY_CODE, COUNTRY_CODE3, COUNTRY_NAME, COUNTRY_CONTINENT, REGION, CITY, POSTAL_CODE, LATITUDE, LONGITUDE,
    /// DMA_CODE, AREA_CODE.
    /// </summary>
    public void Add(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value) => _members.Add(_memory.Keep(field), _memory.Keep(value));
}
