using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>The road of a change.</summary>
internal static class GenerationsSchema
{
    public static Section<BakeConfig> Bake { get; } = new Section<BakeConfig>(
        "bake", "'bake'",
        "What is in force becomes the last known good, and is kept on disk to start from, when it has served for some time without a crash.",
        () => new())
        .Key("time", Values.Duration("1s", "7d"), b => b.Time, (b, v) => b with { Time = v },
            "How long it has to serve. A crash of the process before that takes the next start back to the last known good.",
            "Configurations that crash do so within minutes.", aka: ["duration"])
        .Key("requests", Values.Integer(0, 1_000_000), b => b.Requests, (b, v) => b with { Requests = v },
            "How many requests it has to serve besides.", "What serves nobody has proved nothing.");

    public static Section<GenerationsConfig> Generations { get; } = new Section<GenerationsConfig>(
        "generations", "'generations'",
        "The road of every change, of the configuration and of the files that it names, to all visitors: [generations.md](generations.md). A change is judged by the settings in "
            + "force, not by those that it brings.",
        () => new())
        .Key("bake", Bake.Syntax, g => g.Bake, (g, v) => g with { Bake = v }, "What makes it the last known good.", "");
}
