using System.Text;

namespace Breakwater.Waf.SecLang;

/// <summary>
/// Splits a rule file into directives and a directive into words, as Apache's configuration reader does, for which SecLang was made: a
/// backslash at the end of a line continues it (of a comment too), <c>#</c> at the start of a line is a comment, words are separated by
/// blanks, a word that starts with a quote ends at the next same quote, and a backslash before that quote or another backslash is taken
/// away. Owned by the parser of one file.
/// </summary>
internal ref struct SecLexer
{
    private readonly string _file;
    private readonly int _maxChars;
    private ReadOnlySpan<char> _rest;
    private int _line;

    public SecLexer(string file, ReadOnlySpan<char> text, int maxChars)
    {
        _file = file;
        _rest = text;
        _maxChars = maxChars;
        _line = 0;
    }

    /// <summary>Reads the next directive, or null at the end. A directive that is too long is a fault and is skipped whole.</summary>
    public SecLine? Next(out SecFault? fault)
    {
        fault = null;
        while (!_rest.IsEmpty)
        {
            ReadOnlySpan<char> line = TakeLine();
            ReadOnlySpan<char> text = line.TrimStart(" \t");
            if (text.IsEmpty || text[0] == '#')
            {
                while (line is [.., '\\'] && !_rest.IsEmpty) line = TakeLine();
                continue;
            }

            return Join(text, line.Length - text.Length, out fault);
        }

        return null;
    }

    private SecLine Join(ReadOnlySpan<char> first, int indent, out SecFault? fault)
    {
        fault = null;
        List<(int, int, int)> pieces = [(0, _line, indent + 1)];
        if (first is not [.., '\\']) return new SecLine(_file, Bounded(first, ref fault), [.. pieces]);

        StringBuilder text = new();
        ReadOnlySpan<char> line = first;
        while (line is [.., '\\'])
        {
            if (text.Length < _maxChars) text.Append(line[..^1]);
            if (_rest.IsEmpty) return new SecLine(_file, Bounded(text.ToString(), ref fault), [.. pieces]);
            line = TakeLine();
            pieces.Add((text.Length, _line, 1));
        }

        if (text.Length < _maxChars) text.Append(line);
        return new SecLine(_file, Bounded(text.ToString(), ref fault), [.. pieces]);
    }

    private readonly string Bounded(ReadOnlySpan<char> text, ref SecFault? fault)
    {
        text = text.TrimEnd(" \t");
        if (text.Length < _maxChars) return text.ToString();
        fault = new SecFault($"a directive of more than {_maxChars} characters", "split it, or look for a stray backslash at a line's end");
        return "";
    }

    private ReadOnlySpan<char> TakeLine()
    {
        _line++;
        int end = _rest.IndexOf('\n');
        ReadOnlySpan<char> line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return line is [.., '\r'] ? line[..^1] : line;
    }

    /// <summary>Splits a directive into its words.</summary>
    public static SecFault? Split(SecLine line, List<SecWord> words)
    {
        string text = line.Text;
        int at = 0;
        while (true)
        {
            while (at < text.Length && text[at] is ' ' or '\t') at++;
            if (at == text.Length) return null;
            if (Word(line, ref at, words) is { } fault) return fault;
        }
    }

    private static SecFault? Word(SecLine line, ref int at, List<SecWord> words)
    {
        string text = line.Text;
        char quote = text[at] is '"' or '\'' ? text[at] : '\0';
        int start = quote == 0 ? at : at + 1;
        StringBuilder word = new();
        List<int> escapes = [];
        for (at = start; at < text.Length; at++)
        {
            char c = text[at];
            if (quote == 0 ? c is ' ' or '\t' : c == quote) break;
            if (c == '\\' && at + 1 < text.Length && (text[at + 1] == '\\' || (quote != 0 && text[at + 1] == quote)))
            {
                escapes.Add(word.Length);
                at++;
                c = text[at];
            }

            word.Append(c);
        }

        if (quote != 0)
        {
            if (at == text.Length) return new SecFault(start - 1, "a quote that is never closed", $"end the text with {quote}");
            at++;
            if (at < text.Length && text[at] is not (' ' or '\t'))
            {
                return new SecFault(at, "text right after a closing quote", $"write \\{quote} for a quote inside the text, or a blank after it");
            }
        }

        words.Add(new SecWord(line, start, word.ToString(), quote != 0, [.. escapes]));
        return null;
    }
}
