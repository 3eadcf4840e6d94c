using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Waf;
using Breakwater.Waf.Engine;

namespace Breakwater.Waf.Ftw;

/// <summary>
/// An edge of its own on the loopback interface, whole, with the rules under test before an origin such as the Core Rule Set's tests ask for.
/// Requests go to its listener as bytes. Thread-safe.
/// </summary>
internal sealed class FtwListener : IFtwTarget, IAsyncDisposable
{
    /// <summary>A test's request is over sooner, or nobody ends it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[] SetupNames = ["crs-setup.conf", "crs-setup.conf.example"];

    // What the tests of the Core Rule Set ask for (tests/regression/README.md there), under the names of CRS 4 and of CRS 3: every paranoia level,
    // and limits low enough that tests reach them.
    private const string SuiteSettings = """
        SecAction "id:900005,phase:1,nolog,pass,\
            setvar:tx.blocking_paranoia_level=4,setvar:tx.detection_paranoia_level=4,setvar:tx.paranoia_level=4,setvar:tx.executing_paranoia_level=4,\
            setvar:tx.crs_validate_utf8_encoding=1,setvar:tx.arg_name_length=100,setvar:tx.arg_length=400,\
            setvar:tx.total_arg_length=64000,setvar:tx.max_num_args=255,setvar:tx.max_file_size=64100,setvar:tx.combined_file_sizes=65535"

        """;

    private readonly AlbedoServer _origin;
    private readonly DirectoryInfo _directory;
    private readonly ConcurrentDictionary<int, List<string>> _logs = new();
    private Edge.Edge? _edge;

    private FtwListener(AlbedoServer origin, DirectoryInfo directory)
    {
        _origin = origin;
        _directory = directory;
    }

    /// <summary>Starts it with rules that find everything that they can, and refuse nothing.</summary>
    /// <param name="rules">The rules' directory.</param>
    /// <param name="setup">Settings that are read before them; null = the rules' own, and those of the suite.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="ConfigurationException">The rules cannot be compiled.</exception>
    public static Task<FtwListener> StartAsync(string rules, string? setup, CancellationToken cancel) =>
        StartAsync(
            directory =>
            {
                File.WriteAllText(Path.Combine(directory, "test.conf"), Compose(Path.GetFullPath(rules), setup is null ? null : Path.GetFullPath(setup)));
                return new WafConfig
                {
                    Rules = new WafRulesSource(WafRulesKind.Directory, directory),
                    Mode = WafMode.Detect,
                    Paranoia = 4,
                    InspectResponses = true,
                };
            },
            cancel);

    /// <summary>Starts it with a firewall as a zone has it.</summary>
    public static Task<FtwListener> StartAsync(WafConfig waf, CancellationToken cancel) => StartAsync(_ => waf, cancel);

    private static async Task<FtwListener> StartAsync(Func<string, WafConfig> waf, CancellationToken cancel)
    {
        var listener = new FtwListener(new AlbedoServer(), Directory.CreateTempSubdirectory("breakwater-waf-test-"));
        try
        {
            listener._edge = await Edge.Edge.StartAsync(listener.Config(waf(listener._directory.FullName)), new EdgeOptions(), cancel).ConfigureAwait(false);
            listener._edge.Stores.Waf.Observer = listener.OnFinished;
            return listener;
        }
        catch
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<FtwAnswer> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        byte[] answer = [];
        int port = 0;
        try
        {
            await socket.ConnectAsync(_edge!.EndPoints[0], patience.Token).ConfigureAwait(false);
            port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            _logs.TryRemove(port, out _);
            await SendAllAsync(socket, request, patience.Token).ConfigureAwait(false);
            answer = await ReceiveAllAsync(socket, patience.Token).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is SocketException or IOException || (broken is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // No answer is one, too.
        }

        bool reached = _logs.TryRemove(port, out List<string>? log);
        (int status, string body) = Parse(Encoding.Latin1.GetString(answer));
        return new FtwAnswer(status, reached, log ?? [], body);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_edge is not null)
        {
            await _edge.DisposeAsync().ConfigureAwait(false);
        }

        _origin.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>One file that reads the others in their order.</summary>
    private static string Compose(string rules, string? setup)
    {
        var text = new StringBuilder();
        string? own = SetupNames.Select(name => Path.Combine(rules, name)).Append(DebianSetupOf(rules)).FirstOrDefault(File.Exists);
        if ((setup ?? own) is { } first)
        {
            text.Append("Include \"").Append(first).Append("\"\n");
        }

        text.Append(setup is null ? SuiteSettings : "");
        bool isRelease = Directory.Exists(Path.Combine(rules, "rules"));
        return text.Append("Include \"").Append(isRelease ? Path.Combine(rules, "rules") : rules).Append("/*.conf\"\n").ToString();
    }

    /// <summary>Debian's package puts the settings elsewhere than the rules.</summary>
    private static string? DebianSetupOf(string rules) =>
        Path.Combine(rules, "rules") == WafRuleFiles.DebianRules ? Path.Combine(WafRuleFiles.DebianSetup, SetupNames[0]) : null;

    private BreakwaterConfig Config(WafConfig waf) => new()
    {
        Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)), Protocols = ListenerProtocols.H1 }],
        Limits = new LimitsConfig { MaxHeadSize = 128 * 1024, MaxLineSize = 64 * 1024, MaxTargetSize = 64 * 1024, MaxHeaderCount = 1000 },
        Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
        DataDirectory = _directory.FullName,
        Zones =
        [
            new ZoneConfig
            {
                Name = "test",
                Origins = [new OriginConfig { Url = new OriginAddress(IsTls: false, "127.0.0.1", _origin.Port) }],
                Outlier = new OutlierConfig { ConsecutiveFailures = 0 },
                Waf = waf,
            },
        ],
    };

    private void OnFinished(Exchange exchange, WafTransaction transaction)
    {
        List<string> log = _logs.GetOrAdd(exchange.Connection.PeerPort, static _ => []);
        lock (log)
        {
            foreach (WafMatch match in transaction.Matches)
            {
                log.Add(FtwLogLine.Of(transaction, match));
            }
        }
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, cancel).ConfigureAwait(false)..];
        }

        // A request that says that more is coming than does is over all the same.
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> ReceiveAllAsync(Socket socket, CancellationToken cancel)
    {
        var received = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer, cancel).ConfigureAwait(false)) > 0)
            {
                received.Write(buffer, 0, count);
            }
        }
        catch (SocketException)
        {
            // Reset after the answer: what came is what counts.
        }

        return received.ToArray();
    }

    /// <summary>The status of the first final response, and everything behind its head.</summary>
    private static (int Status, string Body) Parse(string text)
    {
        while (text.StartsWith("HTTP/1.", StringComparison.Ordinal) && text.Length > 12)
        {
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            int status = int.TryParse(text.AsSpan(9, 3), out int parsed) ? parsed : 0;
            if (status is < 100 or >= 200 || end < 0)
            {
                return (status, end < 0 ? "" : text[(end + 4)..]);
            }

            text = text[(end + 4)..];
        }

        return (0, "");
    }
}
