using System.Text;
using Breakwater.Matching;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>Chooses members of a collection by their names; ASCII case does not matter. Immutable.</summary>
internal sealed class NameSelector
{
    private static readonly ByteRegexOptions RegexOptions = new() { Dialect = RegexDialect.Pcre, IgnoreCase = true, DotMatchesNewLine = true, MultiLine = true };

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private readonly byte[]? _name;
    private readonly ByteRegex? _regex;
    private readonly ParameterPath? _path;
    private readonly byte[]? _prefix; // all that the expression asks for

    private NameSelector(byte[]? name, ByteRegex? regex, ParameterPath? path, string text, byte[]? prefix = null)
    {
        _prefix = prefix;
        _name = name;
        _regex = regex;
        _path = path;
        Text = text;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The one name that it chooses; null where it is a pattern.</summary>
    public byte[]? Name => _name;

    public static NameSelector OfName(string name) => new(Encoding.UTF8.GetBytes(name), null, null, name);

    public static NameSelector OfPath(ParameterPath path) => new(null, null, path, path.Text);

    /// <summary>Compiles what a target says; null, with the reason, where the expression is wrong.</summary>
    public static NameSelector? Compile(SecSelector selector, SecPosition position, ICollection<SecDiagnostic> diagnostics)
    {
        if (selector.Kind == SecSelectorKind.Name) return OfName(selector.Text);
        if (ByteRegex.TryCompile(Encoding.UTF8.GetBytes(selector.Text), RegexOptions, out ByteRegex? regex, out ByteRegexError error))
        {
            return new NameSelector(null, regex, null, selector.ToString(), PrefixOf(selector.Text));
        }

        diagnostics.Add(new SecDiagnostic(position, SecSeverity.Error,
            $"the expression {SecNames.Quote(selector.Text)} of the target is wrong at its byte {error.Offset}: {error.Message.TrimEnd('.')}", "mend the expression"));
        return null;
    }

    /// <summary>What stands behind <c>^</c> where that is plain text, as in <c>^header_name_</c>.</summary>
    private static byte[]? PrefixOf(string expression) =>
        expression.StartsWith('^') && expression.AsSpan(1).IndexOfAnyExcept(Plain) < 0 ? Encoding.ASCII.GetBytes(expression[1..]) : null;

    public bool Matches(ReadOnlySpan<byte> name)
    {
        if (_name is not null) return NameText.AreEqual(name, _name);
        // The expression matches behind a line's end, too.
        if (_prefix is not null && !name.Contains((byte)'\n')) return name.Length >= _prefix.Length && NameText.AreEqual(name[.._prefix.Length], _prefix);
        return _regex is not null ? _regex.IsMatch(name) : _path!.Matches(name);
    }
}
