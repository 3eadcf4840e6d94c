using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Breakwater.Rules.Rulesets;

/// <summary>A JSON value (RFC 8259) with its place in the file. Immutable.</summary>
internal sealed class JsonValue(JsonTokenType type, RulePosition position)
{
    /// <summary>Of a mapping <see cref="JsonTokenType.StartObject"/>, of a list <see cref="JsonTokenType.StartArray"/>.</summary>
    public JsonTokenType Type => type;

    public RulePosition Position => position;

    /// <summary>The text of a string, or a number as it was written.</summary>
    public string Text { get; init; } = "";

    /// <summary>The string as it was written between its quotes; null when that is <see cref="Text"/>.</summary>
    public string? Escaped { get; init; }

    public List<JsonMember> Members { get; } = [];

    public List<JsonValue> Items { get; } = [];

    public bool IsNull => type == JsonTokenType.Null;

    /// <summary>What the value is, with its article, for messages.</summary>
    public string Noun => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a boolean",
    };

    /// <summary>
    /// The string with the place of each of its characters: an escape is one character of the text and two or six of the file.
    /// </summary>
    public RuleText ToRuleText()
    {
        RulePosition start = position with { Column = position.Column + 1 };
        if (Escaped is not { } escaped) return new RuleText(Text, start);
        return new RuleText(Text, start, offset =>
        {
            int at = 0;
            for (int i = 0; i < offset && at < escaped.Length; i++)
            {
                at += escaped[at] != '\\' ? 1 : at + 1 < escaped.Length && escaped[at + 1] == 'u' ? 6 : 2;
            }
            return start with { Column = start.Column + Math.Min(at, escaped.Length) };
        });
    }
}

/// <summary>A member of a JSON object.</summary>
internal readonly record struct JsonMember(string Name, RulePosition Position, JsonValue Value);

/// <summary>
/// Reads JSON into a tree with positions. Bounded in size, depth and number of values; what is wrong is reported with its place, and
/// nothing throws for what a file holds.
/// </summary>
internal ref struct JsonTree
{
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _text;
    private readonly string _file;
    private readonly RuleDiagnostics _diagnostics;
    private readonly int _maxValues;
    private Utf8JsonReader _reader;
    private int _values;

    // The line in which the reader stands; the reader only goes forward.
    private int _line = 1;
    private int _lineStart;
    private int _scanned;

    private JsonTree(ReadOnlySpan<byte> text, string file, RuleLimits limits, RuleDiagnostics diagnostics)
    {
        _text = text;
        _file = file;
        _diagnostics = diagnostics;
        _maxValues = limits.MaxValues;
        _reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>The root, or null when the file cannot be read, which is reported.</summary>
    public static JsonValue? Parse(ReadOnlySpan<byte> text, string file, RuleLimits limits, RuleDiagnostics diagnostics)
    {
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        RulePosition start = new(file, 1, 1);
        if (text.Length > limits.MaxFileSize)
        {
            diagnostics.Error(start, $"the file has more than {limits.MaxFileSize} bytes", "split it");
            return null;
        }
        if (!Utf8.IsValid(text))
        {
            diagnostics.Error(start, "the file is not UTF-8 text", "save it as UTF-8");
            return null;
        }
        return new JsonTree(text, file, limits, diagnostics).ReadRoot();
    }

    private JsonValue? ReadRoot()
    {
        try
        {
            if (!_reader.Read()) return null;
            JsonValue? root = ReadValue();
            // Reads to the end: what follows the root is an error to the reader.
            while (root is not null && _reader.Read()) { }
            return root;
        }
        catch (JsonException error)
        {
            ReportSyntax(error);
            return null;
        }
    }

    private JsonValue? ReadValue()
    {
        RulePosition position = Here((int)_reader.TokenStartIndex);
        if (++_values > _maxValues)
        {
            _diagnostics.Error(position, $"the file has more than {_maxValues} values", "split it");
            return null;
        }
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(position);
            case JsonTokenType.StartArray:
                return ReadArray(position);
            case JsonTokenType.String:
                return ReadString(position);
            case JsonTokenType.Number:
                return new JsonValue(JsonTokenType.Number, position) { Text = Encoding.UTF8.GetString(_reader.ValueSpan) };
            default:
                return new JsonValue(_reader.TokenType, position);
        }
    }

    private JsonValue? ReadObject(RulePosition position)
    {
        JsonValue value = new(JsonTokenType.StartObject, position);
        Dictionary<string, RulePosition> seen = [];
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            RulePosition at = Here((int)_reader.TokenStartIndex);
            if (ReadString(at) is not { } name || !_reader.Read() || ReadValue() is not { } member) return null;
            if (seen.TryAdd(name.Text, at)) value.Members.Add(new JsonMember(name.Text, at, member));
            else
            {
                _diagnostics.Error(
                    at, $"'{Shown.Short(name.Text)}' stands twice, first in line {seen[name.Text].Line}", "keep one of the two");
            }
        }
        return value;
    }

    private JsonValue? ReadArray(RulePosition position)
    {
        JsonValue value = new(JsonTokenType.StartArray, position);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (ReadValue() is not { } item) return null;
            value.Items.Add(item);
        }
        return value;
    }

    private readonly JsonValue? ReadString(RulePosition position)
    {
        string raw = Encoding.UTF8.GetString(_reader.ValueSpan);
        if (!_reader.ValueIsEscaped) return new JsonValue(JsonTokenType.String, position) { Text = raw };
        try
        {
            return new JsonValue(JsonTokenType.String, position) { Text = _reader.GetString()!, Escaped = raw };
        }
        catch (InvalidOperationException)
        {
            _diagnostics.Error(position, "a string with half a surrogate pair", "write both halves, or the character itself");
            return null;
        }
    }

    private readonly void ReportSyntax(JsonException error)
    {
        int line = (int)(error.LineNumber ?? 0);
        int bytes = (int)(error.BytePositionInLine ?? 0);
        int start = 0;
        for (int i = 0; i < line; i++)
        {
            int next = _text[start..].IndexOf((byte)'\n');
            if (next < 0) break;
            start += next + 1;
        }
        int end = Math.Min(start + bytes, _text.Length);
        RulePosition position = new(_file, line + 1, Encoding.UTF8.GetCharCount(_text[start..end]) + 1);
        bool isDeep = _reader.CurrentDepth >= MaxDepth - 1 && error.Message.Contains("depth", StringComparison.OrdinalIgnoreCase);
        if (_text.Trim(" \t\r\n"u8).IsEmpty) _diagnostics.Error(position, "the file is empty", "export the ruleset again");
        else if (isDeep) _diagnostics.Error(position, $"the file nests deeper than {MaxDepth} levels", "remove what is no ruleset");
        else _diagnostics.Error(position, "not JSON", "look for a missing quote, comma or bracket here and in the line above");
    }

    private RulePosition Here(int offset)
    {
        while (_scanned < offset)
        {
            int next = _text[_scanned..offset].IndexOf((byte)'\n');
            if (next < 0) break;
            _scanned += next + 1;
            _lineStart = _scanned;
            _line++;
        }
        _scanned = Math.Max(_scanned, offset);
        return new RulePosition(_file, _line, Encoding.UTF8.GetCharCount(_text[_lineStart..offset]) + 1);
    }
}

/// <summary>Parts of a file in messages: on one line, of bounded length, without characters that a terminal would obey.</summary>
internal static class Shown
{
    public static string Short(string text, int length = 60)
    {
        StringBuilder shown = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (shown.Length >= length) return shown.Append('…').ToString();
            bool isHidden = Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format;
            if (isHidden) shown.Append('?');
            else shown.Append(rune);
        }
        return shown.ToString();
    }

    /// <summary><c>a, b or c</c>.</summary>
    public static string Alternatives(IEnumerable<string> items)
    {
        string[] all = [.. items];
        return all.Length == 1 ? all[0] : $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }
}
