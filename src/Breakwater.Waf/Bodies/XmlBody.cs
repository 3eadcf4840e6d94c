using System.Buffers;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// The processor XML (XML 1.0): the text of the whole document as one value (<c>XML:/*</c>), and the value of each attribute
/// (<c>XML://@*</c>). Character references and the five predefined entities are resolved, no other: nothing is expanded, nothing fetched.
/// A document type is skipped; its inner text is one more value, so that rules see what it declares. A document that is not well-formed
/// is an error and is still read to its end; then all of it, as it stands, is one more value. Linear; throws on no input. Stateless.
/// </summary>
public static class XmlBody
{
    /// <summary>Reads a document.</summary>
    /// <param name="text">The body, or its first part.</param>
    /// <param name="isPartial">Whether there is more that is not inspected, so that an early end is no error.</param>
    /// <param name="into">Where text and attributes go.</param>
    public static void Parse(ReadOnlySpan<byte> text, bool isPartial, InspectedBody into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        if (IsUtf16(text, out bool bigEndian))
        {
            byte[] utf8 = ArrayPool<byte>.Shared.Rent(text.Length * 3 / 2 + 4);
            ParseUtf8(utf8.AsSpan(0, XmlEncodings.FromUtf16(text, bigEndian, utf8)), isPartial, into);
            ArrayPool<byte>.Shared.Return(utf8);
            return;
        }

        // Programs in C send the end of their strings, too.
        text = text.TrimEnd((byte)0);
        if (!XmlEncodings.CanInspect(text)) into.Fail(BodyError.XmlEncoding);
        ParseUtf8(text, isPartial, into);
    }

    private static void ParseUtf8(ReadOnlySpan<byte> text, bool isPartial, InspectedBody into)
    {
        // Two passes, so that the text of the whole document lies in one piece.
        if (TryText(text, into)) Structure(text, isPartial, into);
    }

    private static bool TryText(ReadOnlySpan<byte> text, InspectedBody into)
    {
        XmlTokenizer tokens = new(text);
        if (!into.TryKeep(default, out ByteSlice noName)) return false;
        int start = into.Arena.Used;
        while (true)
        {
            switch (tokens.Next())
            {
                case XmlToken.Text when !XmlReferences.TryKeep(tokens.Content, into):
                case XmlToken.Cdata when !into.TryKeep(tokens.Content, out _):
                    into.XmlText.Add(noName, new ByteSlice(start, into.Arena.Used - start));
                    return false;
                case XmlToken.End:
                    into.XmlText.Add(noName, new ByteSlice(start, into.Arena.Used - start));
                    return true;
            }
        }
    }

    private static void Structure(ReadOnlySpan<byte> text, bool isPartial, InspectedBody into)
    {
        XmlTokenizer tokens = new(text);
        ByteSlice[] open = ArrayPool<ByteSlice>.Shared.Rent(into.Limits.XmlDepth);
        int depth = 0, roots = 0;
        bool broken = false, declares = false;
        XmlToken token;
        while ((token = tokens.Next()) != XmlToken.End)
        {
            if (token is XmlToken.StartTag or XmlToken.EmptyTag)
            {
                roots += depth == 0 ? 1 : 0;
                if (!TryTag(tokens.Content, into, ref broken, out int nameLength)) break;
                if (token == XmlToken.EmptyTag) continue;
                if (depth == into.Limits.XmlDepth)
                {
                    into.Fail(BodyError.XmlDepth);
                    break;
                }

                open[depth++] = new ByteSlice(OffsetIn(text, tokens.Content), nameLength);
            }
            else if (token == XmlToken.EndTag)
            {
                ReadOnlySpan<byte> name = tokens.Content.TrimEnd(" \t\r\n"u8);
                broken |= depth == 0 || !name.SequenceEqual(text.Slice(open[depth - 1].Offset, open[depth - 1].Length));
                depth = Math.Max(0, depth - 1);
            }
            else if (token == XmlToken.DocumentType)
            {
                declares = true;
                if (tokens.Content.IndexOf("<!ENTITY"u8) >= 0) into.Fail(BodyError.XmlEntity);
                if (!into.TryAdd(into.XmlText, default, tokens.Content)) break;
            }
            else if (token is XmlToken.Text or XmlToken.Cdata && depth == 0)
            {
                broken |= token == XmlToken.Cdata || !tokens.Content.Trim(" \t\r\n"u8).IsEmpty;
            }
        }

        ArrayPool<ByteSlice>.Shared.Return(open);
        bool early = tokens.IsUnfinished || depth > 0 || roots == 0;
        if (early && !isPartial) into.Fail(BodyError.XmlIncomplete);
        else if (broken || tokens.IsBroken || roots > 1) into.Fail(BodyError.XmlSyntax);

        // Without a document type there can be no entities: that was an ampersand.
        if (!declares) into.Soften(BodyError.XmlEntity, BodyError.XmlSyntax);

        // What others make of it nobody knows: rules see it as it stands, too.
        if (into.Error == BodyError.XmlSyntax) into.TryAdd(into.XmlText, default, text);
    }

    private static bool TryTag(ReadOnlySpan<byte> tag, InspectedBody into, ref bool broken, out int nameLength)
    {
        XmlAttributesReader attributes = new(tag);
        nameLength = attributes.TagName.Length;
        while (attributes.MoveNext())
        {
            if (!into.TryKeep(attributes.Name, out ByteSlice name)) return false;
            int start = into.Arena.Used;
            if (!XmlReferences.TryKeep(attributes.Value, into)) return false;
            if (!into.TryAdd(into.XmlAttributes, name, new ByteSlice(start, into.Arena.Used - start))) return false;
        }

        broken |= attributes.IsBroken;
        return true;
    }

    private static int OffsetIn(ReadOnlySpan<byte> text, ReadOnlySpan<byte> piece) =>
        text.Overlaps(piece, out int offset) ? offset : 0;

    private static bool IsUtf16(ReadOnlySpan<byte> text, out bool bigEndian)
    {
        bigEndian = text is [0xFE, 0xFF, ..] or [0, (byte)'<', ..];
        return bigEndian || text is [0xFF, 0xFE, ..] or [(byte)'<', 0, ..];
    }
}
