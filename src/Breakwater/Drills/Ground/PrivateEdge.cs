using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Breakwater.Commands;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Ground;

/// <summary>How a private edge is started. Immutable.</summary>
internal sealed record EdgeSettings
{
    /// <summary>A program that becomes the edge, with its arguments, such as one that makes a namespace for it.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Further arguments of <c>run</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a supervisor restarts it when it falls.</summary>
    public bool Supervised { get; init; }

    /// <summary>Whether somebody reads its standard output.</summary>
    public bool OutputIsRead { get; init; } = true;
}

/// <summary>
/// An edge of a drill's own: a real process of this program, with its own configuration and data directory, on ports that the system chooses.
/// Gone after <see cref="DisposeAsync"/>, whatever happens. Thread-safe as far as the process is.
/// </summary>
internal sealed class PrivateEdge : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly HttpClient _admin;
    private bool _isGone;

    private PrivateEdge(ProcessStartInfo start, string config, string data, bool outputIsRead)
    {
        ConfigFile = config;
        Data = data;
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) => Log.Add(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginErrorReadLine();
        if (outputIsRead)
        {
            _process.OutputDataReceived += (_, _) => { };
            _process.BeginOutputReadLine();
        }

        _admin = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = (_, cancel) => ConnectAsync(Path.Combine(data, "admin.sock"), cancel) })
        {
            BaseAddress = new Uri("http://admin"),
            Timeout = Patience,
        };
    }

    /// <summary>What it says.</summary>
    public EdgeLog Log { get; } = new();

    /// <summary>Its configuration file.</summary>
    public string ConfigFile { get; }

    /// <summary>Its data directory.</summary>
    public string Data { get; }

    /// <summary>Its listeners, in configured order.</summary>
    public IReadOnlyList<EndPoint> Listeners { get; private set; } = [];

    /// <summary>From the start of the process until it served.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>Its first listener, without TLS.</summary>
    public Door Door => new(Listeners[0]);

    /// <summary>The process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Whether it lives.</summary>
    public bool IsAlive => !_process.HasExited;

    /// <summary>Processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Physical memory, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts one, and waits until it serves.</summary>
    /// <exception cref="DrillException">It does not start.</exception>
    public static async Task<PrivateEdge> StartAsync(string config, string data, EdgeSettings settings)
    {
        long begun = Stopwatch.GetTimestamp();
        PrivateEdge edge = Begin(config, data, settings);
        try
        {
            await edge.Log.WaitAsync(" is ready: ", Patience);
            edge.ReadyAfter = Stopwatch.GetElapsedTime(begun);
            await edge.Log.WaitAsync("  data ", Patience);
            edge.Listeners = [.. edge.Log.Lines.Where(line => line.Contains("  listens on ", StringComparison.Ordinal)).Select(AddressOf)];
            return edge;
        }
        catch
        {
            await edge.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one that is not expected to serve.</summary>
    public static PrivateEdge Begin(string config, string data, EdgeSettings settings)
    {
        ProcessStartInfo start = EdgeProgram.Start(settings.Before, ["run", .. settings.Supervised ? (ReadOnlySpan<string>)[] : ["--no-supervisor"], "--config", config, "--data", data, .. settings.Arguments]);
        foreach ((string name, string value) in settings.Environment)
        {
            start.Environment[name] = value;
        }

        return new PrivateEdge(start, config, data, settings.OutputIsRead);
    }

    /// <summary>Writes the configuration, as an editor does: to another name, then renamed.</summary>
    public void WriteConfig(string yaml) => DrillFiles.Replace(ConfigFile, yaml);

    /// <summary>Writes the configuration and has it read.</summary>
    public Task<ReloadAnswer> ReloadAsync(string yaml)
    {
        WriteConfig(yaml);
        return ReloadAsync();
    }

    /// <summary>Has the configuration read.</summary>
    public Task<ReloadAnswer> ReloadAsync() => ChangeAsync("/reload");

    /// <summary>Asks for a change.</summary>
    /// <param name="path">The call with its parameters.</param>
    public async Task<ReloadAnswer> ChangeAsync(string path)
    {
        using HttpResponseMessage response = await _admin.PostAsync(new Uri(path, UriKind.Relative), content: null);
        return await response.Content.ReadFromJsonAsync(AdminJson.Plain.ReloadAnswer) ?? throw new DrillException("the answer to the reload is empty");
    }

    /// <summary>What it is doing.</summary>
    public async Task<EdgeStatus> StatusAsync()
    {
        using AdminClient client = new(Data);
        return await client.GetStatusAsync();
    }

    /// <summary>Asks the admin socket.</summary>
    /// <returns>The status, and the body.</returns>
    public async Task<(int Status, string Body)> AdminAsync(string method, string path)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using HttpResponseMessage response = await _admin.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Asks the admin socket for JSON.</summary>
    public async Task<JsonElement> AdminJsonAsync(string path)
    {
        (_, string body) = await AdminAsync("GET", path);
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    /// <summary>The sum of a metric over all its labels, or over those lines that hold a text.</summary>
    public async Task<double> MetricAsync(string name, string label = "")
    {
        (_, string text) = await AdminAsync("GET", "/metrics");
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{' && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>The stage of the generation in force: <c>bake</c>, <c>good</c>.</summary>
    public async Task<string?> StageAsync() => (await AdminJsonAsync("/generations")).GetProperty("live").GetProperty("stage").GetString();

    /// <summary>Waits until the generation in force has proved itself.</summary>
    /// <exception cref="DrillException">It does not.</exception>
    public Task ProvesItselfAsync(TimeSpan? patience = null) =>
        UntilAsync("the generation in force proves itself", async () => await StageAsync() == "good", patience);

    /// <summary>Waits until something is so. Returns how long that took.</summary>
    /// <exception cref="DrillException">It does not become so.</exception>
    public static async Task<TimeSpan> UntilAsync(string what, Func<Task<bool>> isSo, TimeSpan? patience = null)
    {
        long begun = Stopwatch.GetTimestamp();
        using CancellationTokenSource limit = new(patience ?? Patience);
        try
        {
            while (!await isSo().WaitAsync(limit.Token))
            {
                await Task.Delay(20, limit.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new DrillException($"it did not happen that {what}");
        }

        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>Ends it at once, as the kernel does when memory is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitForEndAsync();
    }

    /// <summary>Waits until it has ended by itself. Returns its exit code.</summary>
    public async Task<int> WaitForEndAsync()
    {
        return await ProcessEnd.WaitAsync(_process, Patience) ? _process.ExitCode : throw new DrillException("the edge does not end");
    }

    /// <summary>Ends it politely, and waits until it is gone.</summary>
    public async Task StopAsync()
    {
        await AdminAsync("POST", "/stop?now=true");
        await WaitForEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isGone)
        {
            return;
        }

        _isGone = true;
        _admin.Dispose();
        await ProcessEnd.KillAsync(_process);
        _process.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancel)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The address in a line of the start: <c>listens on http://127.0.0.1:8080  (h1, h2)</c>.</summary>
    private static EndPoint AddressOf(string line)
    {
        string address = line.Split("listens on", 2)[1].Trim().Split(' ')[0];
        return address.StartsWith("unix:", StringComparison.Ordinal) ? new UnixDomainSocketEndPoint(address["unix:".Length..]) : IPEndPoint.Parse(new Uri(address).Authority);
    }
}
