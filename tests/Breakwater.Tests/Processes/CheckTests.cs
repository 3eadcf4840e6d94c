using System.Text.Json;

namespace Breakwater.Tests.Processes;

/// <summary><c>breakwater check</c> and <c>breakwater config</c>, to the letter.</summary>
[Collection(ProcessCollection.Name)]
public sealed class CheckTests : IDisposable
{
    private const string Good =
        """
        listeners: [{address: "0.0.0.0:8080"}]
        zones:
          - name: shop
            hosts: [shop.example.com, "*.shop.example.com"]
            origins: [{url: "http://10.0.0.5:3000", weight: 2}, {url: "http://10.0.0.6:3000"}]

        """;

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("breakwater-check-").FullName, "breakwater.yaml");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public async Task A_good_file_has_no_problems()
    {
        ProcessResult check = await CheckAsync(Good);
        Assert.Equal(new ProcessResult(0, "", $"{_file}: no problems\n"), check);
    }

    [Fact]
    public async Task Every_problem_is_printed_with_its_place_and_what_to_do()
    {
        ProcessResult check = await CheckAsync(
            """
            lisseners: [{address: "0.0.0.0:8080"}]
            zones:
              - name: shop
                origins: [{url: "ftp://10.0.0.5"}]
                websocket: maybe

            """);
        string[] lines = check.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(1, check.ExitCode);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith($"{_file}:1:1: ", lines[0], StringComparison.Ordinal);
        Assert.Contains("'listeners'", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{_file}:4:21: ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"{_file}:5:16: ", lines[2], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Contains("; ", line, StringComparison.Ordinal));
        Assert.Equal($"{_file}: 3 errors\n", check.Error);
    }

    [Fact]
    public async Task What_only_compiling_finds_is_found()
    {
        ProcessResult check = await CheckAsync(Good + "    errors: {pages: {502: missing.html}}\n");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("missing.html", check.Output, StringComparison.Ordinal);
        Assert.StartsWith($"{_file}:6:", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_place_in_an_expression_is_shown()
    {
        ProcessResult check = await CheckAsync(Good + "    rules:\n      - {when: 'ssl and http.hots eq \"x\"', do: block}\n");
        Assert.Equal(1, check.ExitCode);
        Assert.StartsWith($"{_file}:7:25: ", check.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n  ssl and http.hots eq \"x\"\n          ^^^^^^^^^\n", check.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{id: a, when: 'http.host eq \"x\"', do: block}", "{id: b, when: 'http.host eq \"x\"', do: log}", "rule 'b': it never runs: rule 'a' before it")]
    [InlineData("{id: a, when: true, do: block}", "{id: b, when: ssl, do: log}", "rule 'b': it never runs: rule 'a' before it takes every request")]
    [InlineData("{id: a, when: 'ip.src in {10.0.0.0/8}', do: block}", "{id: b, when: 'ip.src eq 10.1.2.3', do: log}", "rule 'b': it never runs: rule 'a' before it matches all")]
    [InlineData("{id: a, when: 'ssl', do: log}", "{id: b, when: 'lower(http.host) eq \"A\"', do: block}", "rule 'b': its expression never holds")]
    [InlineData("{id: a, when: 'ssl', do: log}", "{id: b, when: 'not ssl or ssl', do: block}", "rule 'b': its expression holds for every request")]
    [InlineData("{id: a, when: 'ssl', do: log}", "{id: b, when: 'false', do: block}", "rule 'b': its expression never holds")]
    public async Task Rules_that_never_run_are_warned_of(string first, string second, string warning)
    {
        ProcessResult check = await CheckAsync(Good + $"    rules:\n      - {first}\n      - {second}\n");
        Assert.Equal(0, check.ExitCode);
        Assert.StartsWith($"{_file}:8:", check.Output, StringComparison.Ordinal);
        Assert.Contains($": warning: {warning}", check.Output, StringComparison.Ordinal);
        Assert.Equal($"{_file}: no errors, 1 warning\n", check.Error);
    }

    [Fact]
    public async Task Programs_get_json()
    {
        File.WriteAllText(_file, "zones: 1\n");
        ProcessResult check = await BreakwaterProcess.RunAsync("check", "--config", _file, "--json");
        JsonElement found = JsonDocument.Parse(check.Output).RootElement[0];
        Assert.Equal(1, check.ExitCode);
        Assert.Empty(check.Error);
        Assert.Equal(_file, found.GetProperty("file").GetString());
        Assert.Equal((1, 8), (found.GetProperty("line").GetInt32(), found.GetProperty("column").GetInt32()));
        Assert.Equal("error", found.GetProperty("severity").GetString());
        Assert.NotEmpty(found.GetProperty("problem").GetString()!);
        Assert.NotEmpty(found.GetProperty("remedy").GetString()!);
    }

    [Fact]
    public async Task A_warning_alone_is_no_failure()
    {
        File.WriteAllText(_file, Good);
        ProcessResult check = await BreakwaterProcess.RunAsync([("BREAKWATER_LISTENN", "x")], "check", "--config", _file);
        Assert.Equal(0, check.ExitCode);
        Assert.StartsWith("BREAKWATER_LISTENN: warning: ", check.Output, StringComparison.Ordinal);
        Assert.Equal($"{_file}: no errors, 1 warning\n", check.Error);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_problem()
    {
        ProcessResult check = await BreakwaterProcess.RunAsync("check", "--config", _file);
        Assert.Equal(1, check.ExitCode);
        Assert.Equal($"{_file}: cannot be read: there is no such file; check the path and its permissions\n", check.Output);
    }

    [Fact]
    public async Task The_file_may_be_named_by_the_environment()
    {
        File.WriteAllText(_file, Good);
        ProcessResult check = await BreakwaterProcess.RunAsync([("BREAKWATER_CONFIG", _file)], "check");
        Assert.Equal(0, check.ExitCode);
    }

    [Fact]
    public async Task Without_a_file_there_is_nothing_to_check()
    {
        ProcessResult check = await BreakwaterProcess.RunAsync("check");
        Assert.Equal(new ProcessResult(2, "", "breakwater: no configuration file is named; name one with --config FILE\n"), check);
    }

    [Fact]
    public async Task The_schema_and_the_reference_are_those_of_the_documentation()
    {
        ProcessResult schema = await BreakwaterProcess.RunAsync("config", "schema");
        ProcessResult reference = await BreakwaterProcess.RunAsync("config", "reference");
        Assert.Equal(Repository.Repository.Read("docs/breakwater.schema.json"), schema.Output);
        Assert.Equal(Repository.Repository.Read("docs/configuration.md"), reference.Output);
    }

    private async Task<ProcessResult> CheckAsync(string text)
    {
        File.WriteAllText(_file, text);
        return await BreakwaterProcess.RunAsync("check", "--config", _file);
    }
}
