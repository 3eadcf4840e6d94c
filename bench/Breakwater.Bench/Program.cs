using Breakwater.Bench.SideBySide;

namespace Breakwater.Bench;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is ["micro", ..])
        {
            BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args[1..]);
            return 0;
        }

        var options = BenchOptions.Parse(args, out var message);
        if (options is null)
        {
            Console.Error.WriteLine(message);
            return message == BenchOptions.Usage ? 0 : 2;
        }

        try
        {
            return await Runner.RunAsync(options);
        }
        catch (InvalidRunException invalid)
        {
            Console.Error.WriteLine("bench: " + invalid.Message);
            return 1;
        }
    }
}
