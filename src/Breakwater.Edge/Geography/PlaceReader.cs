using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Breakwater.Edge.Geography;

/// <summary>
/// Makes a <see cref="Place"/> out of a database's record: of the nested kind that MaxMind and DB-IP publish (country, city and ASN
/// databases), and of the flat kind of IPinfo. What has another type than expected is not known. Stateless.
/// </summary>
internal static class PlaceReader
{
    /// <summary>The member states, and the territories that belong to the Union's territory under a code of their own.</summary>
    private static readonly FrozenSet<string> EuropeanUnion = new[]
    {
        "AT", "AX", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GF", "GP", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
        "MF", "MQ", "MT", "NL", "PL", "PT", "RE", "RO", "SE", "SI", "SK", "YT",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads a record.</summary>
    public static Place Read(Dictionary<string, object> record)
    {
        Dictionary<string, object>? country = Map(record, "country"), location = Map(record, "location");
        Dictionary<string, object>? first = Subdivision(record, 0), second = Subdivision(record, 1);
        string? code = String(country, "iso_code") ?? String(record, "country_code") ?? TwoLetters(String(record, "country"));
        string? region = String(first, "iso_code");
        return new Place
        {
            Country = Utf8(code),
            Continent = Utf8(String(Map(record, "continent"), "code") ?? String(record, "continent_code") ?? TwoLetters(String(record, "continent"))),
            City = Utf8(EnglishName(Map(record, "city")) ?? String(record, "city")),
            Region = Utf8(EnglishName(first) ?? String(record, "region")),
            RegionCode = Utf8(region ?? String(record, "region_code")),
            PostalCode = Utf8(String(Map(record, "postal"), "code") ?? String(record, "postal_code")),
            MetroCode = Utf8(Number(location, "metro_code")?.ToString(CultureInfo.InvariantCulture)),
            Latitude = Utf8(Degrees(location, "latitude") ?? Degrees(record, "latitude") ?? Degrees(record, "lat")),
            Longitude = Utf8(Degrees(location, "longitude") ?? Degrees(record, "longitude") ?? Degrees(record, "lng")),
            TimeZone = Utf8(String(location, "time_zone") ?? String(record, "timezone")),
            Subdivision1 = Utf8(Iso(code, region)),
            Subdivision2 = Utf8(Iso(code, String(second, "iso_code"))),
            AutonomousSystem = Number(record, "autonomous_system_number") ?? System(record),
            IsInEuropeanUnion = code is null ? null : EuropeanUnion.Contains(code) || (country?.GetValueOrDefault("is_in_european_union") is true),
        };
    }

    private static Dictionary<string, object>? Map(Dictionary<string, object>? map, string key) =>
        map?.GetValueOrDefault(key) as Dictionary<string, object>;

    private static string? String(Dictionary<string, object>? map, string key) =>
        map?.GetValueOrDefault(key) as string is { Length: > 0 } text ? text : null;

    private static Dictionary<string, object>? Subdivision(Dictionary<string, object> record, int index) =>
        record.GetValueOrDefault("subdivisions") is List<object> list && list.Count > index ? list[index] as Dictionary<string, object> : null;

    private static string? EnglishName(Dictionary<string, object>? place) => String(Map(place, "names"), "en");

    private static string? TwoLetters(string? text) => text is { Length: 2 } ? text : null;

    private static string? Iso(string? country, string? part) => country is null || part is null ? null : $"{country}-{part}";

    private static long? Number(Dictionary<string, object>? map, string key) => map?.GetValueOrDefault(key) switch
    {
        int number => number,
        long number => number,
        _ => null,
    };

    /// <summary><c>AS64500</c>, or the number alone.</summary>
    private static long? System(Dictionary<string, object> record)
    {
        if (String(record, "asn") is not { } text)
        {
            return Number(record, "asn");
        }

        ReadOnlySpan<char> digits = text.StartsWith("AS", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
    }

    private static string? Degrees(Dictionary<string, object>? map, string key) => map?.GetValueOrDefault(key) switch
    {
        double degrees => degrees.ToString("0.#####", CultureInfo.InvariantCulture),
        float degrees => ((double)degrees).ToString("0.#####", CultureInfo.InvariantCulture),
        string { Length: > 0 } text => text,
        _ => null,
    };

    private static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
