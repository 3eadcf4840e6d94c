using System.Globalization;
using System.Text;

namespace Breakwater.Edge.Fuses.Switches;

/// <summary>A module that is to be left out for a while. Immutable.</summary>
/// <param name="Module">The module; null = all of them.</param>
/// <param name="Zone">The zone; null = all of them.</param>
/// <param name="Until">The end.</param>
/// <param name="Reason">Why; may be empty.</param>
internal sealed record ModuleSwitch(ModuleId? Module, string? Zone, DateTimeOffset Until, string Reason)
{
    /// <summary>Whether it is about a module of a zone.</summary>
    public bool Covers(ModuleId module, string zone) => (Module ?? module) == module && (Zone ?? zone) == zone;

    /// <summary>Whether it is about the same as another one, whatever their ends.</summary>
    public bool IsAboutTheSameAs(ModuleSwitch other) => Module == other.Module && Zone == other.Zone;
}

/// <summary>Requests that are to be refused for a while. Immutable.</summary>
/// <param name="Fingerprint">Which, as <see cref="Flight.HeadFingerprint"/> knows them.</param>
/// <param name="Until">The end.</param>
/// <param name="Reason">Why; may be empty.</param>
internal sealed record RequestSwitch(ulong Fingerprint, DateTimeOffset Until, string Reason);

/// <summary>
/// What a switch file says: which modules are left out, which requests are refused, each until when. Immutable. Operators write such a file with
/// <c>breakwater bypass</c> or by hand, a supervisor for the edge that it starts. All of a file holds or nothing of it does.
/// </summary>
/// <remarks>
/// One switch a line; blank lines and lines that begin with <c>#</c> are passed over. <c>*</c> stands for all.
/// <code>
/// module waf zone shop until 2026-11-23T08:10:00Z because false positives
/// module * zone * until 2026-11-23T08:10:00Z
/// request 00d1a2b3c4d5e6f7 until 2026-11-23T08:10:00Z because in flight in two crashes
/// </code>
/// </remarks>
internal sealed record SwitchSet
{
    /// <summary>The longest that a switch may last.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromHours(24);

    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Switches of one file.</summary>
    public const int MaxSwitches = 500;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const int MaxReason = 200;

    /// <summary>No switches.</summary>
    public static SwitchSet None { get; } = new();

    /// <summary>Modules to leave out.</summary>
    public IReadOnlyList<ModuleSwitch> Modules { get; init; } = [];

    /// <summary>Requests to refuse.</summary>
    public IReadOnlyList<RequestSwitch> Requests { get; init; } = [];

    /// <summary>Whether it says nothing.</summary>
    public bool IsEmpty => Modules.Count == 0 && Requests.Count == 0;

    /// <summary>Reads a text. Null when there is anything in it that is not understood, or cannot be meant.</summary>
    /// <param name="text">The text.</param>
    /// <param name="now">The wall-clock time; what is over already is left out.</param>
    /// <param name="problem">What is wrong, with the line; null when nothing is.</param>
    public static SwitchSet? Parse(string text, DateTimeOffset now, out string? problem)
    {
        var modules = new List<ModuleSwitch>();
        var requests = new List<RequestSwitch>();
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> rest = line.Trim();
            if (rest.IsEmpty || rest[0] == '#')
            {
                continue;
            }

            problem = ParseLine(rest, now, modules, requests);
            if (problem is null && modules.Count + requests.Count > MaxSwitches)
            {
                problem = string.Create(CultureInfo.InvariantCulture, $"more than {MaxSwitches} switches");
            }

            if (problem is not null)
            {
                problem = string.Create(CultureInfo.InvariantCulture, $"line {number}: {problem}");
                return null;
            }
        }

        problem = null;
        return new SwitchSet { Modules = modules, Requests = requests };
    }

    /// <summary>The text that says the same.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (ModuleSwitch one in Modules)
        {
            text.Append("module ").Append(one.Module is { } module ? ModuleIds.NameOf(module) : "*").Append(" zone ").Append(one.Zone ?? "*");
            AppendEnd(text, one.Until, one.Reason);
        }

        foreach (RequestSwitch one in Requests)
        {
            text.Append("request ").Append(one.Fingerprint.ToString("x16", CultureInfo.InvariantCulture));
            AppendEnd(text, one.Until, one.Reason);
        }

        return text.ToString();
    }

    private static void AppendEnd(StringBuilder text, DateTimeOffset until, string reason)
    {
        text.Append(" until ").Append(until.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        string clean = string.Concat(reason.Where(letter => !char.IsControl(letter))).Trim();
        if (clean.Length > 0)
        {
            text.Append(" because ").Append(clean.AsSpan(0, Math.Min(clean.Length, MaxReason)));
        }

        text.Append('\n');
    }

    private static string? ParseLine(ReadOnlySpan<char> rest, DateTimeOffset now, List<ModuleSwitch> modules, List<RequestSwitch> requests)
    {
        ReadOnlySpan<char> kind = Word(ref rest);
        ModuleId? module = null;
        string? zone = null;
        ulong fingerprint = 0;
        if (kind is "module")
        {
            ReadOnlySpan<char> name = Word(ref rest);
            if (name is not "*")
            {
                if (!ModuleIds.TryParse(name, out ModuleId known))
                {
                    return $"there is no module '{Shown(name)}'";
                }

                module = known;
            }

            if (Word(ref rest) is not "zone")
            {
                return "'zone' and a name, or '*', must follow the module";
            }

            name = Word(ref rest);
            if (name.IsEmpty || name.Length > 63)
            {
                return "a zone is missing";
            }

            zone = name is "*" ? null : name.ToString();
        }
        else if (kind is not "request")
        {
            return $"'{Shown(kind)}' is neither 'module' nor 'request'";
        }
        else if (Word(ref rest) is var digits && (digits.Length != 16 || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out fingerprint)))
        {
            return "a request is named by 16 hex digits";
        }

        if (Word(ref rest) is not "until"
            || !DateTimeOffset.TryParseExact(
                Word(ref rest), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset until))
        {
            return "'until' and a time such as 2026-11-23T08:10:00Z must follow";
        }

        if (until - now > MaxDuration + TimeSpan.FromMinutes(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"it ends in more than {MaxDuration.TotalHours:F0} hours");
        }

        ReadOnlySpan<char> because = Word(ref rest);
        if (!because.IsEmpty && because is not "because")
        {
            return $"'because' and a reason may follow, not '{Shown(because)}'";
        }

        string reason = rest[..Math.Min(rest.Length, MaxReason)].Trim().ToString();
        if (until <= now)
        {
            return null;
        }

        if (fingerprint != 0)
        {
            requests.Add(new RequestSwitch(fingerprint, until, reason));
        }
        else
        {
            modules.Add(new ModuleSwitch(module, zone, until, reason));
        }

        return null;
    }

    private static ReadOnlySpan<char> Word(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        int end = rest.IndexOfAny(' ', '\t');
        ReadOnlySpan<char> word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        return word;
    }

    private static string Shown(ReadOnlySpan<char> word) =>
        string.Concat(word[..Math.Min(word.Length, 40)].ToString().Select(letter => char.IsControl(letter) ? '?' : letter));
}
