using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Breakwater.Config.Yaml;

/// <summary>
/// Reads the YAML that a configuration needs into a tree with positions: block and flow style, every kind of scalar, one document.
/// What makes YAML dangerous or surprising is refused with a diagnostic: anchors, aliases and merge keys (they can make a small text huge),
/// tags, keys that are no text, keys written twice, several documents, control characters. Depth, size and number of nodes are bounded.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>Characters in a document. The longest sensible one, a thousand zones, stays below.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    /// <summary>Nesting; the configuration itself needs six levels.</summary>
    public const int MaxDepth = 32;

    /// <summary>Nodes, so that <c>[,,,,]</c> cannot turn each byte of a document into an object.</summary>
    public const int MaxNodes = 200_000;

    private readonly string _text;
    private readonly string _file;
    private readonly DiagnosticList _diagnostics;
    private readonly Parser _parser;
    private readonly Stack<SourcePosition> _openFlow = new();
    private ParsingEvent? _current;
    private Mark _last = Mark.Empty;
    private bool _hasFailed;
    private int _depth;
    private int _nodes;

    private YamlTree(string text, string file, DiagnosticList diagnostics)
    {
        _text = text;
        _file = file;
        _diagnostics = diagnostics;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>
    /// The root of the document, or null when it is empty or cannot be read to its end; <paramref name="diagnostics"/> says which.
    /// </summary>
    public static YamlNode? Parse(string text, string file, DiagnosticList diagnostics)
    {
        if (text.StartsWith('\uFEFF')) text = text[1..];
        if (text.Length > MaxLength)
        {
            diagnostics.Error(
                new SourcePosition(file, 1, 1), $"the document has more than {MaxLength:N0} characters",
                "split it, or remove what is not needed");
            return null;
        }
        if (FindControlCharacter(text, file) is { } control)
        {
            diagnostics.Error(control, "a control character, which YAML does not allow", "remove it, or save the file as UTF-8 text");
            return null;
        }

        return new YamlTree(text, file, diagnostics).ReadDocument();
    }

    private YamlNode? ReadDocument()
    {
        Next();
        Next();
        if (_current is null or StreamEnd) return null;
        Next();
        if (ReadNode() is not { } root) return null;
        Next();
        if (_current is DocumentStart second)
        {
            _diagnostics.Error(
                At(second.Start), "a second YAML document begins here", "remove '---' and what follows; a configuration is one document");
        }
        return root;
    }

    /// <summary>
    /// Reads the node that begins with the current event, and moves past it; null when the text cannot be read further, which is reported.
    /// </summary>
    private YamlNode? ReadNode()
    {
        if (_current is not (Scalar or SequenceStart or MappingStart or AnchorAlias))
        {
            if (!_hasFailed) Fail(null);
            return null;
        }
        ParsingEvent current = _current;
        SourcePosition position = At(current.Start);
        if (++_nodes > MaxNodes || _depth == MaxDepth && current is not (Scalar or AnchorAlias))
        {
            ReportBound(position);
            return null;
        }
        RefuseProperties(current, position);

        switch (current)
        {
            case Scalar scalar:
                Next();
                return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, position) { Source = SourceOf(scalar) };
            case SequenceStart sequence:
                Enter(position, sequence.Style == SequenceStyle.Flow);
                YamlSequence? list = ReadSequence(position);
                Leave(sequence.Style == SequenceStyle.Flow);
                return list;
            case MappingStart mapping:
                Enter(position, mapping.Style == MappingStyle.Flow);
                YamlMapping? map = ReadMapping(position);
                Leave(mapping.Style == MappingStyle.Flow);
                return map;
            default:
                Next();
                return new YamlRefused(position);
        }
    }

    private YamlSequence? ReadSequence(SourcePosition position)
    {
        List<YamlNode> items = [];
        while (_current is not SequenceEnd)
        {
            if (ReadNode() is not { } item) return null;
            items.Add(item);
        }
        Next();
        return new YamlSequence(items, position);
    }

    private YamlMapping? ReadMapping(SourcePosition position)
    {
        List<YamlEntry> entries = [];
        Dictionary<string, SourcePosition> seen = [];
        while (_current is not MappingEnd)
        {
            if (ReadNode() is not { } key || ReadNode() is not { } value) return null;
            if (key is YamlRefused) continue;
            if (key is not YamlScalar name)
            {
                _diagnostics.Error(key.Position, $"{key.Noun} stands where a key should", "write a name and a colon");
            }
            else if (name is { IsPlain: true, Text: "<<" })
            {
                _diagnostics.Error(name.Position, "merge keys are not supported", "write the keys out");
            }
            else if (!seen.TryAdd(name.Text, name.Position))
            {
                _diagnostics.Error(
                    name.Position, $"{Show.Quoted(name.Text)} is written twice, first in line {seen[name.Text].Line}", "keep one of the two");
            }
            else
            {
                entries.Add(new YamlEntry(name, value));
            }
        }
        Next();
        return new YamlMapping(entries, position);
    }

    private void RefuseProperties(ParsingEvent current, SourcePosition position)
    {
        if (current is AnchorAlias alias)
        {
            _diagnostics.Error(
                position, $"{Show.Quoted("*" + alias.Value)} is a YAML alias, which is not supported",
                "put it in quotes if the '*' belongs to the value, or write out what it stands for");
        }
        else if (current is NodeEvent { Anchor.IsEmpty: false } node)
        {
            _diagnostics.Error(
                position, $"{Show.Quoted("&" + node.Anchor.Value)} is a YAML anchor, which is not supported",
                "put it in quotes if the '&' belongs to the value, or remove it");
        }
        else if (current is NodeEvent { Tag.IsEmpty: false })
        {
            _diagnostics.Error(
                position, "YAML tags are not supported", "put the value in quotes if the '!' belongs to it, or remove the tag");
        }
    }

    /// <summary>
    /// Moves to the next event. YamlDotNet has exceptions of its own for malformed text, and for some malformed text throws others.
    /// </summary>
    private void Next()
    {
        try
        {
            _current = _parser.MoveNext() ? _parser.Current : null;
            _last = _current?.Start ?? _last;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _current = null;
            Fail(error as YamlException);
        }
    }

    private void Fail(YamlException? error)
    {
        _hasFailed = true;
        SourcePosition? openFlow = _openFlow.TryPeek(out SourcePosition start) ? start : null;
        if (error is not null) YamlSyntaxError.Report(error, _text, At(error.Start), openFlow, _diagnostics);
        else YamlSyntaxError.ReportLostParser(_text, At(_last), openFlow, _diagnostics);
    }

    private void Enter(SourcePosition start, bool isFlow)
    {
        _depth++;
        if (isFlow) _openFlow.Push(start);
        Next();
    }

    private void Leave(bool isFlow)
    {
        _depth--;
        if (isFlow) _openFlow.Pop();
    }

    private void ReportBound(SourcePosition position)
    {
        if (_nodes > MaxNodes)
        {
            _diagnostics.Error(
                position, $"the document has more than {MaxNodes:N0} values", "remove what is not needed");
        }
        else _diagnostics.Error(position, $"the document nests deeper than {MaxDepth} levels", "check the indentation and the brackets");
    }

    /// <summary>The scanner's marks are those of the text; one that is not is of no use.</summary>
    private ScalarSource? SourceOf(Scalar scalar) =>
        scalar.Start.Index >= 0 && scalar.Start.Index <= scalar.End.Index && scalar.End.Index <= _text.Length
            ? new ScalarSource(_text, (int)scalar.Start.Index, (int)scalar.End.Index, scalar.Style, scalar.Value) : null;

    private SourcePosition At(Mark mark) => new(_file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    /// <summary>The first character outside YAML's c-printable (YAML 1.2 §5.1) that could hide what a document says.</summary>
    private static SourcePosition? FindControlCharacter(string text, string file)
    {
        int index = text.AsSpan().IndexOfAnyInRange('\0', '\x08');
        foreach (char c in "\x0b\x0c\x7f")
        {
            int other = text.IndexOf(c, StringComparison.Ordinal);
            if (other >= 0 && (index < 0 || other < index)) index = other;
        }
        int late = text.AsSpan().IndexOfAnyInRange('\x0e', '\x1f');
        if (late >= 0 && (index < 0 || late < index)) index = late;
        if (index < 0) return null;

        ReadOnlySpan<char> before = text.AsSpan(0, index);
        return new SourcePosition(file, before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }
}
