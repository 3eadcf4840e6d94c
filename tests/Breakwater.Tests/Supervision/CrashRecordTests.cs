using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Fuses.Switches;
using Breakwater.Supervision;

namespace Breakwater.Tests.Supervision;

/// <summary>What edges that fell were at work on, and what the next one is told to leave out.</summary>
public sealed class CrashRecordTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-crashes-").FullName;
    private readonly CrashRecord _crashes = new(TimeProvider.System);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_request_in_flight_in_one_crash_is_let_alone_and_in_two_refused()
    {
        Fall(0x11, ModuleId.Waf);
        Assert.True(_crashes.Suspects(withoutModules: false).IsEmpty);

        Fall(0x11, ModuleId.CustomRules);
        RequestSwitch refused = Assert.Single(_crashes.Suspects(withoutModules: false).Requests);
        Assert.Equal((0x11UL, "in flight in 2 crashes"), (refused.Fingerprint, refused.Reason));
    }

    [Fact]
    public void Modules_that_were_at_work_are_left_out_on_the_last_step_only()
    {
        Fall(0x11, ModuleId.Waf);
        Fall(0x22, ModuleId.Edge);
        Assert.Empty(_crashes.Suspects(withoutModules: false).Modules);
        Assert.Equal(ModuleId.Waf, Assert.Single(_crashes.Suspects(withoutModules: true).Modules).Module);
    }

    [Fact]
    public void What_it_writes_an_edge_reads()
    {
        Fall(0x11, ModuleId.Waf);
        Fall(0x11, ModuleId.Waf);
        string path = Path.Combine(_directory, "suspects");
        SwitchFile.Write(path, _crashes.Suspects(withoutModules: true));
        SwitchReading read = SwitchFile.Read(path, DateTimeOffset.UtcNow);
        Assert.Null(read.Problem);
        Assert.Equal((1, 1), (read.Switches.Modules.Count, read.Switches.Requests.Count));
    }

    [Fact]
    public void Nothing_is_made_of_a_file_that_is_missing_or_another_processs()
    {
        Assert.Null(_crashes.Take(Path.Combine(_directory, "none"), 1));
        Assert.Null(_crashes.Take(Write(0x11, ModuleId.Waf), process: 1));
        Assert.True(_crashes.Suspects(withoutModules: true).IsEmpty);
    }

    private void Fall(ulong request, ModuleId module) => Assert.NotNull(_crashes.Take(Write(request, module), Environment.ProcessId));

    private string Write(ulong request, ModuleId module)
    {
        string path = Path.Combine(_directory, "flight");
        FlightRecorder recorder = FlightRecorder.Open(path);
        recorder.SlotAt(0).Entry = new FlightEntry(FlightEntry.PlaceOf(module, 0), 0, request, 0);
        return path;
    }
}
