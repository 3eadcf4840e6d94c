using Breakwater.Edge.Tests.Geography;
using Breakwater.Edge.Tests.Tls;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Generations.Road;

/// <summary>Files that change by themselves take the road of every change: lists, databases of places, certificates.</summary>
public sealed class ChangedFilesTests
{
    private const string Lists = "lists: {bad: {file: bad.txt}}";
    private const string BlockBad = "rules: [{when: 'ip.src in $bad', do: block}]";

    [Fact]
    public async Task AListFileThatHasChangedIsANewGeneration()
    {
        await using RoadLab lab = await StartWithListAsync("192.0.2.1\n");
        Assert.Equal(200, await lab.StatusAsync("/"));
        lab.Files.Write("bad.txt", "192.0.2.1\n127.0.0.1\n");
        lab.Looks(1);
        await lab.RestAsync();
        Assert.Equal(1, lab.Live.Number);
        lab.Looks(1);
        await lab.RestAsync();
        Assert.Equal((2, $"changed file {lab.Files["bad.txt"]}"), (lab.Live.Number, lab.State.Live.Origin));
        Assert.Equal(403, await lab.StatusAsync("/"));
        lab.Looks(20);
        await lab.RestAsync();
        Assert.Equal(2, lab.Live.Number);
    }

    [Theory]
    [InlineData("127.0.0.1\nno address\n", "bad.txt:2: 'no address' is no address")]
    [InlineData(null, "bad.txt: there is no such file")]
    public async Task ABadListFileChangesNothingAndIsToldOnce(string? text, string told)
    {
        await using RoadLab lab = await StartWithListAsync("192.0.2.1\n");
        if (text is null)
        {
            File.Delete(lab.Files["bad.txt"]);
        }
        else
        {
            lab.Files.Write("bad.txt", text);
        }

        lab.Looks(30);
        await lab.RestAsync();
        Assert.Equal(200, await lab.StatusAsync("/"));
        string line = Assert.Single(lab.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Contains($"the changed file {lab.Files["bad.txt"]} is refused", line, StringComparison.Ordinal);
        Assert.Contains(told, line, StringComparison.Ordinal);

        // Its return as it was is no change, and a good one after it is taken.
        lab.Files.Write("bad.txt", "192.0.2.1\n");
        lab.Looks(30);
        await lab.RestAsync();
        Assert.Equal(1, lab.Live.Number);
        lab.Files.Write("bad.txt", "127.0.0.1\n");
        lab.Looks(2);
        await lab.RestAsync();
        Assert.Equal(403, await lab.StatusAsync("/"));
    }

    [Fact]
    public async Task AListThatIsNoLongerNamedIsNotLookedAt()
    {
        await using RoadLab lab = await StartWithListAsync("192.0.2.1\n");
        await lab.ReloadAsync();
        lab.Files.Write("bad.txt", "127.0.0.1 and more\n");
        lab.Looks(30);
        await lab.RestAsync();
        Assert.Equal(2, lab.Live.Number);
        Assert.DoesNotContain(lab.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    /// <summary>What changes under the edge is one thing, what an operator is about to change in the document another.</summary>
    [Fact]
    public async Task AChangedFileDoesNotBringTheDocumentAlong()
    {
        await using RoadLab lab = await StartWithListAsync("192.0.2.1\n");
        lab.Files.Write("breakwater.yaml", "half written: [");
        lab.Files.Write("bad.txt", "127.0.0.1\n");
        lab.Looks(2);
        await lab.RestAsync();
        Assert.Equal(2, lab.Live.Number);
        Assert.Equal(403, await lab.StatusAsync("/"));
    }

    [Fact]
    public async Task ADatabaseOfPlacesThatHasChangedIsANewGeneration()
    {
        await using RoadLab lab = new();
        Write(lab, "AT");
        await lab.StartAsync("rules: [{when: 'ip.src.country eq \"CH\"', do: block}]", "geo: {databases: [geo.mmdb]}");
        Assert.Equal(200, await lab.StatusAsync("/"));
        Write(lab, "CH");
        lab.Looks(2);
        await lab.RestAsync();
        Assert.Equal(403, await lab.StatusAsync("/"));

        File.WriteAllText(lab.Files["geo.mmdb"], "no database");
        lab.Looks(10);
        await lab.RestAsync();
        Assert.Equal(2, lab.Live.Number);
        Assert.Contains("not a usable database in the MaxMind DB format", Assert.Single(lab.Log, line => line.StartsWith("Error", StringComparison.Ordinal)), StringComparison.Ordinal);

        static void Write(RoadLab lab, string country) => File.WriteAllBytes(
            lab.Files["geo.mmdb"],
            new MaxMindDbWriter().Add("127.0.0.0/8", new() { ["country"] = new Dictionary<string, object> { ["iso_code"] = country } }).Build());
    }

    [Fact]
    public async Task ANewPairIsTakenWhenItsFilesHaveComeToRest()
    {
        await using RoadLab lab = await StartWithCertificatesAsync();
        ServerCertificate other = lab.Live.Certificates.Certificates[1];
        TestPki.Write(lab.Files, "a", new Wanted { Names = ["new.example"] });
        lab.Looks(1);
        await lab.RestAsync();
        Assert.Equal("old.example", NameOf(lab));
        lab.Looks(1);
        await lab.RestAsync();
        Assert.Equal("new.example", NameOf(lab));
        Assert.Equal("new.example", lab.Live.Certificates.Select("new.example", null)!.Names[0]);
        Assert.Same(other, lab.Live.Certificates.Certificates[1]);
        Assert.Equal(2, lab.Live.Number);
    }

    [Fact]
    public async Task FilesWrittenOneAfterTheOtherAreTakenTogether()
    {
        await using RoadLab lab = await StartWithCertificatesAsync();
        Issued next = TestPki.Issue(new Wanted { Names = ["new.example"] });
        lab.Files.Write("a.pem", next.CertificatePem + TestPki.Intermediate.CertificatePem);
        lab.Looks(1);
        lab.Files.Write("a.key", next.KeyPem);
        lab.Looks(1);
        await lab.RestAsync();
        Assert.Equal("old.example", NameOf(lab));
        lab.Looks(1);
        await lab.RestAsync();
        Assert.Equal("new.example", NameOf(lab));
        Assert.DoesNotContain(lab.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ABadPairIsRefusedOnceAndKeepsNoOtherBack()
    {
        await using RoadLab lab = await StartWithCertificatesAsync();
        lab.Files.Write("a.key", TestPki.Issue(new Wanted()).KeyPem);
        TestPki.Write(lab.Files, "b", new Wanted { Names = ["newer.example"] });
        lab.Looks(40);
        await lab.RestAsync();
        Assert.Equal(["old.example", "newer.example"], lab.Live.Certificates.Certificates.Select(one => one.Names[0]));
        string line = Assert.Single(lab.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Contains($"{lab.Files["a.key"]}", line, StringComparison.Ordinal);
        Assert.Contains("is not the key of this certificate", line, StringComparison.Ordinal);

        // And a good one after it is taken.
        TestPki.Write(lab.Files, "a", new Wanted { Names = ["new.example"] });
        lab.Looks(2);
        await lab.RestAsync();
        Assert.Equal("new.example", NameOf(lab));
    }

    [Fact]
    public async Task AFileThatVanishesChangesNothingAndItsReturnNeither()
    {
        await using RoadLab lab = await StartWithCertificatesAsync();
        string text = File.ReadAllText(lab.Files["a.key"]);
        File.Delete(lab.Files["a.key"]);
        lab.Looks(20);
        await lab.RestAsync();
        File.WriteAllText(lab.Files["a.key"], text);
        lab.Looks(20);
        await lab.RestAsync();
        Assert.Equal((1, "old.example"), (lab.Live.Number, NameOf(lab)));
        Assert.Contains("there is no such file", Assert.Single(lab.Log, line => line.StartsWith("Error", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TouchingTheFilesChangesNothing()
    {
        await using RoadLab lab = await StartWithCertificatesAsync();
        File.SetLastWriteTimeUtc(lab.Files["a.pem"], DateTime.UtcNow.AddHours(1));
        lab.Looks(3);
        await lab.RestAsync();
        Assert.Equal(1, lab.Live.Number);
        Assert.Empty(lab.State.History);
    }

    [Fact]
    public async Task NewContentWithTheOldTimeAndSizeIsFoundWithinAMinute()
    {
        await using RoadLab lab = await StartWithCertificatesAsync();
        DateTime time = File.GetLastWriteTimeUtc(lab.Files["a.pem"]);
        string good = File.ReadAllText(lab.Files["a.pem"]);
        File.WriteAllText(lab.Files["a.pem"], good.Replace('A', 'B'));
        File.SetLastWriteTimeUtc(lab.Files["a.pem"], time);
        lab.Looks(40);
        await lab.RestAsync();
        Assert.Contains("a.pem", Assert.Single(lab.Log, line => line.StartsWith("Error", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    /// <summary>As Kubernetes mounts secrets: file → ..data/file, ..data → a directory that is exchanged.</summary>
    [Fact]
    public async Task SecretsThatAreSwappedBySymbolicLinkAreSeen()
    {
        await using RoadLab lab = new();
        foreach (string version in (string[])["old", "new"])
        {
            Directory.CreateDirectory(lab.Files[version]);
            Issued issued = TestPki.Issue(new Wanted { Names = [$"{version}.example"] });
            lab.Files.Write($"{version}/tls.pem", issued.CertificatePem);
            lab.Files.Write($"{version}/tls.key", issued.KeyPem);
        }

        Directory.CreateSymbolicLink(lab.Files["data"], lab.Files["old"]);
        File.CreateSymbolicLink(lab.Files["a.pem"], lab.Files["data/tls.pem"]);
        File.CreateSymbolicLink(lab.Files["a.key"], lab.Files["data/tls.key"]);
        await lab.StartAsync("", "certificates: [{cert: a.pem, key: a.key}]");
        Directory.Delete(lab.Files["data"]);
        Directory.CreateSymbolicLink(lab.Files["data"], lab.Files["new"]);
        lab.Looks(2);
        await lab.RestAsync();
        Assert.True("new.example" == NameOf(lab), string.Join('\n', lab.Log));
    }

    [Fact]
    public async Task ADoubtfulPairIsTakenWithAWarning()
    {
        await using RoadLab lab = await StartWithCertificatesAsync();
        TestPki.Write(lab.Files, "a", new Wanted { Names = ["new.example"], Until = TestPki.Now.AddDays(-1) });
        lab.Looks(2);
        await lab.RestAsync();
        Assert.Equal("new.example", NameOf(lab));
        Assert.Contains(lab.Log, line => line.StartsWith("Warning: ", StringComparison.Ordinal) && line.Contains("expired on ", StringComparison.Ordinal));
    }

    private static string NameOf(RoadLab lab) => lab.Live.Certificates.Certificates[0].Names[0];

    private static async Task<RoadLab> StartWithListAsync(string text)
    {
        RoadLab lab = new();
        lab.Files.Write("bad.txt", text);
        return await lab.StartAsync(BlockBad, Lists);
    }

    private static async Task<RoadLab> StartWithCertificatesAsync()
    {
        RoadLab lab = new();
        TestPki.Write(lab.Files, "a", new Wanted { Names = ["old.example"] });
        TestPki.Write(lab.Files, "b", new Wanted { Names = ["b.example"] });
        return await lab.StartAsync("", "certificates: [{cert: a.pem, key: a.key}, {cert: b.pem, key: b.key}]");
    }
}
