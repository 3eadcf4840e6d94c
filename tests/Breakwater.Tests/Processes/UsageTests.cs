namespace Breakwater.Tests.Processes;

/// <summary>What the program says about itself, and to those who mistype.</summary>
[Collection(ProcessCollection.Name)]
public sealed class UsageTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    [InlineData("check", "-h")]
    [InlineData("status", "-?")]
    [InlineData("reload", "--help")]
    [InlineData("stop", "--help")]
    [InlineData("config", "--help")]
    [InlineData("config", "schema", "--help")]
    [InlineData("version", "--help")]
    public async Task Help_ends_with_an_example_and_succeeds(params string[] arguments)
    {
        ProcessResult help = await BreakwaterProcess.RunAsync(arguments);
        Assert.Equal(0, help.ExitCode);
        Assert.Empty(help.Error);
        Assert.Matches($"\nExamples?:\n  breakwater {string.Join(' ', arguments[..^1])}.*\n(  breakwater .*\n)*\n*$", help.Output);
    }

    [Fact]
    public async Task Without_a_command_it_shows_the_help_and_fails()
    {
        ProcessResult nothing = await BreakwaterProcess.RunAsync();
        Assert.Equal(2, nothing.ExitCode);
        Assert.Empty(nothing.Output);
        Assert.Contains("Commands:", nothing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("breakwater --help", "dance")]
    [InlineData("breakwater status --help", "status", "--jsn")]
    [InlineData("breakwater config --help", "config")]
    [InlineData("breakwater config schema --help", "config", "schema", "yes")]
    [InlineData("breakwater run --help", "run", "--origin")]
    [InlineData("breakwater run --help", "run", "--admin", "127.0.0.1:1", "--admin", "127.0.0.1:2")]
    public async Task A_command_line_that_makes_no_sense_is_explained(string see, params string[] arguments)
    {
        ProcessResult run = await BreakwaterProcess.RunAsync(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.StartsWith("breakwater: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"; see `{see}`\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_the_projects()
    {
        ProcessResult version = await BreakwaterProcess.RunAsync("version");
        Assert.Matches(@"^breakwater 0\.1\.0 \(\.NET 10\.[0-9.]+, linux-[a-z0-9]+\)\n$", version.Output);
    }

    [Theory]
    [InlineData("xterm", null, true)]
    [InlineData("xterm", "", true)]
    [InlineData("xterm", "1", false)]
    [InlineData("dumb", null, false)]
    public async Task Colours_are_for_terminals_whose_owner_wants_them(string terminal, string? noColor, bool coloured)
    {
        // script(1), a part of every Debian, gives the program a terminal.
        await using BreakwaterProcess script = BreakwaterProcess.Start(
            "/usr/bin/script", ["-qec", $"{BreakwaterProcess.Program} status --data /nowhere", "/dev/null"], ("TERM", terminal), ("NO_COLOR", noColor));
        ProcessResult run = await script.WaitForExitAsync();
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("no edge runs with the data directory /nowhere", run.Output, StringComparison.Ordinal);
        Assert.Equal(coloured, run.Output.Contains("\u001b[31mbreakwater:\u001b[0m", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/data", "/xdg", "/data")]
    [InlineData(null, "/xdg", "/xdg/breakwater")]
    [InlineData(null, "relative", "/home/ada/.local/state/breakwater")]
    [InlineData(null, null, "/home/ada/.local/state/breakwater")]
    public async Task Commands_look_for_the_data_directory_where_the_documentation_says(string? data, string? xdg, string expected)
    {
        bool root = Environment.IsPrivilegedProcess;
        ProcessResult status = await BreakwaterProcess.RunAsync(
            [("BREAKWATER_DATA", data), ("XDG_STATE_HOME", xdg), ("HOME", "/home/ada")], "status");
        Assert.Equal(3, status.ExitCode);
        Assert.Contains($"the data directory {(root && data is null ? "/var/lib/breakwater" : expected)};", status.Error, StringComparison.Ordinal);
    }
}
