namespace Breakwater.Http;

/// <summary>Where one field line lies in its block. Offsets are bytes from the start of the block.</summary>
internal struct FieldLine
{
    /// <summary>The first byte of the name.</summary>
    public int Start;

    /// <summary>The first byte of the value, after optional whitespace.</summary>
    public int ValueStart;

    /// <summary>Behind the last byte of the value, before optional whitespace.</summary>
    public int ValueEnd;

    /// <summary>Behind the line's CRLF.</summary>
    public int End;

    /// <summary>The length of the name.</summary>
    public int NameLength;

    /// <summary>The field's number, when it is a known one.</summary>
    public KnownField Known;

    /// <summary>Whether the field ends at this hop, for its name or because Connection nominates it.</summary>
    public bool HopByHop;
}
