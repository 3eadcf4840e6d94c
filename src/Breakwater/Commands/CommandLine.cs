using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Breakwater.Edge.Lifecycle;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary>The program's commands and the way from arguments to an exit code.</summary>
internal static class CommandLine
{
    private const int HelpWidth = 120;

    /// <summary>All commands.</summary>
    public static RootCommand CreateRoot() => new Root();

    /// <summary>Runs a command line to its end.</summary>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> arguments)
    {
        ParseResult parsed = CreateRoot().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is null or ParseErrorAction)
        {
            return Refuse(parsed);
        }

        try
        {
            // Signals belong to the command: `run` drains.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CannotStartException e)
        {
            Complain(e.Problem, e.Remedy);
            return ExitCode.CannotStart;
        }
        catch (UnreachableException e)
        {
            Complain(e.Problem, e.Remedy);
            return ExitCode.Unreachable;
        }
    }

    /// <summary>Says on standard error what is wrong and what to do.</summary>
    public static void Complain(string problem, string remedy) =>
        Console.Error.WriteLine($"{Palette.Error.Red("breakwater:")} {problem}; {remedy}");

    private static int Refuse(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.Tokens.Count == 0)
        {
            // Nothing asked for: show what there is.
            command.Parse("--help").Invoke(new InvocationConfiguration { Output = Console.Error });
            return ExitCode.Usage;
        }

        string name = string.Join(' ', PathTo(parsed.CommandResult).Prepend("breakwater"));
        foreach (string message in parsed.Errors.Select(error => error.Message).Distinct())
        {
            Complain(message.TrimEnd('.'), $"see `{name} --help`");
        }

        return ExitCode.Usage;
    }

    private static IEnumerable<string> PathTo(System.CommandLine.Parsing.SymbolResult? result) => result switch
    {
        System.CommandLine.Parsing.CommandResult { Command: not RootCommand } command => PathTo(command.Parent).Append(command.Command.Name),
        _ => [],
    };

    /// <summary>The root of all commands.</summary>
    private sealed class Root : RootCommand, IHasExamples
    {
        public Root()
            : base("Breakwater stands between websites and their visitors: reverse proxy, TLS and protection in one program.")
        {
            Add(new RunCommand());
            Add(new CheckCommand());
            Add(new ExplainCommand());
            Add(new EventsCommand());
            Add(new RulesCommand());
            Add(new WafCommand());
            Add(new DrillCommand());
            Add(new StatusCommand());
            Add(new GenerationsCommand());
            Add(new ReloadCommand());
            Add(new RollbackCommand());
            Add(PinCommand.Pin());
            Add(PinCommand.Unpin());
            Add(new BypassCommand());
            Add(new StopCommand());
            Add(new UpgradeCommand());
            Add(new ConfigCommand());
            Add(new VersionCommand());
            Add(new TasteCommand());

            HelpOption help = Options.OfType<HelpOption>().Single();
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        public IReadOnlyList<string> Examples =>
        [
            "breakwater run                                   protects a demo shop, to see how it feels",
            "breakwater run --origin http://127.0.0.1:3000    protects that site, on :8080",
            "breakwater check --config breakwater.yaml        says what is wrong with a configuration",
        ];
    }

    /// <summary>The usual help, then examples.</summary>
    private sealed class HelpWithExamples : SynchronousCommandLineAction
    {
        private readonly HelpAction _help;

        public HelpWithExamples(HelpAction help)
        {
            _help = help;
            _help.MaxWidth = HelpWidth;
        }

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            _help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is IHasExamples { Examples: { Count: > 0 } examples })
            {
                TextWriter output = parseResult.InvocationConfiguration.Output;
                output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
                foreach (string example in examples)
                {
                    output.WriteLine("  " + example);
                }

                output.WriteLine();
            }

            return ExitCode.Ok;
        }
    }
}

/// <summary>A command that shows how it is used.</summary>
internal interface IHasExamples
{
    /// <summary>Command lines, each with a few words on what it does where that is not plain.</summary>
    IReadOnlyList<string> Examples { get; }
}
