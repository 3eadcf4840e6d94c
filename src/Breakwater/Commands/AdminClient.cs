using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Breakwater.Edge.Admin;
using Breakwater.Edge.Events;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Lifecycle;
using Breakwater.Edge.Waf;

namespace Breakwater.Commands;

/// <summary>No running edge answers: says why, and what to do.</summary>
internal sealed class UnreachableException(string problem, string remedy, Exception? cause = null) : Exception($"{problem}; {remedy}", cause)
{
    public string Problem => problem;

    public string Remedy => remedy;
}

/// <summary>Talks to a running edge over the admin socket in its data directory. Owned by one command.</summary>
internal sealed class AdminClient : IDisposable
{
    /// <summary>The longest that the edge may take to answer. A change takes as long as its canary, which the configuration says.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(100);

    private readonly HttpClient _http;

    /// <param name="dataDirectory">The edge's data directory; null = where it is by default.</param>
    public AdminClient(string? dataDirectory)
    {
        DataDirectoryPath = Path.GetFullPath(dataDirectory ?? DataDirectory.DefaultPath());
        string socketPath = DataDirectory.SocketOf(DataDirectoryPath);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancel) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        {
            BaseAddress = new Uri("http://admin"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The absolute path of the edge's data directory.</summary>
    public string DataDirectoryPath { get; }

    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<EdgeStatus> GetStatusAsync() => AskAsync(HttpMethod.Get, "/status", AdminJson.Plain.EdgeStatus);

    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<GenerationsReport> GetGenerationsAsync() => AskAsync(HttpMethod.Get, "/generations", AdminJson.Plain.GenerationsReport);

    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<ReloadAnswer> ReloadAsync(bool urgent, bool confirm, long? expected)
    {
        string[] wishes = [.. new[] { urgent ? "urgent=true" : "", confirm ? "confirm=true" : "", expected is { } number ? $"expected={number}" : "" }.Where(wish => wish.Length > 0)];
        return AskAsync(HttpMethod.Post, "/reload" + (wishes.Length > 0 ? "?" + string.Join('&', wishes) : ""), AdminJson.Plain.ReloadAnswer);
    }

    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<ReloadAnswer> RollBackAsync(long? number, bool confirm) => AskAsync(
        HttpMethod.Post,
        string.Create(CultureInfo.InvariantCulture, $"/rollback?confirm={(confirm ? "true" : "false")}{(number is null ? "" : $"&to={number}")}"),
        AdminJson.Plain.ReloadAnswer);

    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<PinAnswer> PinAsync(string what, bool pins) =>
        AskAsync(HttpMethod.Post, $"/{(pins ? "pin" : "unpin")}?what={Uri.EscapeDataString(what)}", AdminJson.Plain.PinAnswer);

    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<StopAnswer> StopAsync(bool now) => AskAsync(HttpMethod.Post, now ? "/stop?now=true" : "/stop", AdminJson.Plain.StopAnswer);

    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<EventPage> GetEventsAsync(long after) =>
        AskAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/events?after={after}"), AdminJson.Plain.EventPage);

    /// <summary>What is known of an exchange; null when nothing is.</summary>
    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<RayExplanation?> ExplainAsync(string ray) => AskAsync(HttpMethod.Get, $"/explain?ray={ray}", AdminJson.Plain.RayExplanation, mayBeMissing: true);

    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<WafReportPage> GetWafReportAsync() => AskAsync(HttpMethod.Get, "/waf/report", AdminJson.Plain.WafReportPage);

    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<WafTopPage> GetWafTopAsync() => AskAsync(HttpMethod.Get, "/waf/top", AdminJson.Plain.WafTopPage);

    /// <summary>What would have let a request pass; null when it is not known.</summary>
    /// <exception cref="UnreachableException">No edge answers.</exception>
    public Task<WafExclusionAnswer?> FindWafExclusionAsync(string ray) =>
        AskAsync(HttpMethod.Get, $"/waf/exclude?ray={Uri.EscapeDataString(ray)}", AdminJson.Plain.WafExclusionAnswer, mayBeMissing: true);

    public void Dispose() => _http.Dispose();

    private async Task<T> AskAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> type) =>
        await AskAsync(method, path, type, mayBeMissing: false) ?? throw Explain(new JsonException("the answer is empty"));

    private async Task<T?> AskAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> type, bool mayBeMissing)
    {
        try
        {
            using HttpRequestMessage request = new(method, path);
            bool takesItsTime = path.StartsWith("/reload", StringComparison.Ordinal) || path.StartsWith("/rollback", StringComparison.Ordinal);
            using CancellationTokenSource limit = new(takesItsTime ? Timeout.InfiniteTimeSpan : AnswerTimeout);
            using HttpResponseMessage response = await _http.SendAsync(request, limit.Token);
            return mayBeMissing && response.StatusCode == HttpStatusCode.NotFound ? default : await response.Content.ReadFromJsonAsync(type, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException or IOException or ArgumentException)
        {
            throw Explain(e);
        }
    }

    private UnreachableException Explain(Exception e)
    {
        if ((e.InnerException as SocketException)?.SocketErrorCode == SocketError.AccessDenied)
        {
            return new UnreachableException(
                $"the admin socket in {DataDirectoryPath} is not for this user", "run the command as the user that runs the edge, or as root", e);
        }

        if (DataDirectory.IsHeld(DataDirectoryPath))
        {
            string process = DataDirectory.HolderOf(DataDirectoryPath) is { } pid ? $" (process {pid})" : "";
            return new UnreachableException(
                $"the edge{process} with the data directory {DataDirectoryPath} does not answer: {(e.InnerException ?? e).Message}",
                "look at its log; if it hangs, end the process", e);
        }

        return new UnreachableException(
            $"no edge runs with the data directory {DataDirectoryPath}", "start one with `breakwater run`, or name the directory of yours with --data DIR", e);
    }
}
