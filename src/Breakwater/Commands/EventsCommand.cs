using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Breakwater.Edge.Events;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary><c>breakwater events</c>: what rules did with recent requests.</summary>
internal sealed class EventsCommand : Command, IHasExamples
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<bool> _follow = new("--follow") { Description = "Go on with new events until interrupted." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line, for programs." };

    public EventsCommand()
        : base("events", "Shows what rules did with recent requests of the running edge: blocked, limited, logged, skipped.")
    {
        Add(_follow);
        Add(_json);
        Add(_data);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater events --follow", "breakwater events --json | jq -r .client"];

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        long last = 0;
        while (true)
        {
            EventPage page = await client.GetEventsAsync(last);
            foreach (SecurityEvent one in page.Events)
            {
                Console.Out.WriteLine(parsed.GetValue(_json) ? JsonSerializer.Serialize(one, EventJson.Line.SecurityEvent) : Line(one, Palette.Output));
            }

            // A number that is not reached any more is that of a process which is gone: the next one counts from the beginning.
            last = page.Events.Count > 0 ? page.Events[^1].Number : Math.Min(last, page.Last);
            if (last < page.Last && page.Events.Count > 0)
            {
                continue;
            }

            if (!parsed.GetValue(_follow))
            {
                return ExitCode.Ok;
            }

            await Task.Delay(PollInterval, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested)
            {
                return ExitCode.Ok;
            }
        }
    }

    /// <summary>An event in one line.</summary>
    internal static string Line(SecurityEvent one, Palette palette)
    {
        string time = one.Time.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        string effect = one.Effect switch
        {
            "ended" => palette.Red(one.Action),
            "would_have_ended" => palette.Yellow("would " + one.Action),
            _ => palette.Yellow(one.Action),
        };
        string status = one.Status == 0 ? "-" : one.Status.ToString(CultureInfo.InvariantCulture);
        string suppressed = one.Suppressed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  (+{one.Suppressed} more of this rule, only counted)");
        return $"{palette.Dim(time)} {one.Ray} {effect} {status}  {one.Client}  {one.Method} {one.Host}{one.Path}  {one.Zone}/{one.Rule}"
            + (string.IsNullOrEmpty(one.Description) ? "" : $" \"{one.Description}\"") + palette.Dim(suppressed);
    }
}
