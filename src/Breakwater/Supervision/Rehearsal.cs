using System.Net;
using System.Net.Sockets;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge;
using Breakwater.Edge.Admin;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Hosting;
using Breakwater.Logging;
using Breakwater.Terminal;
using Breakwater.Waf.Ftw;
using Microsoft.Extensions.Logging;
using TheEdge = Breakwater.Edge.Edge;

namespace Breakwater.Supervision;

/// <summary>
/// What a process does before it is needed: it reads and compiles the configuration, serves some requests of its own on a loopback port, from an
/// origin of its own, and starts from what an edge had kept. Nobody outside notices: no origin, no log and no file of the edge in force is touched.
/// When its turn comes, it starts as any edge does, and every part of that has run before: what .NET loads, compiles and optimises is there. Stateless.
/// </summary>
internal static class Rehearsal
{
    // .NET compiles a method anew, optimised, after 30 calls.
    private const int Rounds = 60;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private static readonly byte[][] Requests =
    [
        .. new[]
        {
            "GET / HTTP/1.1\r\nHost: {0}\r\nUser-Agent: rehearsal/1.0\r\nAccept: text/html,*/*;q=0.8\r\nAccept-Encoding: gzip, br\r\nCookie: a=b; c=d\r\n\r\n",
            "GET /some/path?with=query&and=more HTTP/1.1\r\nHost: {0}\r\nUser-Agent: rehearsal/1.0\r\nReferer: https://{0}/\r\nIf-None-Match: \"x\"\r\n\r\n",
            "POST /form HTTP/1.1\r\nHost: {0}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\n\r\nname=value1",
            "HEAD /?q=%3Cscript%3Ealert(1)%3C/script%3E HTTP/1.1\r\nHost: {0}\r\n\r\n",
            "GET /nothing HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n",
        }.Select(text => Encoding.ASCII.GetBytes(text.Replace("{0}", "rehearsal.invalid", StringComparison.Ordinal))),
    ];

    /// <summary>Rehearses. Returns what is wrong with the configuration; null when nothing is. Anything else that goes wrong is left to the real start.</summary>
    public static async Task<string?> RunAsync(ConfigSource source)
    {
        string? problem = null;
        try
        {
            using CancellationTokenSource bound = new(Bound);
            GenerationDocument document = source.Read();
            if (document.Config is { } read)
            {
                FlightFiles.Prepare(EdgeProcess.DirectoryOf(read));
            }

            IReadOnlyList<ConfigDiagnostic> found = document.Config is { } config ? TrialCompilation.Run(config) : document.Diagnostics;
            problem = found.FirstOrDefault(one => one.Severity == DiagnosticSeverity.Error)?.ToString();
            await ServeAsync(document.Config is { } usable && problem is null ? usable : new BreakwaterConfig(), bound.Token);
            await StartAgainAsync(bound.Token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or InvalidOperationException or OperationCanceledException or ConfigurationException)
        {
            // It will be a little slower.
        }

        GC.Collect();
        return problem;
    }

    private static async Task ServeAsync(BreakwaterConfig config, CancellationToken cancel)
    {
        using AlbedoServer origin = new();
        OriginConfig address = new() { Url = new OriginAddress(IsTls: false, "127.0.0.1", origin.Port) };
        ZoneConfig zone = config.Zones.Count > 0 ? config.Zones[0] : new ZoneConfig { Name = "rehearsal", Origins = [address] };
        BreakwaterConfig stage = Apart(config) with { Zones = [zone with { Hosts = [HostPattern.Any], Origins = [address], Health = null, RedirectToHttps = null }] };
        await using TheEdge edge = await TheEdge.StartAsync(stage, new EdgeOptions(), cancel);
        for (int round = 0; round < Rounds; round++)
        {
            await VisitAsync(edge.EndPoints[0], cancel);
        }
    }

    /// <summary>
    /// Starts as an edge does that finds what another one kept, and says what that one says. In a directory of its own, and without the configuration: that
    /// may name private keys, which are kept too.
    /// </summary>
    private static async Task StartAgainAsync(CancellationToken cancel)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("breakwater-rehearsal-");
        try
        {
            BreakwaterConfig stage = Apart(new BreakwaterConfig());
            for (int start = 0; start < 2; start++)
            {
                using ConsoleLog log = new(TextWriter.Null, LogLineFormat.ForStandardError(Palette.Error), LogLevel.Trace, TimeProvider.System);
                using LoggerFactory loggers = EdgeProcess.LoggersOf(log);
                EdgeOptions options = new() { Loggers = loggers, Store = GenerationStore.Open(directory.FullName, loggers), DataDirectory = directory.FullName };
                await using TheEdge edge = await TheEdge.StartAsync(stage, options, cancel);
                EdgeStatus status = StatusSnapshot.Take(edge, stage, new ProcessFacts(EdgeState.Ready, DateTimeOffset.UnixEpoch, TimeSpan.Zero, null, directory.FullName));
                foreach (string line in StartupReport.Lines(status, admin: null, Palette.Error))
                {
                    log.WriteLine(line);
                }
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>A configuration without what anybody outside would notice.</summary>
    private static BreakwaterConfig Apart(BreakwaterConfig config) => config with
    {
        Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)), Protocols = ListenerProtocols.H1 | ListenerProtocols.H2 }],
        Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
        Metrics = new MetricsConfig(),
    };

    /// <summary>One connection with a few requests, the last of which ends it.</summary>
    private static async Task VisitAsync(EndPoint address, CancellationToken cancel)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, cancel);
        byte[] buffer = new byte[16 * 1024];
        foreach (byte[] request in Requests)
        {
            await socket.SendAsync(request, cancel);
            if (await socket.ReceiveAsync(buffer, cancel) == 0)
            {
                return;
            }
        }

        while (await socket.ReceiveAsync(buffer, cancel) > 0)
        {
        }
    }
}
