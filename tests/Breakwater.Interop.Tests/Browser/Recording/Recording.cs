using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Breakwater.Waf.Tests.Harmless;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>
/// A browser at the sites of one front end, and what it sent to them. Each request is kept once, and of style sheets, scripts and pictures a handful.
/// Owned by one recording; one call at a time.
/// </summary>
internal sealed partial class Recording : IAsyncDisposable
{
    private const int MaxAssets = 12;
    private const int MaxBody = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly List<RecordedRequest> _requests = [];
    private readonly HashSet<string> _seen = [];
    private readonly string _family;
    private readonly CancellationTokenSource _patience;
    private readonly RecordingProxy _proxy;
    private string _step = "start";
    private int _assets;
    private int _tooLong;
    private Chromium? _browser;

    private Recording(string family, TimeSpan patience, IReadOnlyDictionary<string, IPEndPoint> sites)
    {
        _family = family;
        _patience = new CancellationTokenSource(patience);
        _proxy = new RecordingProxy(sites, (_, request) => Keep(request));
    }

    private Chromium Browser => _browser!;

    /// <summary>Starts a browser in front of the sites; the test is skipped when there is none.</summary>
    /// <param name="family">The front end: the first part of each request's name.</param>
    /// <param name="sites">The names of the sites, and where they are.</param>
    public static async Task<Recording> StartAsync(string family, params (string Name, IPEndPoint Endpoint)[] sites)
    {
        Recording recording = new(family, TimeSpan.FromMinutes(15), sites.ToDictionary(s => s.Name, s => s.Endpoint));
        string version = Regex.Match((await Tools.ToolProcess.RunAsync(Tools.Tool.Chromium.PathOrSkip(), ["--version"], TimeSpan.FromSeconds(30))).Output, @"Chromium (\d+)").Groups[1].Value;
        recording._browser = await Chromium.StartAsync(
            recording._patience.Token, [.. recording._proxy.Switches, AgentSwitch(version), "--accept-lang=en-GB,en,de", "--window-size=1280,900"]);
        return recording;
    }

    /// <summary>Names what the visitor does next.</summary>
    public void Step(string step)
    {
        lock (_lock)
        {
            _step = step;
            TestContext.Current.TestOutputHelper?.WriteLine($"{_family}/{step} after {_requests.Count} requests");
        }
    }

    /// <summary>Opens an address.</summary>
    public Task OpenAsync(string url) => Soon(cancel => Browser.OpenAsync(url, cancel));

    /// <summary>Runs statements in the page; see <see cref="Chromium.RunAsync"/>.</summary>
    public Task RunAsync(string statements) => Soon(cancel => Browser.RunAsync(statements, cancel));

    /// <summary>Runs statements that lead to another page; see <see cref="Chromium.LeaveAsync"/>.</summary>
    public Task LeaveAsync(string statements) => Soon(cancel => Browser.LeaveAsync(statements, cancel));

    /// <summary>Waits until an expression is neither null nor false.</summary>
    public Task WaitForAsync(string expression) => Soon(cancel => Browser.WaitForAsync($"(({expression}) || null)", cancel));

    /// <summary>Types into the fields of the form that has the last of them, and submits it with its button.</summary>
    /// <param name="fields">Selectors and values.</param>
    public Task SubmitAsync(params (string Selector, string Value)[] fields) => SubmitWithAsync(null, fields);

    /// <summary>The same with a certain button.</summary>
    public Task SubmitWithAsync(string? button, params (string Selector, string Value)[] fields)
    {
        StringBuilder script = new("let field;");
        foreach ((string selector, string value) in fields)
        {
            script.Append(CultureInfo.InvariantCulture, $"field = document.querySelector({Quote(selector)}); field.value = {Quote(value)}; field.dispatchEvent(new Event('input', {{ bubbles: true }}));");
            script.Append("field.dispatchEvent(new Event('change', { bubbles: true }));");
        }

        script.Append(button is null
            ? "(field.form.querySelector('button:not([type=button]), input[type=submit], input[type=image]') ?? { click: () => field.form.submit() }).click();"
            : string.Create(CultureInfo.InvariantCulture, $"document.querySelector({Quote(button)}).click();"));
        return LeaveAsync(script.ToString());
    }

    /// <summary>A string as JavaScript has it.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text);

    /// <summary>Writes the file of this front end.</summary>
    /// <param name="remarks">What was recorded.</param>
    public void Save(params string[] remarks)
    {
        lock (_lock)
        {
            string path = Path.Combine(Folder(), _family + ".http");
            File.WriteAllText(path, RecordedFile.Write([.. remarks, "Recorded, not written: see docs/waf.md. The form of this file: RecordedFile.cs."], _requests));
            Assert.Equal(_requests.Select(Key), RecordedFile.Read(File.ReadAllText(path)).Select(Key));
            TestContext.Current.TestOutputHelper?.WriteLine($"{_family}: {_requests.Count} requests, {new FileInfo(path).Length} bytes; {_tooLong} longer ones left out");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        await _proxy.DisposeAsync();
        _patience.Dispose();
    }

    /// <summary>One thing that a visitor does; a page that hangs ends the recording soon.</summary>
    private async Task Soon(Func<CancellationToken, Task> act)
    {
        using CancellationTokenSource soon = CancellationTokenSource.CreateLinkedTokenSource(_patience.Token);
        soon.CancelAfter(TimeSpan.FromMinutes(1));
        await act(soon.Token);
    }

    private void Keep(byte[] bytes)
    {
        int head = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        string[] lines = Encoding.UTF8.GetString(bytes, 0, head).Split("\r\n");
        byte[] body = bytes[(head + 4)..];
        lock (_lock)
        {
            if (!_seen.Add(Boundary().Replace($"{lines[0]} {Encoding.Latin1.GetString(body)}", "-"))) return;
            if (lines.Any(l => AssetDestination().IsMatch(l)) && ++_assets > MaxAssets) return;
            if (body.Length > MaxBody)
            {
                _tooLong++;
                return;
            }

            _requests.Add(new RecordedRequest($"{_family}/{_step}/{_requests.Count + 1}", lines[0], lines[1..], body));
        }
    }

    private static string Key(RecordedRequest request) => $"{request.Name}\n{request.Line}\n{string.Join('\n', request.Fields)}\n{Convert.ToBase64String(request.Body)}";

    /// <summary>A browser with a window calls itself so; the headless one says "HeadlessChrome", which no visitor's does.</summary>
    private static string AgentSwitch(string version) =>
        $"--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36";

    private static string Folder([CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "Breakwater.Waf.Tests", "Harmless", "recorded");

    [GeneratedRegex("----WebKitFormBoundary[0-9A-Za-z]+")]
    private static partial Regex Boundary();

    [GeneratedRegex("^Sec-Fetch-Dest: (script|style|image|font)$")]
    private static partial Regex AssetDestination();
}
