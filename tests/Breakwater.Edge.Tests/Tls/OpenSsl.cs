using System.Diagnostics;

namespace Breakwater.Edge.Tests.Tls;

/// <summary>The openssl program, as a client that is not ours.</summary>
internal static class OpenSsl
{
    /// <summary>Skips the test where the program is missing.</summary>
    public static void Needed() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, "openssl"))),
        "needs openssl: apt-get install openssl");

    /// <summary>Runs it, writes <paramref name="input"/> to it, and returns all that it prints. The input is closed when
    /// <paramref name="until"/> has been printed, for the program ends with its input.</summary>
    public static async Task<string> RunAsync(string input, string until, params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = new System.Text.StringBuilder();
            await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            await process.StandardInput.FlushAsync(patience.Token);
            bool open = true;
            char[] buffer = new char[4096];
            while (await process.StandardOutput.ReadAsync(buffer, patience.Token) is > 0 and int count)
            {
                output.Append(buffer, 0, count);
                if (!open || !output.ToString().Contains(until, StringComparison.Ordinal)) continue;
                process.StandardInput.Close();
                open = false;
            }
            await process.WaitForExitAsync(patience.Token);
            return output.ToString() + await errors;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
