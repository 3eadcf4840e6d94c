using System.Text;
using System.Text.Unicode;

namespace Breakwater.Rules.Functions;

/// <summary>A step into a JSON document: an attribute's name, or an element's number.</summary>
internal readonly record struct JsonStep(byte[]? Name, long Number);

/// <summary>
/// Finds one value in a JSON document (RFC 8259) in one pass, without building anything: linear, at most <see cref="MaxDepth"/> deep.
/// The whole document must be well-formed; of attributes of the same name the last counts.
/// </summary>
internal ref struct JsonScanner
{
    private const int MaxDepth = 128;

    private readonly ReadOnlySpan<byte> _json;
    private readonly ReadOnlySpan<JsonStep> _path;
    private int _at;
    private Range _found;
    private bool _isFound;

    private JsonScanner(ReadOnlySpan<byte> json, ReadOnlySpan<JsonStep> path)
    {
        _json = json;
        _path = path;
    }

    /// <summary>The value at a path as it stands in the document; false when there is none, or this is no JSON.</summary>
    public static bool TryFind(ReadOnlySpan<byte> json, ReadOnlySpan<JsonStep> path, out ReadOnlySpan<byte> value)
    {
        value = default;
        var scanner = new JsonScanner(json, path);
        if (!scanner.Value(0, 0)) return false;
        scanner.Space();
        if (scanner._at != json.Length || !scanner._isFound || !Utf8.IsValid(json)) return false;
        value = json[scanner._found];
        return true;
    }

    // step: how many steps of the path lead here; -1 when they lead elsewhere.
    private bool Value(int depth, int step)
    {
        if (depth > MaxDepth) return false;
        Space();
        int start = _at;
        bool good = Current switch
        {
            (byte)'{' => Object(depth, step),
            (byte)'[' => Array(depth, step),
            (byte)'"' => String(out _),
            (byte)'t' => Word("true"u8),
            (byte)'f' => Word("false"u8),
            (byte)'n' => Word("null"u8),
            _ => Number(),
        };
        if (good && step == _path.Length)
        {
            _found = start.._at;
            _isFound = true;
        }

        return good;
    }

    private bool Object(int depth, int step)
    {
        _at++;
        Space();
        if (Take((byte)'}')) return true;
        do
        {
            Space();
            if (Current != '"' || !String(out ReadOnlySpan<byte> name)) return false;
            Space();
            if (!Take((byte)':')) return false;
            bool wanted = (uint)step < (uint)_path.Length && _path[step].Name is { } key && EqualsText(name, key);
            if (wanted) _isFound = false;
            if (!Value(depth + 1, wanted ? step + 1 : -1)) return false;
            Space();
        }
        while (Take((byte)','));
        return Take((byte)'}');
    }

    private bool Array(int depth, int step)
    {
        _at++;
        Space();
        if (Take((byte)']')) return true;
        long number = 0;
        do
        {
            bool wanted = (uint)step < (uint)_path.Length && _path[step].Name is null && _path[step].Number == number++;
            if (!Value(depth + 1, wanted ? step + 1 : -1)) return false;
            Space();
        }
        while (Take((byte)','));
        return Take((byte)']');
    }

    /// <summary>A string; its content still has its escapes.</summary>
    private bool String(out ReadOnlySpan<byte> content)
    {
        content = default;
        int start = ++_at;
        while (_at < _json.Length)
        {
            int skip = _json[_at..].IndexOfAny((byte)'"', (byte)'\\');
            if (skip < 0) return false;
            if (_json.Slice(_at, skip).IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0) return false;
            _at += skip;
            if (_json[_at] == '"')
            {
                content = _json[start.._at++];
                return true;
            }

            ReadOnlySpan<byte> rest = _json[_at..];
            if (!TryNext(ref rest, out _)) return false;
            _at = _json.Length - rest.Length;
        }

        return false;
    }

    private bool Number()
    {
        Take((byte)'-');
        if (Take((byte)'0'))
        {
        }
        else if (!Digits())
        {
            return false;
        }

        if (Take((byte)'.') && !Digits()) return false;
        if (Current is not ((byte)'e' or (byte)'E')) return true;
        _at++;
        if (Current is (byte)'+' or (byte)'-') _at++;
        return Digits();
    }

    private bool Digits()
    {
        int start = _at;
        while (Current is >= (byte)'0' and <= (byte)'9') _at++;
        return _at > start;
    }

    private bool Word(ReadOnlySpan<byte> word)
    {
        if (!_json[_at..].StartsWith(word)) return false;
        _at += word.Length;
        return true;
    }

    private readonly byte Current => _at < _json.Length ? _json[_at] : (byte)0;

    private bool Take(byte c)
    {
        if (Current != c) return false;
        _at++;
        return true;
    }

    private void Space()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') _at++;
    }

    /// <summary>Resolves the escapes of a string's content; the destination needs as many bytes.</summary>
    public static int Unescape(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        int length = 0;
        while (!content.IsEmpty)
        {
            int plain = content.IndexOf((byte)'\\');
            if (plain < 0) plain = content.Length;
            content[..plain].CopyTo(destination[length..]);
            length += plain;
            content = content[plain..];
            if (!content.IsEmpty && TryNext(ref content, out Rune rune)) length += rune.EncodeToUtf8(destination[length..]);
        }

        return length;
    }

    private static bool EqualsText(ReadOnlySpan<byte> content, ReadOnlySpan<byte> text)
    {
        Span<byte> utf8 = stackalloc byte[4];
        while (true)
        {
            int plain = content.IndexOf((byte)'\\');
            if (plain < 0) return content.SequenceEqual(text);
            if (!text.StartsWith(content[..plain])) return false;
            text = text[plain..];
            content = content[plain..];
            if (!TryNext(ref content, out Rune rune)) return false;
            int length = rune.EncodeToUtf8(utf8);
            if (!text.StartsWith(utf8[..length])) return false;
            text = text[length..];
        }
    }

    /// <summary>Takes one escape off the start.</summary>
    private static bool TryNext(ref ReadOnlySpan<byte> content, out Rune rune)
    {
        rune = default;
        if (content.Length < 2) return false;
        byte kind = content[1];
        if (kind != 'u')
        {
            int index = "\"\\/bfnrt"u8.IndexOf(kind);
            if (index < 0) return false;
            rune = new Rune("\"\\/\b\f\n\r\t"[index]);
            content = content[2..];
            return true;
        }

        if (!TryUnit(content, out char unit)) return false;
        content = content[6..];
        if (!char.IsSurrogate(unit))
        {
            rune = new Rune(unit);
            return true;
        }

        if (!TryUnit(content, out char low) || !Rune.TryCreate(unit, low, out rune)) return false;
        content = content[6..];
        return true;
    }

    private static bool TryUnit(ReadOnlySpan<byte> content, out char unit)
    {
        unit = default;
        if (content.Length < 6 || content[0] != '\\' || content[1] != 'u') return false;
        int value = 0;
        foreach (byte digit in content.Slice(2, 4))
        {
            if (!char.IsAsciiHexDigit((char)digit)) return false;
            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        unit = (char)value;
        return true;
    }
}
