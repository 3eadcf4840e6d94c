namespace Breakwater.Config.Tests.Reading;

/// <summary>Files: the ones that can be read, and what is said of the others.</summary>
public sealed class ConfigFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-config").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Relative_paths_start_at_the_file_s_directory()
    {
        string path = Write("""
            certificates: [{cert: tls/a.pem, key: ../a.key}]
            listeners: [{address: ":443", tls: true}]
            zones: [{name: a, origins: [{url: "http://a"}]}]
            """u8);
        ConfigResult result = ConfigReader.ReadFile(path);
        Assert.Empty(result.Diagnostics);
        Assert.Equal(Path.Combine(_directory, "tls", "a.pem"), result.Config!.Certificates[0].Cert);
        Assert.Equal(Path.Combine(Path.GetDirectoryName(_directory)!, "a.key"), result.Config.Certificates[0].Key);
        Assert.Equal(path, result.Config.Position.File);
    }

    [Fact]
    public void A_missing_file() => AssertUnreadable(Path.Combine(_directory, "none.yaml"), "cannot be read: there is no such file");

    [Fact]
    public void A_directory() => AssertUnreadable(_directory, "cannot be read: it is a directory");

    [Fact]
    public void A_file_that_is_not_text() => AssertUnreadable(Write([0x7a, 0xff, 0xfe]), "the file is not UTF-8 text");

    [Fact]
    public void A_file_too_large() => AssertUnreadable(Write(new byte[17 * 1024 * 1024]), "the file is too large for a configuration");

    [Fact]
    public void A_device_that_never_ends() => AssertUnreadable("/dev/zero", "the file is too large for a configuration");

    [Theory]
    [InlineData("data: /var/lib/b\n  bad: [", "/var/lib/b")]
    [InlineData("zones: {\ndata: state   # ours\n", "/etc/b/state")]
    [InlineData("data: \"a b\"\r\n:", "/etc/b/a b")]
    [InlineData("data: 'c'\n:", "/etc/b/c")]
    [InlineData(" data: /in/another/mapping\n", null)]
    [InlineData("data:\n  /on/the/next/line\n", null)]
    [InlineData("database: /x\n", null)]
    [InlineData("data: # nothing\n", null)]
    [InlineData("", null)]
    public void The_data_directory_of_a_document_that_cannot_be_read_is_guessed(string yaml, string? expected) =>
        Assert.Equal(expected, ConfigReader.GuessDataDirectory(yaml, "/etc/b/site.yaml"));

    [Fact]
    public void Relative_paths_start_where_they_are_said_to()
    {
        ConfigOverrides overrides = ConfigOverrides.None.With(ConfigSetting.Data, "state", "--data").With(ConfigSetting.Origin, "http://a", "--origin");
        Assert.Equal("/w/state", ConfigReader.WithoutFile(overrides, "/w").Config!.DataDirectory);
        Assert.Equal("/w/state", ConfigReader.Read("zones: [{name: a, origins: [{url: \"http://a\"}]}]", "sub/b.yaml", overrides, "/w").Config!.DataDirectory);
        ConfigResult read = ConfigReader.Read("data: d\nzones: [{name: a, origins: [{url: \"http://a\"}]}]", "sub/b.yaml", null, "/w");
        Assert.Equal("/w/sub/d", read.Config!.DataDirectory);
    }

    [Fact]
    public void What_flags_and_variables_said_can_be_said_again()
    {
        ConfigOverrides overrides = ConfigOverrides.None.With(ConfigSetting.Origin, "http://a", "--origin").With(ConfigSetting.Origin, "http://b", "--origin");
        ConfigOverrides again = overrides.Given.Aggregate(ConfigOverrides.None, (layer, one) => layer.With(one.Setting, one.Value, one.Source));
        Assert.Equal(ConfigReader.WithoutFile(overrides, "/").Config, ConfigReader.WithoutFile(again, "/").Config);
        Assert.Equal(2, again.Given.Count);
    }

    private static void AssertUnreadable(string path, string problem)
    {
        ConfigResult result = ConfigReader.ReadFile(path);
        Assert.Null(result.Config);
        Assert.Equal($"{path}: {problem}; check the path and its permissions", Assert.Single(result.Diagnostics).ToString());
    }

    private string Write(ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_directory, "site.yaml");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
