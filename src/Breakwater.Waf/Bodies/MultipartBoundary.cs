using System.Text;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// Reads the boundary from a Content-Type field (RFC 7578 §4.1, RFC 2046 §5.1.1), strictly: anything that servers are known to read in
/// different ways is refused or noted. Stateless.
/// </summary>
internal static class MultipartBoundary
{
    private const int LongestField = 1024;

    /// <summary>Finds the boundary; false where the field has none that all would read alike.</summary>
    public static bool TryRead(ReadOnlySpan<byte> contentType, out ReadOnlySpan<byte> boundary, ref MultipartFlags flags)
    {
        boundary = default;
        ReadOnlySpan<byte> type = "multipart/form-data"u8;
        if (contentType.Length is 0 or > LongestField || contentType.Length < type.Length) return false;
        if (!Ascii.EqualsIgnoreCase(contentType[..type.Length], type) || Parameters(contentType) > 1) return false;

        int name = contentType.IndexOf("boundary"u8);
        if (name < 0) return false;
        bool semicolon = false;
        foreach (byte b in contentType[type.Length..name])
        {
            if (IsBlank(b)) continue;
            if (semicolon || b != ';') return false;
            semicolon = true;
        }

        if (!semicolon) flags |= MultipartFlags.MissingSemicolon;
        ReadOnlySpan<byte> rest = contentType[(name + 8)..];
        int equals = rest.IndexOf((byte)'=');
        if (equals < 0) return false;
        foreach (byte b in rest[..equals])
        {
            if (!IsBlank(b)) return false;
            flags |= MultipartFlags.BoundaryWhitespace;
        }

        return Value(rest[(equals + 1)..], out boundary, ref flags);
    }

    private static bool Value(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> boundary, ref MultipartFlags flags)
    {
        if (value is [var first, ..] && IsBlank(first)) flags |= MultipartFlags.BoundaryWhitespace;
        if (value is [(byte)'"', .., (byte)'"'])
        {
            flags |= MultipartFlags.BoundaryQuoted;
            boundary = value[1..^1];
        }
        else
        {
            boundary = value;
            if (value is [(byte)'"', ..] or [_, .., (byte)'"']) return false;
        }

        if (Parameters(boundary) > 0) return false;
        if (!AreBoundaryBytes(boundary) && boundary.IndexOf((byte)';') is >= 0 and int semicolon)
        {
            // Some clients send a parameter after the boundary.
            boundary = boundary[..semicolon];
        }

        return !boundary.IsEmpty && AreBoundaryBytes(boundary);
    }

    /// <summary>How often the word stands there, in any case, with an equals sign somewhere behind it.</summary>
    private static int Parameters(ReadOnlySpan<byte> field)
    {
        int last = field.LastIndexOf((byte)'=');
        int count = 0;
        for (int i = 0; i + 8 <= last; i++)
        {
            if (Ascii.EqualsIgnoreCase(field.Slice(i, 8), "boundary"u8)) count++;
        }

        return count;
    }

    private static bool AreBoundaryBytes(ReadOnlySpan<byte> text)
    {
        foreach (byte b in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && " '()+_,-./:=?"u8.IndexOf(b) < 0) return false;
        }

        return text is not [.., (byte)' '];
    }

    private static bool IsBlank(byte b) => Transformations.Blank.Is(b);
}
