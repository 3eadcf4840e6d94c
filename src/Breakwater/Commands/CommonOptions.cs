using System.CommandLine;

namespace Breakwater.Commands;

/// <summary>Options that several commands share, each made anew because an option belongs to one command.</summary>
internal static class CommonOptions
{
    public static Option<string?> Data() => new("--data")
    {
        HelpName = "DIR",
        Description = "The data directory; it leads to the running edge. Default: $BREAKWATER_DATA; else /var/lib/breakwater for root, "
            + "~/.local/state/breakwater for others.",
    };

    public static Option<bool> Json() => new("--json") { Description = "Answer in JSON, for programs." };
}
