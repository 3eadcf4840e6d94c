using System.Globalization;
using System.Text;
using Breakwater.Edge.Fuses;

namespace Breakwater.Edge.Faults;

/// <summary>
/// The faults that an edge is to suffer, for drills: which module of which zone throws, hangs, sleeps, allocates or crashes, and when. Fixed when the
/// edge starts; nothing that is sent to it can arm one. Thread-safe.
/// </summary>
/// <remarks>
/// One fault a line, or several with <c>;</c> between them. <c>*</c> stands for every zone; <c>path</c>, <c>after</c> and <c>times</c> may follow in
/// any order.
/// <code>
/// module waf zone shop throw
/// module url_rules zone * sleep 2000 path /slow times 3
/// module custom_rules zone * allocate 67108864 after 10
/// module waf zone shop hang | fail_fast | overflow | segfault
/// </code>
/// <c>sleep</c> is in milliseconds, <c>allocate</c> in bytes.
/// </remarks>
internal sealed class FaultPlan
{
    /// <summary>The environment variable that holds a plan. For development and drills only.</summary>
    public const string Variable = "BREAKWATER_FAULTS";

    /// <summary>The largest allocation, in bytes.</summary>
    private const int MaxBytes = 1 << 30;

    private readonly ManualResetEventSlim _released = new();
    private readonly List<FaultPoint> _points = [];

    private FaultPlan()
    {
    }

    /// <summary>No faults.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>The faults.</summary>
    public IReadOnlyList<FaultPoint> Points => _points;

    /// <summary>The plan of this process's environment, taken out of it, so that no process that this one starts has it too.</summary>
    /// <exception cref="FormatException">There is one, and it makes no sense.</exception>
    public static FaultPlan FromEnvironment()
    {
        string? text = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        return string.IsNullOrWhiteSpace(text) ? None : Parse(text);
    }

    /// <summary>Reads a plan.</summary>
    /// <exception cref="FormatException">It makes no sense.</exception>
    public static FaultPlan Parse(string text)
    {
        var plan = new FaultPlan();
        foreach (string line in text.Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            plan._points.Add(ParseLine(plan, line));
        }

        return plan;
    }

    /// <summary>The faults of a module of a zone.</summary>
    public FaultPoint[] For(ModuleId module, string zone) => [.. _points.Where(point => point.IsFor(module, zone))];

    /// <summary>Lets go of what hangs or sleeps, now and from now on.</summary>
    public void Release() => _released.Set();

    /// <summary>Waits as a fault does.</summary>
    public void Wait(TimeSpan time) => _released.Wait(time);

    private static FaultPoint ParseLine(FaultPlan plan, string line)
    {
        var words = new Queue<string>(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Expect("module");
        if (!ModuleIds.TryParse(Next(), out ModuleId module))
        {
            throw Nonsense("there is no such module");
        }

        Expect("zone");
        string zone = Next();
        string word = Next();
        int kind = Enumerable.Range(0, Observability.WordsOf<FaultKind>.Count).FirstOrDefault(i => Observability.WordsOf<FaultKind>.Text(i) == word, -1);
        if (kind < 0)
        {
            throw Nonsense($"there is no fault '{word}'");
        }

        long argument = (FaultKind)kind is FaultKind.Sleep or FaultKind.Allocate ? Number(0, (FaultKind)kind == FaultKind.Sleep ? int.MaxValue : MaxBytes) : 0;
        string path = "";
        long after = 0, times = long.MaxValue;
        while (words.Count > 0)
        {
            switch (Next())
            {
                case "path":
                    path = Next();
                    break;
                case "after":
                    after = Number(0, long.MaxValue);
                    break;
                case "times":
                    times = Number(1, long.MaxValue);
                    break;
                default:
                    throw Nonsense("only path, after and times may follow");
            }
        }

        return new FaultPoint(plan, (FaultKind)kind)
        {
            Module = module,
            Zone = zone == "*" ? null : zone,
            Duration = TimeSpan.FromMilliseconds(argument),
            Bytes = (int)Math.Min(argument, MaxBytes),
            Path = Encoding.UTF8.GetBytes(path),
            After = after,
            Times = times,
        };

        string Next() => words.TryDequeue(out string? next) ? next : throw Nonsense("it breaks off");

        void Expect(string expected)
        {
            if (Next() != expected)
            {
                throw Nonsense($"'{expected}' is missing");
            }
        }

        long Number(long min, long max) =>
            long.TryParse(Next(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= min && number <= max
                ? number : throw Nonsense("a number is missing or out of range");

        FormatException Nonsense(string what) => new($"the fault '{line}' makes no sense: {what}");
    }
}
