using System.Globalization;

namespace Breakwater.Bench.SideBySide;

/// <summary>What a side-by-side run does. Immutable.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        usage: bench/run [OPTION…]            side by side: Breakwater and its peers on this machine, as a table
               bench/run micro [ARGUMENT…]    single parts, with BenchmarkDotNet

          --rounds N             rounds; in each, the peers take turns (5)
          --seconds S            length of one counted run (10)
          --warmup S             load on each peer and case before the first round (20)
          --peers LIST           of nginx,haproxy,yarp,breakwater,breakwater-defaults (these), breakwater-unfused; ratios need nginx
          --cases LIST           of h1,h1-tls,h2-tls,idle,rules-50,rules-200,rules-1000,limits,waf-get,
                                 waf-post-1k,waf-post-10k,waf-post-100k,waf-post-1m,waf-json-1k (all)
          --connections N        keep-alive connections; streams in all for h2; fewer for the firewall's (64)
          --idle-connections N   connections of the idle case (10000)
          --crs DIR              a release of the Core Rule Set for the waf cases, in place of Debian's package
          --json FILE            every figure of every round
        """;

    public int Rounds { get; private init; } = 5;
    public int Seconds { get; private init; } = 10;
    public int WarmupSeconds { get; private init; } = 20;
    public IReadOnlyList<string> Peers { get; private init; } = Peer.All.Where(peer => !peer.OnlyNamed).Select(peer => peer.Name).ToArray();
    public IReadOnlyList<BenchCase> Cases { get; private init; } = Enum.GetValues<BenchCase>();
    public int Connections { get; private init; } = 64;
    public int IdleConnections { get; private init; } = 10_000;
    public string? JsonFile { get; private init; }

    /// <summary>The Core Rule Set of the firewall's cases: with <c>rules/</c> and <c>crs-setup.conf.example</c>; null for that of Debian's package.</summary>
    public string? CoreRuleSet { get; private init; }

    /// <summary>The repository's root: where <c>./breakwater</c> is.</summary>
    public string Root { get; private init; } = ".";

    /// <summary>A directory for configurations, certificates and logs; the caller removes it.</summary>
    public string WorkDirectory { get; private init; } = Path.GetTempPath();

    public static BenchOptions? Parse(string[] args, out string message)
    {
        message = "";
        var options = new BenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "-h" or "--help")
            {
                message = Usage;
                return null;
            }

            var value = i + 1 < args.Length ? args[i + 1] : "";
            var next = (args[i], value) switch
            {
                ("--rounds", _) when Number(value, 1, 1000) is { } n => options with { Rounds = n },
                ("--seconds", _) when Number(value, 1, 600) is { } n => options with { Seconds = n },
                ("--warmup", _) when Number(value, 1, 600) is { } n => options with { WarmupSeconds = n },
                ("--connections", _) when Number(value, 4, 10_000) is { } n => options with { Connections = n },
                ("--idle-connections", _) when Number(value, 100, 50_000) is { } n => options with { IdleConnections = n },
                ("--peers", _) when List(value, Peer.All.Select(peer => peer.Name)) is { } names => options with { Peers = names },
                ("--cases", _) when List(value, Enum.GetValues<BenchCase>().Select(one => one.Name())) is { } names =>
                    options with { Cases = names.Select(name => Enum.GetValues<BenchCase>().First(one => one.Name() == name)).ToArray() },
                ("--crs", { Length: > 0 }) when Directory.Exists(Path.Combine(value, "rules")) => options with { CoreRuleSet = Path.GetFullPath(value) },
                ("--json", { Length: > 0 }) => options with { JsonFile = Path.GetFullPath(value) },
                ("--root", { Length: > 0 }) => options with { Root = Path.GetFullPath(value) },
                ("--work", { Length: > 0 }) => options with { WorkDirectory = Path.GetFullPath(value) },
                _ => null,
            };
            if (next is null)
            {
                message = $"bench: what is meant by \"{args[i]} {value}\"?\n{Usage}";
                return null;
            }

            options = next;
            i++;
        }

        return options;
    }

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most ? n : null;

    private static string[]? List(string text, IEnumerable<string> known)
    {
        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.Length > 0 && names.All(known.Contains) ? known.Where(names.Contains).ToArray() : null;
    }
}

/// <summary>What is measured.</summary>
internal enum BenchCase
{
    /// <summary>HTTP/1.1 without TLS, loaded by wrk.</summary>
    Http1,

    /// <summary>HTTP/1.1 over TLS 1.3, loaded by wrk.</summary>
    Http1Tls,

    /// <summary>HTTP/2 over TLS 1.3, loaded by h2load.</summary>
    Http2Tls,

    /// <summary>Memory of many keep-alive connections without traffic.</summary>
    Idle,

    /// <summary>As <see cref="Http1"/>, with 50 rules that the request does not match.</summary>
    Rules50,

    /// <summary>As <see cref="Http1"/>, with 200 of them.</summary>
    Rules200,

    /// <summary>As <see cref="Http1"/>, with 1,000 of them.</summary>
    Rules1000,

    /// <summary>As <see cref="Http1"/>, with a rate limit by client address that is not reached.</summary>
    Limits,

    /// <summary>As <see cref="Http1"/>, through the Core Rule Set.</summary>
    WafGet,

    /// <summary>Forms of 1 KiB through the Core Rule Set.</summary>
    WafPost1K,

    /// <summary>Forms of 10 KiB through it.</summary>
    WafPost10K,

    /// <summary>Forms of 100 KiB through it.</summary>
    WafPost100K,

    /// <summary>Forms of 1 MiB through it.</summary>
    WafPost1M,

    /// <summary>JSON of 1 KiB through it.</summary>
    WafJson1K,
}

internal static class BenchCases
{
    public static string Name(this BenchCase one) => one switch
    {
        BenchCase.Http1 => "h1",
        BenchCase.Http1Tls => "h1-tls",
        BenchCase.Http2Tls => "h2-tls",
        BenchCase.Rules50 => "rules-50",
        BenchCase.Rules200 => "rules-200",
        BenchCase.Rules1000 => "rules-1000",
        BenchCase.Limits => "limits",
        BenchCase.WafGet => "waf-get",
        BenchCase.WafPost1K => "waf-post-1k",
        BenchCase.WafPost10K => "waf-post-10k",
        BenchCase.WafPost100K => "waf-post-100k",
        BenchCase.WafPost1M => "waf-post-1m",
        BenchCase.WafJson1K => "waf-json-1k",
        _ => "idle",
    };

    /// <summary>What the peers do with requests besides passing them on.</summary>
    public static PeerDuty Duty(this BenchCase one) => one switch
    {
        BenchCase.Rules50 => new PeerDuty(Rules: 50),
        BenchCase.Rules200 => new PeerDuty(Rules: 200),
        BenchCase.Rules1000 => new PeerDuty(Rules: 1000),
        BenchCase.Limits => new PeerDuty(Limits: true),
        >= BenchCase.WafGet => new PeerDuty(Firewall: true),
        _ => PeerDuty.None,
    };

    /// <summary>The length of the body that each request sends; 0 for a GET.</summary>
    public static int BodyBytes(this BenchCase one) => one switch
    {
        BenchCase.WafPost1K or BenchCase.WafJson1K => 1 << 10,
        BenchCase.WafPost10K => 10 << 10,
        BenchCase.WafPost100K => 100 << 10,
        BenchCase.WafPost1M => 1 << 20,
        _ => 0,
    };

    /// <summary>
    /// Connections of a case. A firewall that takes half a second for a form would not come to answer so many before they time out, and those
    /// that the end of a run cuts off would be paid for and not counted.
    /// </summary>
    public static int Connections(this BenchCase one, int asked) => one switch
    {
        BenchCase.WafGet or BenchCase.WafPost1K or BenchCase.WafJson1K => Math.Min(asked, 16),
        BenchCase.WafPost10K => Math.Min(asked, 4),
        BenchCase.WafPost100K or BenchCase.WafPost1M => 1,
        _ => asked,
    };

    public static string Title(this BenchCase one) => one switch
    {
        BenchCase.Http1 => "HTTP/1.1, keep-alive, no TLS",
        BenchCase.Http1Tls => "HTTP/1.1, keep-alive, TLS 1.3",
        BenchCase.Http2Tls => "HTTP/2, TLS 1.3",
        BenchCase.Rules50 => "HTTP/1.1 with 50 rules",
        BenchCase.Rules200 => "HTTP/1.1 with 200 rules",
        BenchCase.Rules1000 => "HTTP/1.1 with 1,000 rules",
        BenchCase.Limits => "HTTP/1.1 with a rate limit by address",
        BenchCase.WafGet => "GET through the Core Rule Set, paranoia level 1",
        BenchCase.WafPost1K => "forms of 1 KiB through the Core Rule Set",
        BenchCase.WafPost10K => "forms of 10 KiB through the Core Rule Set",
        BenchCase.WafPost100K => "forms of 100 KiB through the Core Rule Set",
        BenchCase.WafPost1M => "forms of 1 MiB through the Core Rule Set",
        BenchCase.WafJson1K => "JSON of 1 KiB through the Core Rule Set",
        _ => "idle keep-alive connections",
    };
}

/// <summary>The measurement cannot be taken or does not count, with the reason for a person.</summary>
internal sealed class InvalidRunException(string message) : Exception(message);
