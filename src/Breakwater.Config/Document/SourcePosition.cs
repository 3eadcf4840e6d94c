namespace Breakwater.Config;

/// <summary>
/// Where a setting was written: a file with a 1-based line and column, or, with <see cref="Line"/> 0, a source without lines (a
/// command line flag such as <c>--listen</c>, an environment variable). Immutable.
/// </summary>
/// <param name="File">The file's name as the operator gave it, or the name of the flag or variable.</param>
/// <param name="Line">1-based; 0 when the source has no lines.</param>
/// <param name="Column">1-based; 0 when the source has no lines.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <summary>The position of what nobody wrote: a built-in default, or a model made in code.</summary>
    public static SourcePosition BuiltIn => new("default", 0, 0);

    /// <summary>A source without lines: a flag or an environment variable.</summary>
    public static SourcePosition Of(string source) => new(source, 0, 0);

    /// <summary><c>file:line:column</c>, or the source's name alone.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}
