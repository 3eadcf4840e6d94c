using System.CommandLine;
using System.Globalization;
using Breakwater.Rules;
using Breakwater.Rules.Analysis;
using Breakwater.Rules.Formatting;

namespace Breakwater.Commands;

/// <summary><c>breakwater rules</c>: one expression of the rules language, on its own.</summary>
internal sealed class RulesCommand : Command, IHasExamples
{
    public RulesCommand()
        : base("rules", "Formats an expression of a rule, or prints what it is compiled to.")
    {
        Add(new OfExpression("fmt", "Prints an expression in its usual spelling.", "breakwater rules fmt \"ssl and ip.src==192.0.2.1\"", Format));
        Add(new OfExpression(
            "plan", "Prints what an expression is compiled to: its tests in the order in which they run, with their estimated cost.",
            "breakwater rules plan \"ssl and ip.src eq 192.0.2.1\"", Plan));
    }

    public IReadOnlyList<string> Examples => ["breakwater rules fmt \"ssl and ip.src==192.0.2.1\"", "breakwater rules plan \"ssl and ip.src eq 192.0.2.1\""];

    private static string Format(Expression expression) => ExpressionFormatter.Format(expression);

    private static string Plan(Expression expression)
    {
        string certain = ExpressionAnalysis.Certainty(expression) switch
        {
            ExpressionCertainty.Never => "It matches no request.\n",
            ExpressionCertainty.Always => "It matches every request.\n",
            _ => "",
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"{ExpressionPlan.Print(expression)}{certain}Estimated {ExpressionPlan.EstimateNanoseconds(expression):0.0} ns a request.");
    }

    private sealed class OfExpression : Command, IHasExamples
    {
        private readonly string _example;

        public OfExpression(string name, string description, string example, Func<Expression, string> show)
            : base(name, description)
        {
            _example = example;
            Argument<string> text = new("expression") { HelpName = "EXPR", Description = "The expression, or - for standard input. It can't name lists." };
            Add(text);
            SetAction(parsed =>
            {
                string expression = parsed.GetValue(text)!;
                expression = expression == "-" ? Console.In.ReadToEnd().TrimEnd() : expression;
                var wrong = new List<ExpressionDiagnostic>();
                if (!Expression.TryCompile(expression, Anywhere, out Expression? compiled, wrong))
                {
                    Console.Error.WriteLine(wrong[0].Render(expression));
                    return ExitCode.Problem;
                }

                Console.Out.WriteLine(show(compiled).TrimEnd('\n'));
                return ExitCode.Ok;
            });
        }

        public IReadOnlyList<string> Examples => [_example];

        /// <summary>Everything that any phase has: which one the rule is for is not known.</summary>
        private static ExpressionScheme Anywhere { get; } =
            new(ExpressionFeatures.Response | ExpressionFeatures.Account | ExpressionFeatures.RateLimit);
    }
}
