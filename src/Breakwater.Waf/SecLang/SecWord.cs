namespace Breakwater.Waf.SecLang;

/// <summary>
/// One word of a directive, without its quotes and with escaped quotes and backslashes resolved. It still knows where each of its
/// characters stood. Immutable.
/// </summary>
/// <param name="Line">The directive that it is part of.</param>
/// <param name="Start">Offset of its first character in the directive's text.</param>
/// <param name="Text">What it says.</param>
/// <param name="Quoted">Whether it stood in quotes.</param>
/// <param name="Escapes">Offsets in <paramref name="Text"/> before which a backslash was taken away, ascending.</param>
internal sealed record SecWord(SecLine Line, int Start, string Text, bool Quoted, int[] Escapes)
{
    /// <summary>Where the word starts.</summary>
    public SecPosition Position => Line.PositionAt(Start);

    /// <summary>Where the character at an offset of <see cref="Text"/> stood.</summary>
    public SecPosition PositionAt(int offset)
    {
        int escapes = 0;
        while (escapes < Escapes.Length && Escapes[escapes] <= offset) escapes++;
        return Line.PositionAt(Start + offset + escapes);
    }
}
