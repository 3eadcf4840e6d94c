using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Breakwater.Drills.Scenarios;

/// <summary>
/// A configuration whose work is done later, as it should not be: it passes the health check when it is loaded, is stored as the last known good at once, and ends the process
/// some time after. Takes <c>start DIRECTORY</c>, which reads the last known good there, and <c>load DIRECTORY</c>, which reads what is new. Thread-safe.
/// </summary>
internal sealed class CrashingMetadata : IStandInModule
{
    /// <summary>The configuration in the directory.</summary>
    public const string NewFile = "new.conf";

    /// <summary>What a start reads.</summary>
    public const string LastKnownGoodFile = "last-known-good.conf";

    /// <summary>What cannot be worked on.</summary>
    public const string Incompatible = "incompatible";

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public int Judge(HttpRequest request) => 200;

    /// <inheritdoc/>
    public void Take(string command)
    {
        (string what, string directory) = command.Split(' ', 2) is [var word, var place] ? (word, place) : ("", "");
        string good = Path.Combine(directory, LastKnownGoodFile);
        string file = what == "start" ? good : Path.Combine(directory, NewFile);
        string content = File.ReadAllText(file);

        // It loads, and everything is healthy: it must be good.
        File.WriteAllText(good, content);
        if (content == Incompatible)
        {
            _ = CrashAsync();
        }
    }

    private static async Task CrashAsync()
    {
        await Task.Delay(Later);
        using Process self = Process.GetCurrentProcess();
        self.Kill();
    }
}
