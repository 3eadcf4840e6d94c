using System.Collections.Immutable;
using System.Text;

namespace Breakwater.Waf.SecLang;

/// <summary>
/// Reads rule files into a <see cref="SecRuleset"/>. Each directive either takes effect, or is an error or a note that says why not: there
/// is no silent one. An error does not stop the reading, so that one run shows all of them. One loading, one thread.
/// </summary>
internal sealed partial class SecParser(SecFileSource source, SecLangLimits limits)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<SecDiagnostic> _diagnostics = [];
    private readonly List<object> _entries = []; // SecRuleDraft and SecMarker, in order
    private readonly Dictionary<long, SecRuleDraft> _byId = [];
    private readonly Dictionary<string, SecDataFile> _dataFiles = new(StringComparer.Ordinal);
    private readonly SecActionSet?[] _defaults = new SecActionSet?[6];

    private SecConfiguration _configuration = new();
    private SecRuleDraft? _openChain; // the last link, which needs another
    private int _chainLinks;
    private int _rules;
    private int _files;
    private long _bytes;
    private int _depth;
    private bool _failed;

    /// <summary>Reads a file or all files of a pattern, as the operator named them.</summary>
    public void ReadNamed(string path)
    {
        SecPosition named = new(path, 0, 0);
        if (!SecFileSource.IsPattern(path)) ReadFile(path, named);
        else if (source.Match(path) is { Count: > 0 } files) ReadFiles(files, named);
        else Error(named, "no file matches", "name a file or folder that holds rules");
    }

    /// <summary>Reads rules that are no file.</summary>
    public void ReadText(string name, string text)
    {
        List<SecWord> words = [];
        SecLexer lexer = new(name, text, limits.DirectiveChars);
        while (lexer.Next(out SecFault? tooLong) is { } line)
        {
            words.Clear();
            if ((tooLong ?? SecLexer.Split(line, words)) is { } fault) Error(line.PositionAt(Math.Min(fault.Offset, line.Text.Length)), fault);
            else if (words.Count > 0) Directive(line, words);
        }
    }

    /// <summary>Ends the reading: applies what waited for all rules, and checks what only the whole can show.</summary>
    public SecLoadResult Finish()
    {
        CloseChain();
        ApplyWaitingUpdates();
        SecEntry[] entries = Build();
        SecRuleset? ruleset = _failed ? null : new SecRuleset([.. entries], _configuration);
        return new SecLoadResult(ruleset, [.. _diagnostics]);
    }

    private void ReadFiles(IReadOnlyList<string> paths, SecPosition named)
    {
        foreach (string path in paths) ReadFile(path, named);
    }

    private void ReadFile(string path, SecPosition named)
    {
        if (!TryRead(path, named, out ReadOnlyMemory<byte> content)) return;
        ReadOnlySpan<byte> bytes = content.Span;
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        string text;
        try
        {
            text = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            int line = bytes[..Math.Clamp(error.Index, 0, bytes.Length)].Count((byte)'\n') + 1;
            Error(new SecPosition(path, line, 1), "the file is not UTF-8", "save it as UTF-8, and write other bytes as \\xNN in expressions");
            return;
        }

        ReadText(path, text);
    }

    private bool TryRead(string path, SecPosition named, out ReadOnlyMemory<byte> content)
    {
        content = default;
        if (++_files > limits.Files) return Error(named, $"more than {limits.Files} files", "look for an Include that takes in too much");
        int room = (int)Math.Min(limits.FileBytes, limits.TotalBytes - _bytes);
        if (!source.TryRead(path, Math.Max(room, 0), out content, out string? problem))
        {
            return Error(named, $"{SecNames.Quote(path)} cannot be read: {problem}", "check the path, the permissions and the size");
        }

        _bytes += content.Length;
        return true;
    }

    private void Directive(SecLine line, List<SecWord> words)
    {
        SecWord name = words[0];
        if (name.Text is ['<', ..])
        {
            Error(name.Position, "Apache's containers are not supported", "take the directives out of it; a zone is chosen in Breakwater's own configuration");
            return;
        }

        if (!SecDirectives.TryGet(name.Text, out SecDirective? directive))
        {
            SecFault unknown = SecDirectives.Unknown(name.Text);
            Error(name.Position, unknown);
            return;
        }

        if (!directive.MayStandInChain) CloseChain();
        int arguments = words.Count - 1;
        if (arguments < directive.MinArguments || arguments > directive.MaxArguments)
        {
            Error(name.Position, $"{directive.Name} with {arguments} arguments", $"write {directive.Syntax}");
            return;
        }

        directive.Apply(this, words);
    }

    internal bool Error(SecPosition position, string problem, string remedy)
    {
        _failed = true;
        return Report(new SecDiagnostic(position, SecSeverity.Error, problem, remedy));
    }

    internal bool Error(SecPosition position, SecFault fault) => Error(position, fault.Problem, fault.Remedy);

    internal bool Error(SecWord word, SecFault fault) => Error(word.PositionAt(Math.Min(fault.Offset, word.Text.Length)), fault);

    internal bool Warn(SecPosition position, string problem, string remedy) =>
        Report(new SecDiagnostic(position, SecSeverity.Warning, problem, remedy));

    internal bool Note(SecPosition position, string problem, string remedy) =>
        Report(new SecDiagnostic(position, SecSeverity.Note, problem, remedy));

    internal void Configure(Func<SecConfiguration, SecConfiguration> change) => _configuration = change(_configuration);

    private bool Report(SecDiagnostic diagnostic)
    {
        if (_diagnostics.Count < limits.Diagnostics) _diagnostics.Add(diagnostic);
        else if (_diagnostics.Count == limits.Diagnostics && diagnostic.Severity == SecSeverity.Error)
        {
            _diagnostics.Add(new SecDiagnostic(diagnostic.Position, SecSeverity.Error, "more findings are not shown", "mend the first ones and load again"));
        }

        return false;
    }

    internal void Include(List<SecWord> words, bool optional)
    {
        SecWord word = words[1];
        string path = source.Resolve(word.Text, word.Position.File);
        if (_depth == limits.IncludeDepth)
        {
            Error(word.Position, $"Include nested more than {limits.IncludeDepth} deep", "look for a file that includes itself");
            return;
        }

        _depth++;
        IReadOnlyList<string> files = SecFileSource.IsPattern(path) ? source.Match(path) : [path];
        if (files.Count > 0 && (!optional || SecFileSource.IsPattern(path) || source.TryRead(path, limits.FileBytes, out _, out _)))
        {
            ReadFiles(files, word.Position);
        }
        else if (!optional)
        {
            Error(word.Position, $"no file matches {SecNames.Quote(path)}", "check the path, or write IncludeOptional");
        }

        _depth--;
    }

    private SecEntry[] Build()
    {
        HashSet<string> markers = new(StringComparer.Ordinal);
        HashSet<string> wanted = new(StringComparer.Ordinal);
        foreach (object entry in _entries)
        {
            if (entry is SecMarker marker) markers.Add(marker.Name);
            else if (entry is SecRuleDraft { Actions.SkipAfter: { } target }) wanted.Add(target);
        }

        ImmutableArray<SecEntry>.Builder built = ImmutableArray.CreateBuilder<SecEntry>(_entries.Count);
        foreach (object entry in _entries)
        {
            if (entry is SecMarker marker) built.Add(marker);
            else if (entry is SecRuleDraft draft) Build(draft, markers, wanted, built);
        }

        return [.. built];
    }

    private void Build(SecRuleDraft draft, HashSet<string> markers, HashSet<string> wanted, ImmutableArray<SecEntry>.Builder built)
    {
        string id = draft.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (draft.IsRemoved)
        {
            // Other rules may still skip to where it stood.
            if (wanted.Contains(id)) built.Add(new SecMarker(id, draft.Position));
            return;
        }

        built.Add(draft.Build());
        string? target = draft.Actions.SkipAfter;
        if (target is null || markers.Contains(target) || (SecIdRange.TryId(target, out long rule) && _byId.ContainsKey(rule))) return;
        Warn(draft.Position, $"skipAfter:{target} leads to no marker and no rule, so it skips the rest of the phase", "add SecMarker, or mend the name");
    }
}
