namespace Breakwater.Rules.Syntax;

/// <content>Characters, words and errors.</content>
internal sealed partial class ExpressionParser
{
    private static bool IsIdentifierPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\r' or '\n') _at++;
    }

    private bool StartsWith(string token) => _text.AsSpan(_at).StartsWith(token, StringComparison.Ordinal);

    private bool TryTake(string token)
    {
        if (!StartsWith(token)) return false;
        _at += token.Length;
        return true;
    }

    private ReadOnlySpan<char> Slice(TextSpan span) => _text.AsSpan(span.Start, span.Length);

    /// <summary>The identifier that starts here: words of letters, digits and underscores with single dots between; may be empty.</summary>
    private TextSpan Identifier()
    {
        int at = _at;
        while (true)
        {
            int word = at;
            while (at < _text.Length && IsIdentifierPart(_text[at])) at++;
            if (at == word) return TextSpan.Between(_at, word == _at ? _at : word - 1);
            if (at == _text.Length || _text[at] != '.') return TextSpan.Between(_at, at);
            at++;
        }
    }

    /// <summary>What a person would take for the next word: never empty unless at the end, never long.</summary>
    private TextSpan Word()
    {
        const int longest = 40;
        int at = _at;
        if (at == _text.Length) return new TextSpan(at, 0);
        bool letters = IsIdentifierPart(_text[at]);
        while (at < _text.Length && at - _at < longest && (letters ? IsIdentifierPart(_text[at]) : "=<>!~&|^".Contains(_text[at]))) at++;
        return TextSpan.Between(_at, Math.Max(at, _at + 1));
    }

    private bool Deeper(int start) =>
        ++_nesting <= MaxNesting || Fail(new TextSpan(start, 1), $"parentheses, not and function calls nest more than {MaxNesting} deep");

    private bool CloseParenthesis(int opened)
    {
        SkipSpace();
        if (TryTake(")")) return true;
        if (_at == _text.Length) return Fail(new TextSpan(opened, 1), "this parenthesis is never closed");
        return FailExpected("')'");
    }

    private bool FailExpected(string what)
    {
        if (_at == _text.Length) return FailAt(_at, $"expected {what}, and the expression ends");
        TextSpan word = Word();
        return Fail(word, $"expected {what} instead of {Shown(word)}");
    }

    private string Shown(TextSpan word) => _text[word.Start] switch
    {
        '\t' => "a tab; only spaces and line ends separate words",
        '\r' or '\n' => "the end of the line",
        char c when char.IsControl(c) => $"a control character (U+{(int)c:X4})",
        _ => $"'{Slice(word)}'",
    };

    private bool FailAt(int at, string message) => Fail(new TextSpan(at, 1), message);

    private bool Fail(TextSpan span, string message, string? suggestion = null)
    {
        if (_error is not null) return false;
        // A message is one line, whatever it quotes.
        if (message.Any(char.IsControl)) message = string.Concat(message.Select(c => char.IsControl(c) ? ' ' : c));
        ReadOnlySpan<char> before = _text.AsSpan(0, Math.Min(span.Start, _text.Length));
        int line = before.Count('\n') + 1;
        int column = before.Length - (before.LastIndexOf('\n') + 1) + 1;
        _error = new ExpressionDiagnostic(line, column, Math.Max(1, span.Length), message, suggestion);
        return false;
    }
}
