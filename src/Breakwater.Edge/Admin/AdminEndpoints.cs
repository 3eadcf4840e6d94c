using System.Buffers;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Lifecycle;
using Microsoft.AspNetCore.Http;

namespace Breakwater.Edge.Admin;

/// <summary>
/// What the admin listener answers. Stateless, thread-safe.
/// <para>Calls that change something are for the socket in the data directory only: a network address proves nothing about who calls, and a
/// page in an operator's browser can make it send a POST to 127.0.0.1.</para>
/// </summary>
internal sealed class AdminEndpoints(IAdministered edge)
{
    private const string Paths =
        "GET /healthz, /readyz, /status, /generations, /metrics, /events, /explain, /waf/report, /waf/top, /waf/exclude; POST /reload, /rollback, /pin, /unpin, /stop";

    /// <summary>Events of one answer; whoever wants more asks again.</summary>
    private const int MaxEvents = 500;

    /// <summary>Lines about the firewall in one answer.</summary>
    private const int MaxWafLines = 200;

    /// <summary>Answers one request.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        bool changes = path is "/reload" or "/rollback" or "/pin" or "/unpin" or "/stop";
        bool reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

        context.Response.Headers.CacheControl = "no-store";
        if (!changes && path is not ("/healthz" or "/readyz" or "/status" or "/generations" or "/metrics" or "/events" or "/explain" or "/waf/report" or "/waf/top" or "/waf/exclude"))
        {
            return ProblemAsync(context, StatusCodes.Status404NotFound, $"there is no {path} here; there is: {Paths}");
        }

        if (changes ? !HttpMethods.IsPost(context.Request.Method) : !reads)
        {
            context.Response.Headers.Allow = changes ? "POST" : "GET, HEAD";
            return ProblemAsync(context, StatusCodes.Status405MethodNotAllowed, $"{path} takes {(changes ? "POST" : "GET")} only; {Paths}");
        }

        if (changes && context.Features.Get<AdminDoor>() is not { MayChange: true })
        {
            return ProblemAsync(context, StatusCodes.Status403Forbidden,
                "this address is for looking only; use `breakwater reload` or `breakwater stop`, which go through the socket in the data directory");
        }

        if (path is "/events" or "/explain" or "/waf/report" or "/waf/top" or "/waf/exclude" && context.Features.Get<AdminDoor>() is not { MayChange: true })
        {
            return ProblemAsync(context, StatusCodes.Status403Forbidden,
                "what visitors sent is not shown on this address; use `breakwater events` or `breakwater explain`, which go through the socket in the data directory");
        }

        return path switch
        {
            "/healthz" => TextAsync(context, StatusCodes.Status200OK, "ok\n"),
            "/readyz" => ReadyAsync(context),
            "/status" => JsonAsync(context, StatusCodes.Status200OK, edge.GetStatus(), AdminJson.Plain.EdgeStatus),
            "/generations" => GenerationsAsync(context),
            "/metrics" => MetricsAsync(context),
            "/events" => EventsAsync(context),
            "/explain" => ExplainAsync(context),
            "/waf/report" => JsonAsync(context, StatusCodes.Status200OK, edge.GetWafReport(MaxWafLines), AdminJson.Plain.WafReportPage),
            "/waf/top" => JsonAsync(context, StatusCodes.Status200OK, edge.GetWafTop(MaxWafLines), AdminJson.Plain.WafTopPage),
            "/waf/exclude" => WafExcludeAsync(context),
            "/reload" => ReloadAsync(context),
            "/rollback" => RollBackAsync(context),
            "/pin" => PinAsync(context, pins: true),
            "/unpin" => PinAsync(context, pins: false),
            _ => StopAsync(context),
        };
    }

    private Task ReadyAsync(HttpContext context)
    {
        EdgeState state = edge.State;
        return TextAsync(context,
            state == EdgeState.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            state switch { EdgeState.Ready => "ready\n", EdgeState.Starting => "starting\n", EdgeState.Draining => "draining\n", _ => "stopped\n" });
    }

    private Task GenerationsAsync(HttpContext context) => edge.GetGenerations() is { } report
        ? JsonAsync(context, StatusCodes.Status200OK, report, AdminJson.Plain.GenerationsReport)
        : ProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "the edge is starting; there is no generation yet");

    private async Task MetricsAsync(HttpContext context)
    {
        ArrayBufferWriter<byte> text = new(16 * 1024);
        if (!edge.TryWriteMetrics(text))
        {
            await ProblemAsync(context, StatusCodes.Status404NotFound, "metrics are turned off; set metrics.prometheus to true").ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        context.Response.ContentLength = text.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(text.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private Task EventsAsync(HttpContext context)
    {
        string after = context.Request.Query.TryGetValue("after", out var value) ? value.ToString() : "0";
        return long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? JsonAsync(context, StatusCodes.Status200OK, edge.GetEvents(number, MaxEvents), AdminJson.Plain.EventPage)
            : ProblemAsync(context, StatusCodes.Status400BadRequest, "after is the number of an event, such as /events?after=120");
    }

    private Task ExplainAsync(HttpContext context)
    {
        string ray = context.Request.Query["ray"].ToString();
        return edge.ExplainRay(ray) is { } explanation
            ? JsonAsync(context, StatusCodes.Status200OK, explanation, AdminJson.Plain.RayExplanation)
            : ProblemAsync(context, StatusCodes.Status404NotFound,
                "no event of this ray is kept; rules did nothing with that request, it is too long ago, or its rule had too many events at that time");
    }

    private Task WafExcludeAsync(HttpContext context) =>
        edge.FindWafExclusion(context.Request.Query["ray"].ToString()) is { } answer
            ? JsonAsync(context, StatusCodes.Status200OK, answer, AdminJson.Plain.WafExclusionAnswer)
            : ProblemAsync(context, StatusCodes.Status404NotFound,
                "no request of this ray is kept; the firewall did not refuse it, it is too long ago, or there were too many at that time");

    private async Task ReloadAsync(HttpContext context)
    {
        if (!TryGetNumber(context, "expected", out long? expected))
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, "expected is the number of a generation, such as /reload?expected=7").ConfigureAwait(false);
            return;
        }

        if (!TryGetSwitch(context, "urgent", out bool urgent) || !TryGetSwitch(context, "confirm", out bool confirmed))
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, "urgent and confirm are true or false, such as /reload?confirm=true").ConfigureAwait(false);
            return;
        }

        // Reading files, compiling and comparing takes its time; the caller's going away does not undo it.
        ReloadOrder order = new() { Urgent = urgent, Confirmed = confirmed, Expected = expected };
        await AnswerAsync(context, await Task.Run(() => edge.ReloadAsync(order)).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task RollBackAsync(HttpContext context)
    {
        if (!TryGetNumber(context, "to", out long? number))
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, "to is the number of a generation, such as /rollback?to=7").ConfigureAwait(false);
            return;
        }

        if (!TryGetSwitch(context, "confirm", out bool confirmed))
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, "confirm is true or false, such as /rollback?confirm=true").ConfigureAwait(false);
            return;
        }

        await AnswerAsync(context, await Task.Run(() => edge.RollBackAsync(number, confirmed)).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task PinAsync(HttpContext context, bool pins)
    {
        string what = context.Request.Query["what"].ToString();
        PinAnswer answer = await Task.Run(() => edge.PinAsync(what, pins)).ConfigureAwait(false);
        await JsonAsync(
            context, answer.Done ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity, answer, AdminJson.Plain.PinAnswer).ConfigureAwait(false);
    }

    private static Task AnswerAsync(HttpContext context, ReloadResult result)
    {
        ReloadAnswer answer = new(result.Succeeded, result.Changed, result.Generation, [.. result.Diagnostics.Select(DiagnosticLine.Of)]) { Outcome = result.Outcome };
        int status = result.Succeeded ? StatusCodes.Status200OK
            : result.Outcome == RoadText.Word(RoadOutcome.Stale) ? StatusCodes.Status412PreconditionFailed
            : StatusCodes.Status422UnprocessableEntity;
        return JsonAsync(context, status, answer, AdminJson.Plain.ReloadAnswer);
    }

    /// <summary>A wish in the query; false when it is not there. An empty or unknown value is none.</summary>
    private static bool TryGetSwitch(HttpContext context, string name, out bool isSet)
    {
        string text = context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : "false";
        isSet = text == "true";
        return text is "true" or "false";
    }

    /// <summary>A number in the query; null when it is not there. False when it is empty or none.</summary>
    private static bool TryGetNumber(HttpContext context, string name, out long? number)
    {
        bool isNumber = long.TryParse(context.Request.Query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long value);
        number = isNumber ? value : null;
        return isNumber || context.Request.Query[name].Count == 0;
    }

    private Task StopAsync(HttpContext context)
    {
        string now = context.Request.Query.TryGetValue("now", out var value) ? value.ToString() : "false";
        if (now is not ("true" or "false"))
        {
            return ProblemAsync(context, StatusCodes.Status400BadRequest, "now is true or false, such as /stop?now=true");
        }

        // The answer goes out first: with "now" the process may be gone a moment later.
        StopAnswer answer = new(ServiceProcess.Id, edge.RequestStop(now == "true").TotalSeconds);
        return JsonAsync(context, StatusCodes.Status202Accepted, answer, AdminJson.Plain.StopAnswer);
    }

    private static Task ProblemAsync(HttpContext context, int status, string error) =>
        JsonAsync(context, status, new AdminProblem(error), AdminJson.Plain.AdminProblem);

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = text.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text);
    }

    private static Task JsonAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.WriteAsJsonAsync(value, type, contentType: null, context.RequestAborted);
    }
}
