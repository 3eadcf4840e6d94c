using System.Diagnostics.CodeAnalysis;
using Breakwater.Rules.Compilation;
using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules;

/// <summary>A filter: an expression that is true or false of a request. Immutable, thread-safe.</summary>
public sealed class Expression
{
    private Expression(string text, ExpressionScheme scheme, LogicalSyntax syntax)
    {
        Text = text;
        Scheme = scheme;
        Syntax = syntax;
        Fields = FieldCollector.Of(syntax);
        var compiler = new ExpressionCompiler();
        Root = compiler.Compile(syntax);
        Registers = compiler.Registers;
    }

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>The scheme it was compiled with.</summary>
    public ExpressionScheme Scheme { get; }

    /// <summary>The fields it may read, each once, in the order they stand in it.</summary>
    public IReadOnlyList<FieldId> Fields { get; }

    internal LogicalSyntax Syntax { get; }

    internal Predicate Root { get; }

    internal int Registers { get; }

    /// <summary>Compiles an expression; false, and at least one diagnostic added, when something is wrong with it. Never throws.</summary>
    public static bool TryCompile(
        string text, ExpressionScheme scheme, [NotNullWhen(true)] out Expression? expression, List<ExpressionDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(scheme);
        ArgumentNullException.ThrowIfNull(diagnostics);
        expression = null;
        if (!ExpressionParser.TryParseFilter(text, scheme, out LogicalSyntax? syntax, out ExpressionDiagnostic? error))
        {
            diagnostics.Add(error);
            return false;
        }

        expression = new Expression(text, scheme, syntax);
        return true;
    }

    /// <summary>Whether the request matches. Allocates nothing.</summary>
    public bool Matches(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.NeedRegisters(Registers);
        (int, int) mark = context.Scratch.Mark;
        bool result = Root.Test(context);
        context.Scratch.Release(mark);
        return result;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
