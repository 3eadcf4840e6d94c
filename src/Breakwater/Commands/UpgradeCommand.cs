using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Breakwater.Edge.Lifecycle;
using Breakwater.Supervision;

namespace Breakwater.Commands;

/// <summary><c>breakwater upgrade</c>: another version of the program takes over from the running one.</summary>
internal sealed class UpgradeCommand : Command, IHasExamples
{
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<string?> _binary = new("--binary")
    {
        HelpName = "PATH",
        Description = "The program to change to. Default: the file that the running one was started from, as it is now.",
    };

    private readonly Option<double> _bake = new("--bake")
    {
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 10,
        Description = "How long the new version has to serve well before the old one ends. 10 when left out.",
    };

    public UpgradeCommand()
        : base("upgrade", "Changes to another version of the program without a lost request, and back to the old one if the new one is not well.")
    {
        Add(_binary);
        Add(_bake);
        Add(_data);
        _bake.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is < 0 or > 3600 or double.NaN)
            {
                result.AddError("--bake is a number of seconds, 0 to 3600.");
            }
        });
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater upgrade", "breakwater upgrade --binary /opt/breakwater-0.2/breakwater --bake 60"];

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancel)
    {
        string directory = Path.GetFullPath(parsed.GetValue(_data) ?? DataDirectory.DefaultPath());
        string? binary = parsed.GetValue(_binary) is { } path ? Path.GetFullPath(path) : null;
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(ControlSocket.PathIn(directory)), cancel);
            string order = string.Create(CultureInfo.InvariantCulture, $"upgrade\nbinary={binary}\nbake={parsed.GetValue(_bake)}\n");
            await socket.SendAsync(Encoding.UTF8.GetBytes(order), cancel);
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
        {
            throw new UnreachableException(
                $"no supervisor answers in the data directory {directory}: {e.Message}",
                DataDirectory.IsHeld(directory)
                    ? "an edge that runs without one is upgraded by stopping it and starting the other version"
                    : "start one with `breakwater run`, or name the directory of yours with --data DIR", e);
        }

        return await FollowAsync(socket, cancel);
    }

    /// <summary>Shows how far it is, until it says how it ended.</summary>
    private static async Task<int> FollowAsync(Socket socket, CancellationToken cancel)
    {
        using NetworkStream stream = new(socket);
        using StreamReader reader = new(stream);
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith(ControlClient.Done, StringComparison.Ordinal))
            {
                Console.Out.WriteLine("upgraded: " + line[ControlClient.Done.Length..]);
                return ExitCode.Ok;
            }

            if (line.StartsWith(ControlClient.Failed, StringComparison.Ordinal))
            {
                CommandLine.Complain("not upgraded: " + line[ControlClient.Failed.Length..], "look at the log of the running edge");
                return ExitCode.Problem;
            }

            Console.Error.WriteLine(line);
        }

        CommandLine.Complain("the supervisor went away before it said how the upgrade ended", "look at its log");
        return ExitCode.Problem;
    }
}
