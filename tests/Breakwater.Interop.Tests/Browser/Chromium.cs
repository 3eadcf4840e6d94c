using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Browser;

/// <summary>
/// A headless Chromium with an empty profile and one page, steered by the DevTools protocol. Owned by one test; one command at a time.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly TemporaryDirectory _profile;
    private readonly ToolProcess _process;
    private readonly ClientWebSocket _page = new();
    private int _lastId;

    private Chromium(TemporaryDirectory profile, ToolProcess process)
    {
        _profile = profile;
        _process = process;
    }

    /// <summary>Starts it; the test is skipped when it is missing.</summary>
    public static async Task<Chromium> StartAsync(CancellationToken cancel)
    {
        string program = Tool.Chromium.PathOrSkip();
        TemporaryDirectory profile = new();
        ToolProcess process = ToolProcess.Start(
            program,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
                $"--user-data-dir={profile.Path}", "about:blank",
            ],
            profile.Path);
        Chromium chromium = new(profile, process);
        try
        {
            await chromium.AttachAsync(cancel);
            return chromium;
        }
        catch (OperationCanceledException)
        {
            string output = process.Output;
            await chromium.DisposeAsync();
            Assert.Fail($"Chromium could not be reached in time; it wrote:\n{output}");
            throw;
        }
    }

    /// <summary>Opens an address and waits for the page's load event.</summary>
    public async Task OpenAsync(string url, CancellationToken cancel)
    {
        await SendAsync("Page.enable", [], cancel);
        JsonNode result = await SendAsync("Page.navigate", new JsonObject { ["url"] = url }, cancel);
        Assert.Null(result["errorText"]);
        while ((await ReceiveAsync(cancel))["method"]?.GetValue<string>() != "Page.loadEventFired")
        {
        }
    }

    /// <summary>Evaluates an expression in the page until it is not null, and returns that text.</summary>
    public async Task<string> WaitForAsync(string expression, CancellationToken cancel)
    {
        string script = $$"""
            new Promise(done => { const timer = setInterval(() => { const value = {{expression}}; if (value !== null) { clearInterval(timer); done(String(value)); } }, 20); })
            """;
        JsonNode result = await SendAsync(
            "Runtime.evaluate", new JsonObject { ["expression"] = script, ["awaitPromise"] = true, ["returnByValue"] = true }, cancel);
        Assert.True(result["exceptionDetails"] is null, result.ToJsonString());
        return result["result"]!["value"]!.GetValue<string>();
    }

    public async ValueTask DisposeAsync()
    {
        _page.Dispose();
        await _process.DisposeAsync();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                _profile.Dispose();
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                await Task.Delay(50); // its children are still writing; there is nothing to be notified by
            }
        }
    }

    /// <summary>Chromium writes into its profile where it listens; the page is in the list there.</summary>
    private async Task AttachAsync(CancellationToken cancel)
    {
        string file = Path.Combine(_profile.Path, "DevToolsActivePort");
        string[] lines;
        while ((lines = File.Exists(file) ? await File.ReadAllLinesAsync(file, cancel) : []).Length < 2)
        {
            await Task.Delay(50, cancel); // there is nothing to be notified by
        }

        using HttpClient http = new();
        JsonElement page;
        do
        {
            using JsonDocument list = JsonDocument.Parse(await http.GetStringAsync($"http://127.0.0.1:{lines[0]}/json/list", cancel));
            page = list.RootElement.Clone().EnumerateArray().FirstOrDefault(target => target.GetProperty("type").GetString() == "page");
        }
        while (page.ValueKind == JsonValueKind.Undefined);
        await _page.ConnectAsync(new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!), cancel);
    }

    private async Task<JsonNode> SendAsync(string method, JsonObject parameters, CancellationToken cancel)
    {
        int id = ++_lastId;
        JsonObject command = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await _page.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, endOfMessage: true, cancel);
        while (true)
        {
            JsonNode message = await ReceiveAsync(cancel);
            if (message["id"]?.GetValue<int>() == id)
            {
                return message["result"] ?? throw new InvalidOperationException($"{method}: {message.ToJsonString()}");
            }
        }
    }

    private async Task<JsonNode> ReceiveAsync(CancellationToken cancel)
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult received = await _page.ReceiveAsync(buffer.AsMemory(), cancel);
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                message.Position = 0;
                return JsonNode.Parse(message)!;
            }
        }
    }
}
