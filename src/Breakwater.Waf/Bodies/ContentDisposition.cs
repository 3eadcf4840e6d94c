using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// Reads a part's Content-Disposition field (RFC 7578 §4.2, RFC 6266) strictly: <c>form-data; name="a"; filename="b"</c> and nothing else.
/// Names are resolved into the arena. Owned by the caller's stack frame.
/// </summary>
internal ref struct ContentDisposition
{
    private readonly ReadOnlySpan<byte> _field;
    private readonly InspectedBody _into;
    private int _at;

    /// <param name="field">The field's value; not in the arena, which moves while it grows.</param>
    /// <param name="into">Where names go.</param>
    public ContentDisposition(ReadOnlySpan<byte> field, InspectedBody into)
    {
        _field = field;
        _into = into;
        _at = 0;
        (Name, Filename, FilenameStar) = (default, default, default);
    }

    /// <summary>The field's name.</summary>
    public ByteSlice Name { get; private set; }

    /// <summary>The file's name; empty for a part that is no file.</summary>
    public ByteSlice Filename { get; private set; }

    /// <summary>The file's name in its other form (RFC 8187), decoded; empty where there is none.</summary>
    public ByteSlice FilenameStar { get; private set; }

    /// <summary>Reads the field; false where it is not what it should be. What was read before stays.</summary>
    public bool TryRead()
    {
        if (!_field.StartsWith("form-data"u8)) return false;
        _at = 9;
        SkipBlanks();
        if (AtEnd) return true;
        while (!AtEnd)
        {
            if (_field[_at++] != ';') return Refuse();
            if (AtEnd) break;
            SkipBlanks();
            if (AtEnd || !TryParameter()) return false;
            SkipBlanks();
        }

        // Some readers find file names by searching for these bytes, and would not find this one.
        if (Filename.Length == 0) return FilenameStar.Length == 0;
        return _field.IndexOf("filename="u8) >= 0;
    }

    private readonly bool AtEnd => _at >= _field.Length;

    private readonly bool Refuse()
    {
        if (_field[_at - 2] is (byte)'"' or (byte)'\'') _into.Multipart |= MultipartFlags.InvalidQuoting;
        return false;
    }

    private void SkipBlanks()
    {
        while (!AtEnd && _field[_at] is (byte)' ' or (byte)'\t') _at++;
    }

    private bool TryParameter()
    {
        int start = _at;
        while (!AtEnd && _field[_at] is not ((byte)'=' or (byte)' ' or (byte)'\t')) _at++;
        ReadOnlySpan<byte> name = _field[start.._at];
        SkipBlanks();
        if (AtEnd || _field[_at++] != '=') return false;
        SkipBlanks();
        if (AtEnd) return false;

        bool isStar = name.SequenceEqual("filename*"u8);
        ByteSlice value;
        if (isStar)
        {
            if (!TryExtended(out value) || FilenameStar.Length > 0) return false;
            FilenameStar = value;
            return true;
        }

        byte quote = _field[_at] is (byte)'"' or (byte)'\'' ? _field[_at] : (byte)0;
        if (!(quote == 0 ? TryToken(out value) : TryQuoted(quote, out value))) return false;
        bool isName = name.SequenceEqual("name"u8);
        if (!isName && !name.SequenceEqual("filename"u8)) return false;
        if (quote != '"' && _into.Arena[value].Contains((byte)'\'')) _into.Multipart |= MultipartFlags.InvalidQuoting;
        if ((isName ? Name : Filename).Length > 0) return false;
        if (isName) Name = value;
        else Filename = value;
        return true;
    }

    private bool TryToken(out ByteSlice value)
    {
        int start = _at;
        while (!AtEnd && _field[_at] is > 32 and < 127 && "()<>@,;:\\\"/[]?="u8.IndexOf(_field[_at]) < 0) _at++;
        return _into.TryKeep(_field[start.._at], out value);
    }

    private bool TryQuoted(byte quote, out ByteSlice value)
    {
        value = default;
        // Some servers take single quotes for quotes, others for part of the name.
        if (quote == '\'') _into.Multipart |= MultipartFlags.InvalidQuoting;
        _at++;
        if (!_into.TryReserve(_field.Length - _at, out Span<byte> room)) return false;
        int length = 0;
        while (!AtEnd && _field[_at] != quote)
        {
            if (_field[_at] == '\\')
            {
                if (_at + 1 == _field.Length) return false;
                // Before anything else the backslash stays: old browsers send whole paths.
                if (_field[_at + 1] == quote || _field[_at + 1] == '\\') _at++;
            }

            room[length++] = _field[_at++];
        }

        value = _into.Arena.Commit(length);
        if (AtEnd) return false;
        _at++;
        return true;
    }

    private bool TryExtended(out ByteSlice value)
    {
        value = default;
        int start = _at;
        while (!AtEnd && (char.IsAsciiLetterOrDigit((char)_field[_at]) || "!#$%&+-^_`{}~"u8.IndexOf(_field[_at]) >= 0)) _at++;
        if (_at == start || AtEnd || _field[_at++] != '\'') return false;
        int language = _field[_at..].IndexOf((byte)'\'');
        if (language < 0) return false;
        _at += language + 1;
        start = _at;
        while (!AtEnd && _field[_at] != ';')
        {
            bool isEscape = _field[_at] == '%';
            if (isEscape ? !Hex.AreDigits(_field, _at + 1, 2) : !char.IsAsciiLetterOrDigit((char)_field[_at]) && "!#$&+-.^_`|~"u8.IndexOf(_field[_at]) < 0) return false;
            _at += isEscape ? 3 : 1;
        }

        ReadOnlySpan<byte> encoded = _field[start.._at];
        if (!_into.TryReserve(encoded.Length, out Span<byte> room)) return false;
        int length = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            bool isEscape = encoded[i] == '%';
            room[length++] = isEscape ? Hex.Byte(encoded, i + 1) : encoded[i];
            if (isEscape) i += 2;
        }

        value = _into.Arena.Commit(length);
        return true;
    }
}
