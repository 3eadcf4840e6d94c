using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Flight;

namespace Breakwater.Edge.Tests.Fuses.Flight;

public sealed class FlightRecordTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();

    private string File => _files["flight"];

    public void Dispose() => _files.Dispose();

    [Fact]
    public void What_a_thread_is_at_work_on_is_read_from_the_file_while_it_is_at_it()
    {
        FlightRecorder recorder = FlightRecorder.Open(File);
        int zone = recorder.AddZone("shop");
        recorder.Header.LivedMillis = 1_500;
        recorder.Header.Generation = 7;
        recorder.Current.Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.Waf, zone), 1_000, 0xABCD, 0x1234);

        FlightRecord record = Read();

        Assert.Null(recorder.Problem);
        Assert.Equal((Environment.ProcessId, 7, FlightEnd.Unknown), (record.ProcessId, record.Generation, record.End));
        ThreadInFlight thread = Assert.Single(record.Threads);
        Assert.Equal((ModuleId.Waf, "waf", "shop"), (thread.Module, thread.ModuleName, thread.Zone));
        Assert.Equal((0xABCDUL, 0x1234UL), (thread.Fingerprint, thread.Ray));
        Assert.Equal(TimeSpan.FromMilliseconds(500), thread.For);
        Assert.False(thread.IsStuck);
    }

    [Fact]
    public void A_thread_that_is_at_nothing_is_not_told()
    {
        FlightRecorder recorder = FlightRecorder.Open(File);
        recorder.Current.Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.Edge, 0), 1, 2, 3);
        recorder.Current.Entry = default;

        Assert.Empty(Read().Threads);
    }

    [Fact]
    public void Each_thread_has_a_slot_of_its_own()
    {
        FlightRecorder recorder = FlightRecorder.Open(File);
        recorder.Current.Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.Waf, 0), 0, 1, 0);
        var other = new Thread(() => recorder.Current.Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.UrlRules, 0), 0, 2, 0));
        other.Start();
        other.Join();

        Assert.Equal([ModuleId.Waf, ModuleId.UrlRules], Read().Threads.OrderBy(thread => thread.Fingerprint).Select(thread => thread.Module));
    }

    [Fact]
    public void The_watchdogs_last_word_names_the_thread_that_was_stuck()
    {
        FlightRecorder recorder = FlightRecorder.Open(File);
        recorder.SlotAt(3).Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.Waf, 0), 0, 1, 0);
        recorder.SlotAt(4).Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.Edge, 0), 0, 2, 0);
        recorder.End(FlightEnd.Stuck, culprit: 3);

        FlightRecord record = Read();

        Assert.Equal(FlightEnd.Stuck, record.End);
        Assert.Equal(ModuleId.Waf, Assert.Single(record.Threads, thread => thread.IsStuck).Module);
    }

    [Fact]
    public void The_next_process_begins_with_empty_slots_and_the_same_key()
    {
        FlightRecorder first = FlightRecorder.Open(File);
        first.AddZone("shop");
        first.Current.Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.Waf, 1), 0, 1, 0);
        first.End(FlightEnd.Ordered);

        FlightRecorder second = FlightRecorder.Open(File);

        Assert.Equal(first.FingerprintKey, second.FingerprintKey);
        Assert.Equal(FlightEnd.Unknown, Read().End);
        Assert.Empty(Read().Threads);
    }

    [Fact]
    public void The_number_of_a_zone_is_given_again_when_the_zone_is_gone()
    {
        FlightRecorder recorder = FlightRecorder.Open(File);
        int shop = recorder.AddZone("shop");
        int blog = recorder.AddZone("blog");
        recorder.RemoveZone(shop);

        Assert.NotEqual(shop, blog);
        Assert.Equal(shop, recorder.AddZone("wiki"));
        recorder.Current.Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.Waf, shop), 0, 1, 0);
        Assert.Equal("wiki", Assert.Single(Read().Threads).Zone);
    }

    [Fact]
    public void More_zones_than_there_are_numbers_have_none()
    {
        FlightRecorder recorder = FlightRecorder.Open(null);
        for (int i = 1; i < FlightLayout.Zones; i++)
        {
            Assert.Equal(i, recorder.AddZone($"zone-{i}"));
        }

        Assert.Equal(0, recorder.AddZone("one-more"));
    }

    [Fact]
    public void A_file_that_cannot_be_used_leaves_memory_and_a_reason()
    {
        FlightRecorder recorder = FlightRecorder.Open(_files["no/such/directory"]);

        Assert.Contains("cannot be used", recorder.Problem, StringComparison.Ordinal);
        recorder.Current.Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.Waf, 0), 0, 1, 0);
        Assert.Equal(ModuleId.Waf, recorder.Current.Entry.Module);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(128)]
    [InlineData(4096)]
    public void Half_a_file_is_none(int length)
    {
        FlightRecorder.Open(File);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(_files["half"], bytes[..length]);

        Assert.False(FlightRecord.TryRead(_files["half"], out _));
        Assert.False(FlightRecord.TryRead(_files["missing"], out _));
    }

    [Fact]
    public void No_damage_to_a_file_makes_reading_it_fail_otherwise_than_by_saying_so()
    {
        FlightRecorder recorder = FlightRecorder.Open(File);
        recorder.Current.Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.Waf, recorder.AddZone("shop")), 0, 1, 0);
        byte[] good = System.IO.File.ReadAllBytes(File);
        var random = new Random(1);
        for (int i = 0; i < 500; i++)
        {
            byte[] bad = [.. good];
            for (int n = 0; n < 8; n++)
            {
                bad[random.Next(n < 6 ? FlightLayout.HeaderSize + 40 * FlightLayout.SlotSize : bad.Length)] = (byte)random.Next(256);
            }

            System.IO.File.WriteAllBytes(_files["bad"], bad);
            FlightRecord.TryRead(_files["bad"], out _);
        }
    }

    private FlightRecord Read()
    {
        Assert.True(FlightRecord.TryRead(File, out FlightRecord? record));
        return record;
    }
}
