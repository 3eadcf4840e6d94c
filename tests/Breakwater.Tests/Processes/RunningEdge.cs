using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Breakwater.Tests.Processes;

/// <summary>A <c>breakwater run</c> that serves, with a data directory of its own that goes with it.</summary>
internal sealed partial class RunningEdge : IAsyncDisposable
{
    private readonly string _directory;

    private RunningEdge(BreakwaterProcess process, string directory, Uri? url)
    {
        Process = process;
        _directory = directory;
        Url = url;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = url, Timeout = BreakwaterProcess.Patience };
    }

    public BreakwaterProcess Process { get; }

    /// <summary>Its first TCP listener.</summary>
    public Uri? Url { get; }

    /// <summary>A visitor.</summary>
    public HttpClient Http { get; }

    public string Data => Path.Combine(_directory, "data");

    /// <summary>Starts it on a port that the system chooses, and waits until it serves.</summary>
    public static Task<RunningEdge> StartAsync(params string[] arguments) => StartAsync(BreakwaterProcess.Program, ["--listen", "127.0.0.1:0", .. arguments]);

    /// <summary>The same, started by some program, with variables set.</summary>
    public static Task<RunningEdge> StartAsync(string program, string[] arguments, params (string Name, string? Value)[] environment) =>
        StartThroughAsync(program, [], arguments, environment);

    /// <summary>The same, started by some program with arguments of its own.</summary>
    public static async Task<RunningEdge> StartThroughAsync(string program, string[] before, string[] arguments, params (string Name, string? Value)[] environment)
    {
        string directory = Directory.CreateTempSubdirectory("breakwater-run-").FullName;
        string data = Path.Combine(directory, "data");
        BreakwaterProcess process = BreakwaterProcess.Start(
            program, [.. before, "run", "--log-access", "off", .. arguments], [("BREAKWATER_DATA", data), .. environment]);
        try
        {
            await process.WaitForLineAsync(" is ready: ");
            string line = await process.WaitForLineAsync("listens on");
            Match url = Address().Match(line);
            await process.WaitForLineAsync("  data ");
            return new RunningEdge(process, directory, url.Success ? new Uri(url.Value) : null);
        }
        catch
        {
            await process.DisposeAsync();
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <summary>Runs a command against it.</summary>
    public Task<ProcessResult> RunAsync(params string[] arguments) => BreakwaterProcess.RunAsync([.. arguments, "--data", Data]);

    /// <summary>What <c>status --json</c> says.</summary>
    public async Task<JsonElement> GetStatusAsync()
    {
        ProcessResult result = await RunAsync("status", "--json");
        Assert.Equal(0, result.ExitCode);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    /// <summary>Asks the admin socket.</summary>
    public HttpClient Admin() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(Data, "admin.sock")), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://admin"), Timeout = BreakwaterProcess.Patience };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Address();
}

/// <summary>Tests that start processes run one after the other: each of them is several programs at work already.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessCollection
{
    public const string Name = "processes";
}
