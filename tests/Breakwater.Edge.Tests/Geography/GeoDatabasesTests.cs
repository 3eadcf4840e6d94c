using System.Text;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Files;
using Breakwater.Edge.Geography;

namespace Breakwater.Edge.Tests.Geography;

public sealed class GeoDatabasesTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly GeoFaults _faults = new();

    public void Dispose() => _files.Dispose();

    private static Dictionary<string, object> London => new()
    {
        ["city"] = new Dictionary<string, object> { ["names"] = new Dictionary<string, object> { ["de"] = "London (de)", ["en"] = "London" } },
        ["continent"] = new Dictionary<string, object> { ["code"] = "EU" },
        ["country"] = new Dictionary<string, object> { ["iso_code"] = "GB" },
        ["location"] = new Dictionary<string, object> { ["latitude"] = 51.5142, ["longitude"] = -0.0931, ["time_zone"] = "Europe/London", ["metro_code"] = (ushort)635 },
        ["postal"] = new Dictionary<string, object> { ["code"] = "EC2V" },
        ["subdivisions"] = new List<object>
        {
            new Dictionary<string, object> { ["iso_code"] = "ENG", ["names"] = new Dictionary<string, object> { ["en"] = "England" } },
            new Dictionary<string, object> { ["iso_code"] = "SWK" },
        },
    };

    private static Dictionary<string, object> Country(string code) => new() { ["country"] = new Dictionary<string, object> { ["iso_code"] = code } };

    [Fact]
    public void EveryFieldOfACityDatabaseIsRead()
    {
        GeoDatabases databases = Open(Write("city.mmdb", new MaxMindDbWriter().Add("192.0.2.0/24", London)));
        Place place = Find(databases, "192.0.2.77");
        Assert.Equal(
            "GB EU London England ENG EC2V 635 51.5142 -0.0931 Europe/London GB-ENG GB-SWK  False",
            string.Join(' ', Text(place.Country), Text(place.Continent), Text(place.City), Text(place.Region), Text(place.RegionCode),
                Text(place.PostalCode), Text(place.MetroCode), Text(place.Latitude), Text(place.Longitude), Text(place.TimeZone),
                Text(place.Subdivision1), Text(place.Subdivision2), place.AutonomousSystem, place.IsInEuropeanUnion));
        Assert.Same(Place.Unknown, Find(databases, "198.51.100.1"));
        Assert.Same(Place.Unknown, Find(databases, "2001:db8::1"));
    }

    [Fact]
    public void TheFlatKindIsReadToo()
    {
        GeoDatabases databases = Open(Write("lite.mmdb", new MaxMindDbWriter().Add("2001:db8::/32", new()
        {
            ["asn"] = "AS64500",
            ["country_code"] = "DE",
            ["continent_code"] = "EU",
            ["country"] = "Germany",
            ["city"] = "Jena",
        })));
        Place place = Find(databases, "2001:db8:1::1");
        Assert.Equal(("DE", "EU", "Jena", 64500L, true), (Text(place.Country), Text(place.Continent), Text(place.City), place.AutonomousSystem, place.IsInEuropeanUnion));
    }

    [Fact]
    public void WhatHasAnotherTypeIsNotKnown()
    {
        GeoDatabases databases = Open(Write("odd.mmdb", new MaxMindDbWriter().Add("192.0.2.0/24", new()
        {
            ["country"] = 7u,
            ["location"] = "here",
            ["subdivisions"] = "none",
            ["autonomous_system_number"] = "x",
            ["city"] = new List<object>(),
        })));
        Assert.Equal(new Place(), Find(databases, "192.0.2.1"));
        Assert.Equal(0, _faults.Count);
    }

    [Fact]
    public void TheFirstFileThatKnowsAFieldCounts()
    {
        string first = Write("a.mmdb", new MaxMindDbWriter().Add("192.0.2.0/25", Country("AT")));
        string second = Write("b.mmdb", new MaxMindDbWriter(4).Add("192.0.2.0/24", new(Country("CH")) { ["autonomous_system_number"] = 64501u }));
        GeoDatabases databases = Open(first, second);
        Assert.Equal(("AT", 64501L), (Text(Find(databases, "192.0.2.1").Country), Find(databases, "192.0.2.1").AutonomousSystem));
        Assert.Equal("CH", Text(Find(databases, "192.0.2.200").Country));

        // A tree of IPv4 addresses says nothing of others, and those nothing of IPv4.
        Assert.Same(Place.Unknown, Find(databases, "c000:0201::"));
        Assert.Equal("AT", Text(Find(databases, "192.0.2.1").Country));
    }

    [Fact]
    public void NeighboursWithPlacesOfTheirOwnAreToldApart()
    {
        MaxMindDbWriter writer = new();
        for (int i = 0; i < 256; i++)
        {
            writer.Add($"192.0.2.{i}/32", Country($"{(char)('A' + i / 26)}{(char)('A' + i % 26)}"));
        }

        GeoDatabases databases = Open(Write("hosts.mmdb", writer));
        PlaceMemory memory = new();
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 256; i++)
            {
                Assert.Equal($"{(char)('A' + i / 26)}{(char)('A' + i % 26)}", Text(databases.Find(Address($"192.0.2.{i}"), memory).Country));
            }
        }
    }

    [Fact]
    public void WithoutADatabaseNothingIsKnown()
    {
        Assert.Same(Place.Unknown, GeoDatabases.None.Find(Address("192.0.2.1"), new PlaceMemory()));
        GeoDatabases databases = Open(Write("a.mmdb", new MaxMindDbWriter().Add("0.0.0.0/0", Country("AT"))));
        Assert.Same(Place.Unknown, databases.Find(ClientAddress.None, new PlaceMemory()));
    }

    [Fact]
    public void AFileThatIsNoneIsRefusedWithItsName()
    {
        string text = _files.Write("text.mmdb", "no database");
        byte[] good = new MaxMindDbWriter().Add("192.0.2.0/24", London).Build();
        File.WriteAllBytes(_files["half.mmdb"], good[..(good.Length / 2)]);
        List<FileProblem> problems = [];
        Assert.Null(GeoDatabases.Open([_files["none.mmdb"], text, _files["half.mmdb"]], new ConfigurationFiles(), null, _faults, problems));
        Assert.Equal([_files["none.mmdb"], text, _files["half.mmdb"]], problems.Select(problem => problem.Path));
        Assert.StartsWith(_files["none.mmdb"] + ": there is no such file", problems[0].ToString());
    }

    /// <summary>Whatever bytes a file has: it is refused, or answers without an exception.</summary>
    [Fact]
    public void ADamagedFileNeverThrows()
    {
        byte[] good = new MaxMindDbWriter().Add("192.0.2.0/24", London).Add("2001:db8::/32", London).Build();
        Random random = new(7);
        int opened = 0;
        for (int round = 0; round < 400; round++)
        {
            byte[] bad = [.. good];
            for (int i = 0; i < 1 + round % 8; i++)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(_files["bad.mmdb"], bad);
            if (GeoDatabases.Open([_files["bad.mmdb"]], new ConfigurationFiles(), null, _faults, []) is { } databases)
            {
                opened++;
                foreach (string address in new[] { "192.0.2.1", "2001:db8::1", "10.0.0.1", "ffff::" })
                {
                    Find(databases, address);
                }
            }
        }

        Assert.InRange(opened, 1, 399);
    }

    [Fact]
    public void AFaultOfAFileIsCountedAndTheFieldNotKnown()
    {
        // The record's first key becomes a number where a string has to be; the tasting does not meet this network.
        byte[] bytes = new MaxMindDbWriter().Add("203.0.113.0/24", Country("AT")).Build();
        int key = bytes.AsSpan().IndexOf("country"u8) - 1;
        bytes[key] = 0xA7;
        File.WriteAllBytes(_files["bad.mmdb"], bytes);
        GeoDatabases databases = Open(_files["bad.mmdb"]);
        Assert.Same(Place.Unknown, Find(databases, "203.0.113.5"));
        Assert.Equal(1, _faults.Count);
        Assert.Same(Place.Unknown, Find(databases, "10.0.0.1"));
        Assert.Equal(1, _faults.Count);
    }

    [Fact]
    public void FilesWithTheSameContentAreKeptAndOthersAreReadAnew()
    {
        string first = Write("city.mmdb", new MaxMindDbWriter().Add("192.0.2.0/24", Country("AT")));
        string second = Write("other.mmdb", new MaxMindDbWriter().Add("198.51.100.0/24", Country("AT")));
        GeoDatabases databases = Open(first, second);
        PlaceMemory memory = new();
        Assert.Equal("AT", Text(databases.Find(Address("192.0.2.1"), memory).Country));
        Assert.Same(databases, Open(databases, first, second));

        Write("city.mmdb", new MaxMindDbWriter().Add("192.0.2.0/24", Country("CH")));
        GeoDatabases next = Open(databases, first, second);
        Assert.NotSame(databases, next);

        // The connection's memory does not mix them up, whichever it runs under.
        Assert.Equal("CH", Text(next.Find(Address("192.0.2.1"), memory).Country));
        Assert.Equal("AT", Text(databases.Find(Address("192.0.2.1"), memory).Country));
        Assert.Equal(["Test-City, built 2023-11-14", "Test-City, built 2023-11-14"], next.Descriptions);
        Assert.Equal([first, second], next.Paths);
    }

    [Fact]
    public void AskingAgainAllocatesNothing()
    {
        GeoDatabases databases = Open(Write("city.mmdb", new MaxMindDbWriter().Add("192.0.2.0/24", London)));
        PlaceMemory memory = new();
        ClientAddress one = Address("192.0.2.1");
        Look();
        Assert.Equal(0, LeastAllocated.By(() => Look()));

        void Look()
        {
            for (int i = 0; i < 1000; i++)
            {
                databases.Find(one, memory);
            }
        }
    }

    private string Write(string name, MaxMindDbWriter writer)
    {
        File.WriteAllBytes(_files[name], writer.Build());
        return _files[name];
    }

    private GeoDatabases Open(params string[] paths) => Open(null, paths);

    private GeoDatabases Open(GeoDatabases? before, params string[] paths)
    {
        List<FileProblem> problems = [];
        GeoDatabases? databases = GeoDatabases.Open(paths, new ConfigurationFiles(), before, _faults, problems);
        Assert.Empty(problems);
        return databases!;
    }

    private static Place Find(GeoDatabases databases, string address) => databases.Find(Address(address), new PlaceMemory());

    private static ClientAddress Address(string text)
    {
        Assert.True(ClientAddress.TryParse(Encoding.ASCII.GetBytes(text), out ClientAddress address));
        return address;
    }

    private static string Text(byte[]? bytes) => bytes is null ? "" : Encoding.UTF8.GetString(bytes);
}
