using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Breakwater.Config;
using Breakwater.Edge.Admin;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Generations;
using Breakwater.Hosting;
using Breakwater.Http;
using Breakwater.Rules;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary><c>breakwater explain</c>: why the edge does what it does with a request.</summary>
internal sealed partial class ExplainCommand : Command, IHasExamples
{
    /// <summary>Bytes of a request that are read; heads are smaller, bodies are not looked at.</summary>
    private const int MaxRequest = 1024 * 1024;

    private readonly Argument<string> _request = new("request")
    {
        HelpName = "REQUEST|RAY",
        Description = "A file with a raw HTTP request, - for standard input, or the ray id of a recent request of the running edge.",
    };

    private readonly Option<string?> _config = new("--config") { HelpName = "FILE", Description = "The configuration file. [$BREAKWATER_CONFIG]" };
    private readonly Option<string> _ip = new("--ip")
    {
        HelpName = "ADDR",
        Description = "The address that the request comes from. Default: 192.0.2.1.",
        DefaultValueFactory = _ => "192.0.2.1",
    };

    private readonly Option<bool> _tls = new("--tls") { Description = "The request comes over TLS." };
    private readonly Option<string?> _expression = new("--expression")
    {
        HelpName = "EXPR",
        Description = "Say only whether this expression matches the request. Needs no configuration, unless it names lists.",
    };

    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<bool> _json = CommonOptions.Json();

    public ExplainCommand()
        : base("explain", "Shows a request's way through the rules: each rule with what it saw and did, counters, verdict, origin. Sends nothing.")
    {
        _ip.Validators.Add(result =>
        {
            if (!IPAddress.TryParse(result.Tokens.Count > 0 ? result.Tokens[0].Value : "", out _) && result.Tokens.Count > 0)
            {
                result.AddError($"'{result.Tokens[0].Value}' is no IP address");
            }
        });
        Add(_request);
        Add(_config);
        Add(_ip);
        Add(_tls);
        Add(_expression);
        Add(_data);
        Add(_json);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples =>
    [
        "breakwater explain --config breakwater.yaml --ip 203.0.113.9 request.txt",
        "breakwater explain 9f3c52d1a07be846                                        what a block page's ray id stands for",
        "breakwater explain --expression \"ip.src in {192.0.2.0/24}\" request.txt",
    ];

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        string name = parsed.GetValue(_request)!;
        if (parsed.GetValue(_expression) is null && Ray().IsMatch(name) && !File.Exists(name))
        {
            return await ExplainRayAsync(parsed, name);
        }

        if (Read(name) is not { } request)
        {
            return ExitCode.Problem;
        }

        ExplainedClient client = new(ClientAddress.From(IPAddress.Parse(parsed.GetValue(_ip)!)), parsed.GetValue(_tls));
        ConfigOverrides flags = parsed.GetValue(_config) is { } file ? ConfigOverrides.None.With(ConfigSetting.Config, file, "--config") : ConfigOverrides.None;
        ConfigSource source = ConfigSource.From(flags);
        if (!source.NamesSite && parsed.GetValue(_expression) is null)
        {
            CommandLine.Complain("no configuration file is named", "name one with --config FILE");
            return ExitCode.Usage;
        }

        if ((source.NamesSite ? Read(source) : new BreakwaterConfig()) is not { } config)
        {
            return ExitCode.Problem;
        }

        using OfflineEdge edge = new(config);
        if (edge.Generation is null)
        {
            return Refuse(edge.Diagnostics);
        }

        return parsed.GetValue(_expression) is { } expression
            ? Match(edge, expression, request, client, parsed.GetValue(_json))
            : Explain(edge, request, client, parsed.GetValue(_json));
    }

    private static int Explain(OfflineEdge edge, byte[] request, ExplainedClient client, bool json)
    {
        Explanation explanation = edge.Explain(request, client);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(explanation, AdminJson.Plain.Explanation));
        }
        else
        {
            ExplanationReport.Write(explanation, Console.Out, Palette.Output);
        }

        return ExitCode.Ok;
    }

    private static int Match(OfflineEdge edge, string expression, byte[] request, ExplainedClient client, bool json)
    {
        ExpressionDiagnostic? wrong = edge.Match(expression, request, client, out bool matched, out HttpViolation? problem);
        if (wrong is not null)
        {
            Console.Error.WriteLine(wrong.Render(expression));
            return ExitCode.Problem;
        }

        if (problem is { } violation)
        {
            CommandLine.Complain(
                violation == HttpViolation.None ? "the request's head is not complete" : $"the request is malformed ({violation})",
                "an edge refuses it before any expression sees it; explain it without --expression");
            return ExitCode.Problem;
        }

        string word = matched ? "true" : "false";
        Console.Out.WriteLine(json ? $"{{\"matched\":{word}}}" : $"matched: {word}");
        return ExitCode.Ok;
    }

    private async Task<int> ExplainRayAsync(ParseResult parsed, string ray)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        if (await client.ExplainAsync(ray) is not { } explanation)
        {
            CommandLine.Complain(
                $"no event of ray {ray} is kept",
                "rules did nothing with that request, it is too long ago, or its rule had too many events at that time; save the request and explain the file");
            return ExitCode.Problem;
        }

        if (parsed.GetValue(_json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(explanation, AdminJson.Plain.RayExplanation));
        }
        else
        {
            ExplanationReport.Write(explanation, Console.Out, Palette.Output);
        }

        return ExitCode.Ok;
    }

    private static BreakwaterConfig? Read(ConfigSource source)
    {
        GenerationDocument read = source.Read();
        if (read.Config is null)
        {
            Refuse(read.Diagnostics);
        }

        return read.Config;
    }

    private static int Refuse(IReadOnlyList<ConfigDiagnostic> diagnostics)
    {
        foreach (ConfigDiagnostic diagnostic in diagnostics)
        {
            Diagnostics.Write(diagnostic, Console.Error);
        }

        CommandLine.Complain("the configuration cannot be used", "mend what is wrong above");
        return ExitCode.Problem;
    }

    private static byte[]? Read(string name)
    {
        try
        {
            using Stream stream = name == "-" ? Console.OpenStandardInput() : File.OpenRead(name);
            byte[] room = new byte[MaxRequest];
            int length = stream.ReadAtLeast(room, MaxRequest, throwOnEndOfStream: false);
            return RequestText.ToWire(room.AsSpan(0, length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            CommandLine.Complain($"'{name}' cannot be read: {e.Message.TrimEnd('.')}", "name a file with a request, - for standard input, or a ray id of 16 hex digits");
            return null;
        }
    }

    [GeneratedRegex("^[0-9a-fA-F]{16}$")]
    private static partial Regex Ray();
}
