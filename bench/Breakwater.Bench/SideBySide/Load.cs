using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Breakwater.Bench.SideBySide;

/// <summary>What a load generator saw in one run.</summary>
/// <param name="Requests">Complete responses with status 2xx.</param>
/// <param name="RequestsPerSecond">Over the whole run.</param>
/// <param name="P50Milliseconds">Median of the time from request to response.</param>
/// <param name="P99Milliseconds">99th percentile of it.</param>
internal sealed record LoadResult(long Requests, double RequestsPerSecond, double P50Milliseconds, double P99Milliseconds);

/// <summary>Runs wrk and h2load and reads what they print. Stateless. Any error a generator reports makes the run invalid.</summary>
internal static partial class Load
{
    /// <summary>wrk takes a response that comes later for an error; its own two seconds are too few for a form of 1 MiB in some firewalls.</summary>
    private const int TimeoutSeconds = 60;

    /// <summary>With the request line, Host and what TLS or h2 replace: what a browser sends for a small resource, about 750 bytes.</summary>
    public static IReadOnlyList<(string Name, string Value)> BrowserFields { get; } =
    [
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"),
        ("Accept-Language", "en-GB,en;q=0.9,de;q=0.8"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Referer", "https://shop.example.com/catalogue/lamps?sort=price&page=3"),
        ("Cookie", "session=4b3f9a2e7c1d4e5f8a6b; consent=necessary.statistics; _ga=GA1.2.1234567890.1700000000; basket=3-items-17f3a9"),
        ("Sec-Fetch-Dest", "document"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Cache-Control", "max-age=0"),
    ];

    public const string Path = "/catalogue/lamps/desk-lamp-brass?colour=brass&ref=search&utm_source=newsletter";

    /// <summary>What stands in texts of which no two requests, or visitors, have the same: as many digits.</summary>
    public const string Own = "00000000";

    /// <summary>How many requests a visitor sends through the rules of a firewall before the next one comes: a page and what belongs to it.</summary>
    public const int RequestsPerVisitor = 8;

    /// <summary>As <see cref="Path"/>, of each request its own.</summary>
    public const string OwnPath = $"/catalogue/lamps/desk-lamp-{Own}?colour=brass&ref=search&utm_source=newsletter&q=brass+lamp+{Own}";

    /// <summary>Fields that take the place of <see cref="BrowserFields"/>, of each visitor his own.</summary>
    public static readonly (string Name, string Value)[] OwnFields =
    [
        ("Referer", $"https://shop.example.com/catalogue/lamps?sort=price&page={Own}"),
        ("Cookie", $"session=4b3f9a2e7c1d{Own}; consent=necessary.statistics; _ga=GA1.2.12{Own}.1700000000; basket=3-items-{Own}"),
    ];

    public static Task<LoadResult> RunAsync(BenchCase one, PeerPorts ports, int connections, int seconds, Workspace workspace, CancellationToken stop) => one switch
    {
        BenchCase.Http1Tls => WrkAsync($"https://127.0.0.1:{ports.Tls}{Path}", connections, seconds, stop),
        BenchCase.Http2Tls => H2LoadAsync($"https://127.0.0.1:{ports.Tls}{Path}", connections, seconds, workspace, stop),
        _ => WrkAsync($"http://127.0.0.1:{ports.Plain}{Path}", one.Connections(connections), seconds, stop, Script(one, workspace)),
    };

    /// <summary>
    /// A form of exactly so many bytes, such as people fill in: names, numbers, an address, and prose, in fields that grow with it, each with
    /// <see cref="Own"/> in it; nothing that a rule should find.
    /// </summary>
    public static string Form(int bytes)
    {
        const int Fields = 32;
        const string Prose = "The+lamp+came+well+packed+on+Tuesday%2C+and+the+brass+looks+as+it+does+in+the+picture.+We+put+it+beside+the+window+and+read+by+it+every+evening.+";
        var form = new System.Text.StringBuilder($"name=Ada+Lovelace+{Own}&street={Own}+Harbour+Lane&town=Whitby&order={Own}&stars=5");
        for (var i = 0; i < Fields; i++)
        {
            var until = bytes * (i + 1) / Fields;
            if (until - form.Length < 32)
                continue;
            form.Append(CultureInfo.InvariantCulture, $"&remark{i}={Own}+");
            while (form.Length < until)
                form.Append(Prose.AsSpan(0, Math.Min(Prose.Length, until - form.Length)));

            // Not in the middle of an escape.
            for (var at = form.Length - 2; at < form.Length; at++)
            {
                if (form[at] == '%')
                    form[at] = 'x';
            }
        }

        while (form.Length < bytes)
            form.Append('x');
        return form.ToString();
    }

    /// <summary>The same as JSON: an order with its remarks.</summary>
    public static string Json(int bytes)
    {
        const string Prose = "The lamp came well packed on Tuesday, and the brass looks as it does in the picture. We put it beside the window and read by it every evening. ";
        const string End = "\"]}";
        var json = new System.Text.StringBuilder($$"""{"name":"Ada Lovelace {{Own}}","address":{"street":"{{Own}} Harbour Lane","town":"Whitby"},"order":"{{Own}}","stars":5,"gift":true,"remarks":["{{Own}} """);
        while (json.Length < bytes - End.Length)
            json.Append(Prose.AsSpan(0, Math.Min(Prose.Length, bytes - End.Length - json.Length)));
        return json.Append(End).ToString();
    }

    /// <summary>What the requests of a case send; empty for a GET.</summary>
    public static string Body(BenchCase one) => one.BodyBytes() == 0 ? "" : one == BenchCase.WafJson1K ? Json(one.BodyBytes()) : Form(one.BodyBytes());

    /// <summary>The Content-Type of that.</summary>
    public static string BodyType(BenchCase one) => one == BenchCase.WafJson1K ? "application/json" : "application/x-www-form-urlencoded";

    /// <summary>
    /// What makes wrk send requests through the rules of a firewall, no two the same: one that has seen a value before may know it, and whoever sends the
    /// same request again and again measures that alone. Null for cases without a firewall.
    /// </summary>
    private static string? Script(BenchCase one, Workspace workspace)
    {
        if (!one.Duty().Firewall)
            return null;
        var body = workspace.WriteFile($"{one.Name()}.body", Body(one));
        var fields = string.Concat(OwnFields.Select(field => $"local own_{field.Name} = \"{field.Value}\"\n"));
        var set = string.Concat(OwnFields.Select(field => $"    wrk.headers[\"{field.Name}\"] = own_{field.Name}:gsub(\"{Own}\", visitor)\n"));
        return workspace.WriteFile($"{one.Name()}.lua", $$"""
            local file = io.open("{{body}}", "rb")
            local text = file:read("*a")
            file:close()
            {{fields}}
            local count = 10000000
            if #text > 0 then
                wrk.method = "POST"
                wrk.headers["Content-Type"] = "{{BodyType(one)}}"
            end

            function request()
                count = count + 1
                local visitor = string.format("%08d", math.floor(count / {{RequestsPerVisitor}}))
            {{set}}
                local number = string.format("%08d", count)
                local path = string.gsub("{{OwnPath}}", "{{Own}}", number)
                local body = #text > 0 and string.gsub(text, "{{Own}}", number) or nil
                return wrk.format(nil, path, nil, body)
            end

            """);
    }

    private static async Task<LoadResult> WrkAsync(string url, int connections, int seconds, CancellationToken stop, string? script = null)
    {
        List<string> arguments = ["-t", "1", "-c", $"{connections}", "-d", $"{seconds}", "--timeout", $"{TimeoutSeconds}", "--latency", .. FieldArguments(), url];
        if (script is not null)
            arguments.InsertRange(0, ["-s", script]);
        var text = await OutputAsync("wrk", arguments, seconds, stop);
        if (SocketErrors().Match(text) is { Success: true } errors)
            throw new InvalidRunException("wrk saw " + errors.Value);
        if (Non2xx().Match(text) is { Success: true } statuses)
            throw new InvalidRunException("wrk saw " + statuses.Value);
        var requests = long.Parse(WrkRequests().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
        if (requests == 0)
            throw new InvalidRunException($"no response came within {seconds} s: give it more with --seconds and --warmup");
        return new LoadResult(
            requests,
            Real(WrkRate().Match(text).Groups[1].Value),
            Milliseconds(WrkP50().Match(text)),
            Milliseconds(WrkP99().Match(text)));
    }

    /// <summary>A quarter as many connections with four streams in flight each: as many requests in flight as in the other cases.</summary>
    private static async Task<LoadResult> H2LoadAsync(string url, int connections, int seconds, Workspace workspace, CancellationToken stop)
    {
        var log = System.IO.Path.Combine(workspace.Directory, "h2load.log");
        File.Delete(log);
        List<string> arguments =
        [
            "-t", "1", "-c", $"{connections / 4}", "-m", "4", "-D", $"{seconds}", $"--log-file={log}", .. FieldArguments(), url,
        ];
        var text = await OutputAsync("h2load", arguments, seconds, stop);
        if (!text.Contains("TLS Protocol: TLSv1.3", StringComparison.Ordinal) || !text.Contains("Application protocol: h2", StringComparison.Ordinal))
            throw new InvalidRunException("h2load did not speak HTTP/2 over TLS 1.3:\n" + text);
        var counts = H2LoadCounts().Match(text);
        if (!counts.Success || counts.Groups[2].Value != "0" || counts.Groups[3].Value != "0" || counts.Groups[4].Value != "0")
            throw new InvalidRunException("h2load saw errors: " + counts.Value);

        var succeeded = long.Parse(counts.Groups[1].Value, CultureInfo.InvariantCulture);
        var statuses = H2LoadStatuses().Match(text);
        if (statuses.Groups[1].Value != counts.Groups[1].Value)
            throw new InvalidRunException("h2load saw " + statuses.Value);

        // One line a request: start, status, microseconds it took.
        var times = File.ReadLines(log).Select(line => long.Parse(line.AsSpan(line.LastIndexOf('\t') + 1), CultureInfo.InvariantCulture)).Order().ToArray();
        return new LoadResult(succeeded, (double)succeeded / seconds, times[times.Length / 2] / 1000.0, times[times.Length * 99 / 100] / 1000.0);
    }

    private static IEnumerable<string> FieldArguments()
    {
        foreach (var (name, value) in BrowserFields)
        {
            yield return "-H";
            yield return $"{name}: {value}";
        }
    }

    private static async Task<string> OutputAsync(string program, List<string> arguments, int seconds, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds + 30));
        try
        {
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var text = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? text : throw new InvalidRunException($"{program} ended with code {process.ExitCode}: {await error}{text}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            stop.ThrowIfCancellationRequested();
            throw new InvalidRunException($"{program} did not end in time");
        }
    }

    private static double Real(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double Milliseconds(Match match) => Real(match.Groups[1].Value) * match.Groups[2].Value switch
    {
        "us" => 0.001,
        "ms" => 1,
        _ => 1000,
    };

    [GeneratedRegex(@"Socket errors: .*")]
    private static partial Regex SocketErrors();

    [GeneratedRegex(@"Non-2xx or 3xx responses: .*")]
    private static partial Regex Non2xx();

    [GeneratedRegex(@"(\d+) requests in ")]
    private static partial Regex WrkRequests();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex WrkRate();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex WrkP50();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex WrkP99();

    [GeneratedRegex(@"requests: .* (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout")]
    private static partial Regex H2LoadCounts();

    [GeneratedRegex(@"status codes: (\d+) 2xx, .*")]
    private static partial Regex H2LoadStatuses();
}
