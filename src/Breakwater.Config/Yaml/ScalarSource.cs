using System.Globalization;
using System.Text;
using YamlDotNet.Core;

namespace Breakwater.Config.Yaml;

/// <summary>How a scalar was written, so that a place in its value can be found in the file. Immutable.</summary>
/// <param name="Document">The document's text.</param>
/// <param name="Start">Where the scalar begins in it.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Style">Plain, quoted, literal or folded.</param>
/// <param name="Value">What YAML makes of it.</param>
internal sealed record ScalarSource(string Document, int Start, int End, ScalarStyle Style, string Value)
{
    private int[]? _map;

    /// <summary>Where the value's character at <paramref name="offset"/> stands; the scalar's own position when that cannot be told.</summary>
    public SourcePosition PositionOf(int offset, SourcePosition start)
    {
        _map ??= ScalarMap.Of(Document.AsSpan(Start, End - Start), Style, Value) ?? [];
        if ((uint)offset >= (uint)_map.Length) return start;
        ReadOnlySpan<char> before = Document.AsSpan(Start, _map[offset]);
        int lines = before.Count('\n');
        int column = lines == 0 ? start.Column + before.Length : before.Length - before.LastIndexOf('\n');
        return start with { Line = start.Line + lines, Column = column };
    }
}

/// <summary>
/// Which character of a file each character of a scalar's value comes from: reads the scalar once more, as YAML 1.2 §7.3 and §8.1 have it, and
/// notes where it is. A map that does not lead to the very value is thrown away, so that it can be vague but never wrong.
/// </summary>
internal ref struct ScalarMap
{
    private readonly ReadOnlySpan<char> _raw;
    private readonly List<int> _map;
    private readonly StringBuilder _value;

    private ScalarMap(ReadOnlySpan<char> raw)
    {
        _raw = raw;
        _map = [];
        _value = new StringBuilder();
    }

    /// <summary>For each character of the value and for its end, the offset in the raw text; null when that cannot be told.</summary>
    public static int[]? Of(ReadOnlySpan<char> raw, ScalarStyle style, string value)
    {
        ScalarMap map = new(raw);
        switch (style)
        {
            case ScalarStyle.Plain: map.ReadFlow(0, raw.Length, style); break;
            case ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted when raw.Length >= 2: map.ReadFlow(1, raw.Length - 1, style); break;
            case ScalarStyle.Literal or ScalarStyle.Folded: map.ReadBlock(style == ScalarStyle.Folded); break;
            default: return null;
        }
        return map.Finish(value);
    }

    private readonly int[]? Finish(string value)
    {
        // How many line ends a block keeps is said in its header; they are no part of any expression.
        string read = _value.ToString();
        int kept = value.TrimEnd('\n').Length;
        if (read.Length < kept || !read.AsSpan(0, kept).SequenceEqual(value.AsSpan(0, kept))) return null;
        int[] map = new int[value.Length + 1];
        for (int i = 0; i <= value.Length; i++) map[i] = i < _map.Count ? _map[i] : _map.Count > 0 ? _map[^1] + 1 : 0;
        return map;
    }

    private readonly void Put(char c, int at)
    {
        _value.Append(c);
        _map.Add(at);
    }

    /// <summary>Plain and quoted scalars: line ends fold to a space, empty lines to line ends.</summary>
    private readonly void ReadFlow(int from, int to, ScalarStyle style)
    {
        int at = from;
        while (at < to)
        {
            char c = _raw[at];
            if (c is '\n' or '\r') at = Fold(at, to);
            else if (style == ScalarStyle.SingleQuoted && c == '\'' && at + 1 < to)
            {
                Put('\'', at);
                at += 2;
            }
            else if (style == ScalarStyle.DoubleQuoted && c == '\\' && at + 1 < to) at = Unescape(at, to);
            else Put(c, at++);
        }
    }

    private readonly int Fold(int at, int to)
    {
        int start = at;
        while (_value.Length > 0 && _value[^1] is ' ' or '\t')
        {
            _value.Length--;
            _map.RemoveAt(_map.Count - 1);
        }
        int lines = 0;
        while (at < to && _raw[at] is '\n' or '\r' or ' ' or '\t')
        {
            if (_raw[at] == '\n') lines++;
            at++;
        }
        if (lines <= 1) Put(' ', start);
        for (int i = 1; i < lines; i++) Put('\n', start);
        return at;
    }

    private readonly int Unescape(int at, int to)
    {
        char c = _raw[at + 1];
        int digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            bool isCode = at + 2 + digits <= to;
            int code = 0;
            isCode = isCode && int.TryParse(_raw.Slice(at + 2, digits), NumberStyles.AllowHexSpecifier, null, out code);
            if (!isCode || code is < 0 or > 0x10ffff or (>= 0xd800 and < 0xe000)) return to;
            foreach (char unit in char.ConvertFromUtf32(code)) Put(unit, at);
            return at + 2 + digits;
        }
        if (c is '\n' or '\r')
        {
            at += 2;
            while (at < to && _raw[at] is '\n' or '\r' or ' ' or '\t') at++;
            return at;
        }
        Put(
            c switch
            {
                '0' => '\0',
                'a' => '\a',
                'b' => '\b',
                't' => '\t',
                'n' => '\n',
                'v' => '\v',
                'f' => '\f',
                'r' => '\r',
                'e' => '\e',
                'N' => '\x85',
                '_' => '\xa0',
                'L' => '\u2028',
                'P' => '\u2029',
                _ => c,
            }, at);
        return at + 2;
    }

    /// <summary>Literal and folded scalars, with their indentation taken off.</summary>
    private readonly void ReadBlock(bool isFolded)
    {
        int at = _raw.IndexOf('\n') + 1;
        if (at == 0) return;
        int explicitIndent = _raw[..at].IndexOfAnyInRange('1', '9');
        int indent = -1;
        int breaks = 0;
        bool wasPlain = false, isFirst = true;
        while (at < _raw.Length)
        {
            int length = _raw[at..].IndexOf('\n');
            int end = length < 0 ? _raw.Length : at + length;
            ReadOnlySpan<char> line = _raw[at..end].TrimEnd('\r');
            int spaces = line.Length - line.TrimStart(' ').Length;
            bool isBlank = spaces == line.Length && (indent < 0 || spaces <= indent);
            if (indent < 0 && !isBlank) indent = explicitIndent >= 0 ? Math.Max(0, spaces) : spaces;
            if (isBlank) breaks++;
            else if (line.Length > 0 && spaces < indent) break;
            else
            {
                bool isPlain = line[indent] is not (' ' or '\t');
                if (!isFirst || breaks > 0) PutBreaks(isFirst ? breaks : breaks + 1, isFolded && wasPlain && isPlain && !isFirst, at);
                for (int i = indent; i < line.Length; i++) Put(line[i], at + i);
                (wasPlain, isFirst, breaks) = (isPlain, false, 0);
            }
            at = end + 1;
        }
    }

    private readonly void PutBreaks(int breaks, bool folds, int at)
    {
        if (folds && breaks == 1)
        {
            Put(' ', at - 1);
            return;
        }
        for (int i = folds ? 1 : 0; i < breaks; i++) Put('\n', at - 1);
    }
}
