using System.Net;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>
/// A web application of a Debian package on a loopback port, with a directory of its own for all that it writes. Owned by one recording.
/// </summary>
internal sealed class SiteProcess : IAsyncDisposable
{
    private readonly List<ToolProcess> _processes = [];

    /// <summary>The directory of its own.</summary>
    public TemporaryDirectory Directory { get; } = new();

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; } = new(IPAddress.Loopback, ToolProcess.FreePort());

    /// <summary>Skips the test when the application is missing.</summary>
    public static void Require(string folder, string package) =>
        Assert.SkipUnless(System.IO.Directory.Exists(folder), $"{folder} is missing (Debian's package {package})");

    /// <summary>Runs a program to its end.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        (int code, string output) = await ToolProcess.RunAsync(program, arguments, TimeSpan.FromMinutes(2));
        Assert.True(code == 0, output);
    }

    /// <summary>Copies a folder, following links.</summary>
    public static Task CopyAsync(string from, string to) => RunAsync("/bin/sh", "-c", $"mkdir -p '{to}' && {{ cp -rL '{from}/.' '{to}' || true; }}");

    /// <summary>Starts a program beside it.</summary>
    public ToolProcess Start(string program, params IEnumerable<string> arguments)
    {
        ToolProcess process = ToolProcess.Start(program, arguments, Directory.Path);
        _processes.Add(process);
        return process;
    }

    /// <summary>Starts PHP's own web server, as if behind a proxy that ended TLS.</summary>
    /// <param name="root">The site's files.</param>
    /// <param name="prepended">PHP to run before each page.</param>
    /// <param name="environment">Environment variables, <c>NAME=value</c>.</param>
    public async Task StartPhpAsync(string root, string prepended = "", params string[] environment)
    {
        string first = Directory.Write("first.php", $"<?php $_SERVER['HTTPS'] = 'on'; $_SERVER['SERVER_PORT'] = '443'; $_SERVER['SERVER_NAME'] = $_SERVER['HTTP_HOST'];\n{prepended}\n");
        ToolProcess server = Start(
            "/usr/bin/env",
            [
                "PHP_CLI_SERVER_WORKERS=4", .. environment, Tool.Php.PathOrSkip(), "-q", "-d", $"auto_prepend_file={first}", "-d", "display_errors=0", "-d", "opcache.enable_cli=1",
                "-d", $"session.save_path={Directory.Path}", "-d", $"sys_temp_dir={Directory.Path}", "-S", Endpoint.ToString(), "-t", root,
            ]);
        await server.WaitForListenerAsync(Endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ToolProcess process in Enumerable.Reverse(_processes)) await process.DisposeAsync();
        Directory.Dispose();
    }
}
