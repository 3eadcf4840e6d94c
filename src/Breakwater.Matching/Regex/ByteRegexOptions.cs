namespace Breakwater.Matching;

/// <summary>Whose pattern syntax and meaning a <see cref="ByteRegex"/> follows.</summary>
public enum RegexDialect : byte
{
    /// <summary>The syntax of the Rust <c>regex</c> crate on bytes with Unicode mode off: what the rules language's <c>matches</c> means.</summary>
    Rust,

    /// <summary>PCRE without UTF mode, as far as a linear-time engine can follow it: what SecLang's <c>@rx</c> means.</summary>
    Pcre,
}

/// <summary>How a pattern is read and how much memory it may take. Immutable.</summary>
public sealed record ByteRegexOptions
{
    /// <summary>The rules language's settings: the Rust dialect, all flags off.</summary>
    public static ByteRegexOptions Default { get; } = new();

    /// <summary>Whose syntax is read.</summary>
    public RegexDialect Dialect { get; init; } = RegexDialect.Rust;

    /// <summary>ASCII letters match in either case, as with <c>(?i)</c>.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary><c>.</c> matches a newline as well, as with <c>(?s)</c>.</summary>
    public bool DotMatchesNewLine { get; init; }

    /// <summary><c>^</c> and <c>$</c> match at lines, as with <c>(?m)</c>.</summary>
    public bool MultiLine { get; init; }

    /// <summary>
    /// PCRE only: <c>$</c> (outside multi-line mode) matches at the very end alone, and not before a final newline as well.
    /// On by default, as ModSecurity compiles its patterns.
    /// </summary>
    public bool DollarEndOnly { get; init; } = true;

    /// <summary>The most bytes that a compiled pattern may take; a larger one is refused. Default 10 MiB.</summary>
    public int MaxProgramBytes { get; init; } = 10 << 20;

    /// <summary>The most bytes that the automaton built while matching may take, over all threads; beyond it, it is built anew. Default 2 MiB.</summary>
    public int MaxDfaBytes { get; init; } = 2 << 20;

    /// <summary>
    /// Bytes for each instruction that the pattern compiles to: where they are fewer than <see cref="MaxDfaBytes"/>, an automaton takes no more, but
    /// 256 KiB in any case. Large patterns need more for a state, and of many patterns few are large.
    /// </summary>
    public int DfaBytesPerInstruction { get; init; } = int.MaxValue;
}
