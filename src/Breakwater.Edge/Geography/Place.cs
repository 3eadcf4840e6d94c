using Breakwater.Rules;

namespace Breakwater.Edge.Geography;

/// <summary>
/// Where an address is and who announces it, as databases know it: text as UTF-8, null where none knows. Immutable.
/// </summary>
internal sealed record Place
{
    /// <summary>What is known of an address without a database, or of one that none has: nothing.</summary>
    public static Place Unknown { get; } = new();

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public byte[]? Country { get; init; }

    /// <summary>AF, AN, AS, EU, NA, OC or SA.</summary>
    public byte[]? Continent { get; init; }

    /// <summary>The city's English name.</summary>
    public byte[]? City { get; init; }

    /// <summary>The first-level subdivision's English name.</summary>
    public byte[]? Region { get; init; }

    /// <summary>The first-level subdivision's code without the country's.</summary>
    public byte[]? RegionCode { get; init; }

    /// <summary>The postal code.</summary>
    public byte[]? PostalCode { get; init; }

    /// <summary>The metro code (United States).</summary>
    public byte[]? MetroCode { get; init; }

    /// <summary>Degrees north, as decimal text.</summary>
    public byte[]? Latitude { get; init; }

    /// <summary>Degrees east, as decimal text.</summary>
    public byte[]? Longitude { get; init; }

    /// <summary>The name in the IANA time zone database.</summary>
    public byte[]? TimeZone { get; init; }

    /// <summary>ISO 3166-2 of the first-level subdivision.</summary>
    public byte[]? Subdivision1 { get; init; }

    /// <summary>ISO 3166-2 of the second-level subdivision.</summary>
    public byte[]? Subdivision2 { get; init; }

    /// <summary>The number of the autonomous system.</summary>
    public long? AutonomousSystem { get; init; }

    /// <summary>Whether it is in the European Union; null where the country is not known.</summary>
    public bool? IsInEuropeanUnion { get; init; }

    /// <summary>The value of a field that is text; empty for any other field, and where it is not known.</summary>
    public ReadOnlySpan<byte> Text(FieldId field) => field switch
    {
        FieldId.IpSrcCountry => Country,
        FieldId.IpSrcContinent => Continent,
        FieldId.IpSrcCity => City,
        FieldId.IpSrcRegion => Region,
        FieldId.IpSrcRegionCode => RegionCode,
        FieldId.IpSrcPostalCode => PostalCode,
        FieldId.IpSrcMetroCode => MetroCode,
        FieldId.IpSrcLat => Latitude,
        FieldId.IpSrcLon => Longitude,
        FieldId.IpSrcTimezoneName => TimeZone,
        FieldId.IpSrcSubdivision1IsoCode => Subdivision1,
        FieldId.IpSrcSubdivision2IsoCode => Subdivision2,
        _ => default,
    };

    /// <summary>This, and what the other knows beyond it.</summary>
    public Place Or(Place other) => ReferenceEquals(this, Unknown) ? other : ReferenceEquals(other, Unknown) ? this : new Place
    {
        Country = Country ?? other.Country,
        Continent = Continent ?? other.Continent,
        City = City ?? other.City,
        Region = Region ?? other.Region,
        RegionCode = RegionCode ?? other.RegionCode,
        PostalCode = PostalCode ?? other.PostalCode,
        MetroCode = MetroCode ?? other.MetroCode,
        Latitude = Latitude ?? other.Latitude,
        Longitude = Longitude ?? other.Longitude,
        TimeZone = TimeZone ?? other.TimeZone,
        Subdivision1 = Subdivision1 ?? other.Subdivision1,
        Subdivision2 = Subdivision2 ?? other.Subdivision2,
        AutonomousSystem = AutonomousSystem ?? other.AutonomousSystem,
        IsInEuropeanUnion = IsInEuropeanUnion ?? other.IsInEuropeanUnion,
    };
}
