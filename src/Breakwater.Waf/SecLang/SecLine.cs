namespace Breakwater.Waf.SecLang;

/// <summary>
/// One directive: its physical lines joined, continuation backslashes gone. It knows where each of its characters stood. Immutable.
/// </summary>
/// <param name="File">The file's name.</param>
/// <param name="Text">The joined text.</param>
/// <param name="Pieces">The physical lines: where each starts in <paramref name="Text"/>, and its number and first column in the file.</param>
internal sealed record SecLine(string File, string Text, (int Offset, int Line, int Column)[] Pieces)
{
    /// <summary>Where the directive starts.</summary>
    public SecPosition Position => PositionAt(0);

    /// <summary>Where the character at an offset of <see cref="Text"/> stood; the end's offset is allowed.</summary>
    public SecPosition PositionAt(int offset)
    {
        int piece = Pieces.Length - 1;
        while (piece > 0 && Pieces[piece].Offset > offset) piece--;
        return new SecPosition(File, Pieces[piece].Line, Pieces[piece].Column + offset - Pieces[piece].Offset);
    }
}
