using System.Globalization;
using System.Net;
using Breakwater.Drills.Ground;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Breakwater.Drills.Scenarios;

/// <summary>
/// An edge without guards, to show a scenario against: a plain server in a process of its own, with one module written the way that led to the outage. It is no
/// Breakwater with something switched off, and it stands in for nobody's real software; it answers in place of an origin. It ends with its
/// standard input.
/// </summary>
internal static class StandIn
{
    /// <summary>Serves until <paramref name="input"/> ends. The first line of the output is the port; commands come as lines.</summary>
    /// <param name="which">Its name; a port to listen on may follow, after a colon.</param>
    /// <param name="input">Commands for its module.</param>
    /// <param name="output">The port, and a line for each command that was taken.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string which, TextReader input, TextWriter output)
    {
        (string name, int port) = which.Split(':') is [var first, var second] && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out int wanted) ? (first, wanted) : (which, 0);
        if (StandInModules.Find(name) is not { } module)
        {
            await Console.Error.WriteLineAsync($"there is no stand-in '{name}'");
            return 2;
        }

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1));
        await using WebApplication app = builder.Build();
        app.Run(context => AnswerAsync(context, module));
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        await output.WriteLineAsync(new Uri(address).Port.ToString(CultureInfo.InvariantCulture));
        await output.FlushAsync();
        while (await input.ReadLineAsync() is { } command)
        {
            module.Take(command);
            await output.WriteLineAsync("done");
            await output.FlushAsync();
        }

        return 0;
    }

    private static Task AnswerAsync(HttpContext context, IStandInModule module)
    {
        int status;
        try
        {
            status = module.Judge(context.Request);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // As a server without an exception boundary around its modules answers.
            status = 500;
        }

        return status == 200 ? DrillOrigin.AnswerWellAsync(context) : DrillOrigin.AnswerAsync(context, status);
    }
}

/// <summary>A protection as it should not be written. Thread-safe.</summary>
internal interface IStandInModule
{
    /// <summary>The status that a request gets; 200 = it passes.</summary>
    int Judge(HttpRequest request);

    /// <summary>Takes a command of the drill: a file to load, a switch to pull.</summary>
    void Take(string command);
}
