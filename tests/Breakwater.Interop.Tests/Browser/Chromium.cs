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
    /// <param name="cancel">The test's patience.</param>
    /// <param name="switches">More of Chromium's command line.</param>
    public static async Task<Chromium> StartAsync(CancellationToken cancel, params IEnumerable<string> switches)
    {
        string program = Tool.Chromium.PathOrSkip();
        TemporaryDirectory profile = new();
        ToolProcess process = ToolProcess.Start(
            program,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
                $"--user-data-dir={profile.Path}", .. switches, "about:blank",
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

    /// <summary>Runs statements in the page, as if the visitor had just clicked; what they return, or its promise brings, is returned as text.</summary>
    public async Task<string> RunAsync(string statements, CancellationToken cancel)
    {
        JsonNode result = await EvaluateAsync($"(async () => {{ {statements}\n}})()", cancel);
        Assert.True(result["exceptionDetails"] is null, $"{statements}: {result.ToJsonString()}");
        return result["result"]?["value"]?.ToString() ?? "";
    }

    /// <summary>Runs statements that lead to another page, and waits until that one is loaded.</summary>
    public async Task LeaveAsync(string statements, CancellationToken cancel)
    {
        await EvaluateAsync("window.isStillHere = true", cancel);
        try
        {
            await RunAsync(statements, cancel);
        }
        catch (InvalidOperationException)
        {
            // The page was gone before the statements ended.
        }

        while (!await IsTrueAsync("window.isStillHere === undefined && document.readyState === 'complete'", cancel)) await Task.Delay(10, cancel);
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

    private Task<JsonNode> EvaluateAsync(string expression, CancellationToken cancel) => SendAsync(
        "Runtime.evaluate", new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true, ["userGesture"] = true }, cancel);

    private async Task<bool> IsTrueAsync(string expression, CancellationToken cancel)
    {
        try
        {
            return (await EvaluateAsync(expression, cancel))["result"]?["value"]?.ToString() == "true";
        }
        catch (InvalidOperationException)
        {
            return false; // between two pages there is nothing that could evaluate it
        }
    }

    private async Task<JsonNode> SendAsync(string method, JsonObject parameters, CancellationToken cancel)
    {
        int id = await PostAsync(method, parameters, cancel);
        while (true)
        {
            JsonNode message = await ReceiveAsync(cancel);
            if (message["id"]?.GetValue<int>() == id)
            {
                return message["result"] ?? throw new InvalidOperationException($"{method}: {message.ToJsonString()}");
            }
        }
    }

    private async Task<int> PostAsync(string method, JsonObject parameters, CancellationToken cancel)
    {
        JsonObject command = new() { ["id"] = ++_lastId, ["method"] = method, ["params"] = parameters };
        await _page.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, endOfMessage: true, cancel);
        return _lastId;
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
                JsonNode node = JsonNode.Parse(message)!;
                if (node["method"]?.GetValue<string>() == "Page.javascriptDialogOpening")
                {
                    // "Leave this page?": yes. Nothing goes on before that is answered.
                    await PostAsync("Page.handleJavaScriptDialog", new JsonObject { ["accept"] = true }, cancel);
                }

                return node;
            }
        }
    }
}
