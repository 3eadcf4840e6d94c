using System.Buffers.Text;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// What rules see of a body: collections filled by one of the body processors, and what was wrong. Reused: <see cref="Reset"/> empties it
/// and keeps its room. Owned by one transaction.
/// </summary>
public sealed class InspectedBody : IDisposable
{
    /// <summary>An empty one.</summary>
    public InspectedBody(BodyLimits? limits = null)
    {
        Limits = limits ?? BodyLimits.Default;
        Arena = new ByteArena(Limits.ArenaBytes);
    }

    /// <summary>The bounds that it keeps.</summary>
    public BodyLimits Limits { get; }

    /// <summary>Where all names and values lie.</summary>
    public ByteArena Arena { get; }

    /// <summary>ARGS_POST.</summary>
    public MemberList Arguments { get; } = new();

    /// <summary>FILES: the file's name, by the field's name.</summary>
    public MemberList Files { get; } = new();

    /// <summary>FILES_SIZES: the length in decimal digits, by the field's name.</summary>
    public MemberList FileSizes { get; } = new();

    /// <summary>FILES_TMP_CONTENT, where <see cref="BodyLimits.KeepFileContent"/> says so.</summary>
    public MemberList FileContents { get; } = new();

    /// <summary>MULTIPART_PART_HEADERS: whole header lines, by the field's name.</summary>
    public MemberList PartHeaders { get; } = new();

    /// <summary>XML:/*: the document's text as one value, and the inner text of a document type, if there is one, as another.</summary>
    public MemberList XmlText { get; } = new();

    /// <summary>XML://@*: the value of each attribute, by its name.</summary>
    public MemberList XmlAttributes { get; } = new();

    /// <summary>FILES_COMBINED_SIZE, in bytes.</summary>
    public long FilesCombinedSize { get; internal set; }

    /// <summary>The first thing that was wrong (REQBODY_ERROR).</summary>
    public BodyError Error { get; private set; }

    /// <summary>What is unusual about a multipart body.</summary>
    public MultipartFlags Multipart { get; internal set; }

    /// <summary>MULTIPART_UNMATCHED_BOUNDARY: 0; 1 for a line that looks like a boundary and is none; 2 once a right boundary follows the first.</summary>
    public int UnmatchedBoundary { get; internal set; }

    /// <summary>URLENCODED_ERROR: whether there was an escape that is none.</summary>
    public bool UrlencodedError { get; internal set; }

    /// <summary>Empties it for the next transaction.</summary>
    public void Reset()
    {
        Arena.Reset();
        Arguments.Clear();
        Files.Clear();
        FileSizes.Clear();
        FileContents.Clear();
        PartHeaders.Clear();
        XmlText.Clear();
        XmlAttributes.Clear();
        (FilesCombinedSize, Error, Multipart, UnmatchedBoundary, UrlencodedError) = (0, BodyError.None, MultipartFlags.None, 0, false);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => Arena.Dispose();

    /// <summary>Notes what is wrong; the first counts.</summary>
    internal void Fail(BodyError error)
    {
        if (Error == BodyError.None) Error = error;
    }

    /// <summary>An error turned out to be another one.</summary>
    internal void Soften(BodyError error, BodyError to)
    {
        if (Error == error) Error = to;
    }

    /// <summary>Adds a member to a list, both parts copied; false when a bound is reached, which is then noted.</summary>
    internal bool TryAdd(MemberList list, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        TryKeep(name, out ByteSlice keptName) && TryKeep(value, out ByteSlice keptValue) && TryAdd(list, keptName, keptValue);

    /// <summary>Adds a member whose parts are in the arena already.</summary>
    internal bool TryAdd(MemberList list, ByteSlice name, ByteSlice value)
    {
        // What has no limit of its own is bounded by the body, of which each member takes some bytes.
        if (list == Arguments && list.Count >= Limits.Arguments)
        {
            Fail(BodyError.TooManyArguments);
            return false;
        }

        list.Add(name, value);
        return true;
    }

    /// <summary>Adds a member whose value is a number.</summary>
    internal bool TryAdd(MemberList list, ByteSlice name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length);
        return TryKeep(digits[..length], out ByteSlice kept) && TryAdd(list, name, kept);
    }

    /// <summary>Room in the arena for bytes to be written in place.</summary>
    internal bool TryReserve(int length, out Span<byte> room)
    {
        if (Arena.TryReserve(length, out room)) return true;
        Fail(BodyError.TooLarge);
        return false;
    }

    /// <summary>Copies bytes into the arena.</summary>
    internal bool TryKeep(ReadOnlySpan<byte> bytes, out ByteSlice slice)
    {
        if (Arena.TryAppend(bytes, out slice)) return true;
        Fail(BodyError.TooLarge);
        return false;
    }
}
