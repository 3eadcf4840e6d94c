using Breakwater.Edge.Events;

namespace Breakwater.Edge.Tests.Events;

public sealed class EventStoreTests
{
    [Fact]
    public void Events_are_numbered_and_found_after_one_another()
    {
        EventStore store = new(capacity: 8);
        Add(store, 5);
        Assert.Equal([1, 2, 3, 4, 5], Numbers(store.After(0, 100)));
        Assert.Equal([4, 5], Numbers(store.After(3, 100)));
        Assert.Equal([2, 3], Numbers(store.After(1, 2)));
        Assert.Equal(5, store.After(1, 2).Last);
        Assert.Empty(store.After(5, 100).Events);
    }

    [Fact]
    public void Only_the_last_ones_are_kept()
    {
        EventStore store = new(capacity: 8);
        Add(store, 20);
        Assert.Equal([13, 14, 15, 16, 17, 18, 19, 20], Numbers(store.After(0, 100)));
        Assert.Empty(store.Of("00000000000000" + "0c"));
        Assert.Equal(13, Assert.Single(store.Of("000000000000000D")).Number);
    }

    [Fact]
    public void A_number_of_another_process_starts_over()
    {
        EventStore store = new(capacity: 8);
        Add(store, 2);
        Assert.Equal([1, 2], Numbers(store.After(99, 100)));
    }

    private static void Add(EventStore store, int count)
    {
        for (int i = 1; i <= count; i++)
        {
            Assert.Equal(i, store.Add(Event(i)).Number);
        }
    }

    private static IEnumerable<long> Numbers(EventPage page) => page.Events.Select(one => one.Number);

    private static SecurityEvent Event(int ray) => new()
    {
        Time = DateTimeOffset.UnixEpoch,
        Ray = ray.ToString("x16"),
        Zone = "shop",
        Generation = 1,
        Client = "192.0.2.7",
        Method = "GET",
        Host = "shop.test",
        Path = "/",
        Action = "block",
        Effect = "ended",
        Phase = "http_request_firewall_custom",
        Level = "zone",
        Ruleset = "rules",
        Rule = "r",
        Status = 403,
        End = "blocked",
        Values = new Dictionary<string, string?>(),
    };
}
