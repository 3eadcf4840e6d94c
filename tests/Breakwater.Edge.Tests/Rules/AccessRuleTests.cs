using Breakwater.Edge.Tests.Geography;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>Decisions over some visitors before any rule: by address, list, network and country.</summary>
public sealed class AccessRuleTests
{
    [Theory]
    [InlineData("192.0.2.1", 200, "let in by the first rule that means them, past the zone's rules")]
    [InlineData("192.0.2.2", 403, "in a blocked network")]
    [InlineData("2001:db8:bad::1", 403, "the same of IPv6")]
    [InlineData("198.51.100.1", 403, "challenged, which blocks")]
    [InlineData("198.51.100.2", 410, "only recorded, so a rule of the zone acts")]
    [InlineData("203.0.113.1", 403, "on a list")]
    [InlineData("203.0.113.2", 410, "not meant by any")]
    public async Task TheFirstRuleThatMeansAVisitorHolds(string client, int status, string why)
    {
        await using RulesLab lab = await RulesLab.StartAsync(
            """
            rules: [{when: true, do: block, status: 410}]
            """,
            """
            lists: {bad: {items: [203.0.113.1]}}
            access:
              - {allow: 192.0.2.1}
              - {block: [192.0.2.0/24, "2001:db8:bad::/48"]}
              - {challenge: 198.51.100.1}
              - {log: 198.51.100.2}
              - {block: {list: bad}}
            """);
        Assert.True(await lab.StatusAsync("/", $"X-Forwarded-For: {client}") == status, why);
    }

    [Fact]
    public async Task WhoIsLetInIsNotLimitedEither()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            access: [{allow: 192.0.2.1}]
            rules: [{when: true, limit: 1 per 1m, do: block}]
            """);
        Assert.Equal((200, 200), (await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.1"), await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.1")));
        Assert.Equal((200, 429), (await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.2"), await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.2")));
    }

    [Theory]
    [InlineData("192.0.2.1", 403, "the country")]
    [InlineData("198.51.100.1", 403, "the network")]
    [InlineData("198.51.100.200", 403, "a network of the list")]
    [InlineData("203.0.113.1", 200, "another country")]
    [InlineData("100.64.0.1", 200, "nobody knows where")]
    public async Task CountriesAndNetworksComeFromADatabase(string client, int status, string why)
    {
        using var files = new TemporaryDirectory();
        await File.WriteAllBytesAsync(files["places.mmdb"], Places().Build(), TestContext.Current.CancellationToken);
        await using RulesLab lab = await RulesLab.StartAsync(
            """
            access:
              - {block: {country: [AT, CH]}}
              - {block: {asn: 64500}}
              - {block: {list: networks}}
            """,
            $$"""
            geo: {databases: ["{{files["places.mmdb"]}}"] }
            lists: {networks: {kind: asn, items: [64501]} }
            """);
        Assert.True(await lab.StatusAsync("/", $"X-Forwarded-For: {client}") == status, why);
    }

    [Fact]
    public async Task WithoutADatabaseNobodyIsMeantByCountry()
    {
        await using RulesLab lab = await RulesLab.StartAsync("access: [{block: {country: [AT, CH]}}, {block: {asn: 64500}}]");
        Assert.Equal(200, await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.1"));
    }

    private static MaxMindDbWriter Places() => new MaxMindDbWriter()
        .Add("192.0.2.0/24", Record("AT", 64999))
        .Add("198.51.100.0/25", Record("DE", 64500))
        .Add("198.51.100.128/25", Record("DE", 64501))
        .Add("203.0.113.0/24", Record("DE", 64999));

    private static Dictionary<string, object> Record(string country, uint network) => new()
    {
        ["country"] = new Dictionary<string, object> { ["iso_code"] = country },
        ["autonomous_system_number"] = network,
    };
}
