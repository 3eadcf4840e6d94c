using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>The road of a change.</summary>
internal static class GenerationsSchema
{
    public static Section<TasteConfig> Taste { get; } = new Section<TasteConfig>(
        "taste", "'taste'",
        "The trial: a process of its own, which serves nobody, loads the candidate and judges recent requests and made-up ones with it. If it crashes, hangs, or takes too "
            + "much memory or time, the candidate is refused.",
        () => new())
        .Key("timeout", Values.Duration("1s", "10m"), t => t.Timeout, (t, v) => t with { Timeout = v },
            "The most processor time that it may take in all, and the longest that it may do nothing.",
            "It takes a second; with 25,000 rules, eight.")
        .Key("max_memory", Values.Size(64L << 20, 64L << 30), t => t.MaxMemory, (t, v) => t with { MaxMemory = v },
            "Memory of that process, beyond three times the size of the files that the candidate names.",
            "25,000 rules take some 600 MiB to compile.", aka: ["memory"])
        .Key("max_request_time", Values.Duration("1ms", "10s"), t => t.MaxRequestTime, (t, v) => t with { MaxRequestTime = v },
            "The most processor time that judging a single request may take.", "A thousand times what it takes.")
        .Key("samples", Values.Integer(10, 5_000), t => t.Samples, (t, v) => t with { Samples = v },
            "Heads of recent requests that are kept, in memory, to be judged. Of each at most 8 KiB.", "Some minutes of traffic, in a megabyte or two.")
        .Key("max_newly_blocked", Values.PercentFrom(1), t => t.MaxNewlyBlocked, (t, v) => t with { MaxNewlyBlocked = v },
            "A candidate that refuses more than this share of the recent requests that are let through now is held until `breakwater reload --confirm`.",
            "More than that is seldom meant.");

    public static Section<CanaryConfig> Canary { get; } = new Section<CanaryConfig>(
        "canary", "'canary'",
        "A share of the connections runs the candidate while the others stay with what is in force, and both are compared. A candidate that does worse is taken back. "
            + "When there is hardly any traffic, it is over after a second.",
        () => new())
        .Key("share", Values.PercentFrom(1), c => c.Share, (c, v) => c with { Share = v },
            "Share of the connections, chosen by chance.", "What may be harmed at most.", aka: ["percent", "weight"])
        .Key("time", Values.Duration("100ms", "1h"), c => c.Time, (c, v) => c with { Time = v },
            "The longest that it goes on. Then the candidate is in force, unless there is a sign of harm.",
            "Short enough to wait for. What shows only later is found while it bakes.", aka: ["duration"])
        .Key("requests", Values.Integer(10, 1_000_000), c => c.Requests, (c, v) => c with { Requests = v },
            "Requests of the candidate after which it is over sooner.", "Enough to tell one failure in a hundred from chance.")
        .Key("max_errors", Values.Percent, c => c.MaxErrors, (c, v) => c with { MaxErrors = v },
            "By how much the candidate's share of errors may be higher: errors of the edge itself, and statuses from 500 on of origins, each for itself.",
            "Chance makes less of a difference.")
        .Key("max_blocked", Values.Percent, c => c.MaxBlocked, (c, v) => c with { MaxBlocked = v },
            "By how much the candidate's share of refused requests may be higher. Does not hold for a change that was confirmed.", "As for `max_newly_blocked`.")
        .Key("max_slower", Values.Percent, c => c.MaxSlower, (c, v) => c with { MaxSlower = v },
            "How much longer the slowest tenth of its requests may take, and the edge's own work for a request; `100%` = twice as long.",
            "What a new generation has to do for the first time it does slower.");

    public static Section<BakeConfig> Bake { get; } = new Section<BakeConfig>(
        "bake", "'bake'",
        "What is in force becomes the last known good, and is kept on disk to start from, when it has served for some time without a crash.",
        () => new())
        .Key("time", Values.Duration("1s", "7d"), b => b.Time, (b, v) => b with { Time = v },
            "How long it has to serve. A crash of the process before that takes the next start back to the last known good.",
            "Configurations that crash do so within minutes.", aka: ["duration"])
        .Key("requests", Values.Integer(0, 1_000_000), b => b.Requests, (b, v) => b with { Requests = v },
            "How many requests it has to serve besides.", "What serves nobody has proved nothing.");

    public static Section<FeedsConfig> Feeds { get; } = new Section<FeedsConfig>(
        "feeds", "'feeds'",
        "What files of lists and databases must be like to be taken. One that is not is refused, and what was read before stays.",
        () => new())
        .Key("max_size", Values.Size(1024, 64L << 20), f => f.MaxSize, (f, v) => f with { MaxSize = v },
            "The largest file of a list.", "Some three million networks.")
        .Key("max_items", Values.Integer(1, 50_000_000), f => f.MaxItems, (f, v) => f with { MaxItems = v },
            "The most entries in a file of a list.", "As for `max_size`.", aka: ["max_entries"])
        .Key("max_duplicates", Values.Percent, f => f.MaxDuplicates, (f, v) => f with { MaxDuplicates = v },
            "The largest share of its lines that repeat others.", "A file that was made twice over has half.")
        .Key("freeze_after", Values.Integer(1, 1000), f => f.FreezeAfter, (f, v) => f with { FreezeAfter = v },
            "How often a file may turn from good to bad before the edge leaves it alone until `breakwater unpin`.",
            "Whoever makes it good and bad in turns needs to be looked at.");

    public static Section<GenerationsConfig> Generations { get; } = new Section<GenerationsConfig>(
        "generations", "'generations'",
        "The road of every change, of the configuration and of the files that it names, to all visitors: read, check, compile, taste, canary, bake. [generations.md](generations.md) "
            + "explains it. A change is judged by the settings in force, not by those that it brings.",
        () => new())
        .Key("taste", Taste.Syntax, g => g.Taste, (g, v) => g with { Taste = v }, "The trial in a process of its own.", "")
        .Key("canary", Canary.Syntax, g => g.Canary, (g, v) => g with { Canary = v }, "The comparison on live traffic.", "")
        .Key("bake", Bake.Syntax, g => g.Bake, (g, v) => g with { Bake = v }, "What makes it the last known good.", "")
        .Key("feeds", Feeds.Syntax, g => g.Feeds, (g, v) => g with { Feeds = v }, "Files of lists and databases.", "")
        .Key("max_removed", Values.Percent, g => g.MaxRemoved, (g, v) => g with { MaxRemoved = v },
            "A change that takes away more than this share of the zones, origins, certificates, rules or of a list's entries (but more than one), or all of them, is held until "
                + "`breakwater reload --confirm`.",
            "Who removes a third of anything should say so twice.");
}
