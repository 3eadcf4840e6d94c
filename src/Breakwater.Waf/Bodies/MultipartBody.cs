namespace Breakwater.Waf.Bodies;

/// <summary>
/// The processor MULTIPART (RFC 7578), strict: whatever servers are known to read in different ways sets a flag of
/// <see cref="MultipartFlags"/> or is an error. Fields become ARGS_POST, files FILES and FILES_SIZES (a name in <c>filename*</c> is one more
/// member of FILES), header lines MULTIPART_PART_HEADERS. After an error the part that was being read and the rest of the body are kept as
/// values. One pass; throws on no input. Stateless.
/// </summary>
public static class MultipartBody
{
    /// <summary>Reads a body.</summary>
    /// <param name="contentType">The Content-Type field's value.</param>
    /// <param name="text">The body, or its first part.</param>
    /// <param name="isPartial">Whether there is more that is not inspected, so that an early end is no error.</param>
    /// <param name="into">Where fields and files go.</param>
    public static void Parse(ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> text, bool isPartial, InspectedBody into)
    {
        ArgumentNullException.ThrowIfNull(into);
        MultipartFlags flags = MultipartFlags.None;
        bool usable = MultipartBoundary.TryRead(contentType, out ReadOnlySpan<byte> boundary, ref flags);
        into.Multipart |= flags;
        if (!usable)
        {
            into.Multipart |= MultipartFlags.Error;
            into.Fail(BodyError.MultipartContentType);
            into.TryAdd(into.Arguments, default, text);
            return;
        }

        MultipartReader reader = new(boundary, text, into);
        reader.Read(isPartial);
    }
}
