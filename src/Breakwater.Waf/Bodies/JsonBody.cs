namespace Breakwater.Waf.Bodies;

/// <summary>
/// The processor JSON (RFC 8259), on bytes: each value becomes an argument named by its path, <c>json.items.0.name</c>, in arrival order.
/// Nothing is lost: duplicate keys stay, <c>null</c> is an empty value, an array gives its length under its own name, an empty object
/// its name; of a text that breaks off all that came before stays, an unfinished string too; and what follows an offence against the grammar
/// is one more value, as it is. One pass, no recursion; throws on no input. Stateless.
/// </summary>
public static class JsonBody
{
    /// <summary>Reads a document.</summary>
    /// <param name="text">The body, or its first part.</param>
    /// <param name="isPartial">Whether there is more that is not inspected, so that an early end is no error.</param>
    /// <param name="into">Where arguments go.</param>
    public static void Parse(ReadOnlySpan<byte> text, bool isPartial, InspectedBody into)
    {
        ArgumentNullException.ThrowIfNull(into);
        JsonPath path = new(into.Limits.JsonDepth, into.Limits.ArenaBytes);
        JsonReader reader = new(text.StartsWith("\uFEFF"u8) ? text[3..] : text);
        BodyError error = Read(ref reader, ref path, into);
        // Some readers take more than the grammar allows, so rules see the rest as it is.
        if (error == BodyError.JsonSyntax) path.TryAdd(reader.Rest, into);
        if (error != BodyError.None && !(isPartial && error == BodyError.JsonIncomplete)) into.Fail(error);
        path.Dispose();
    }

    private static BodyError Read(ref JsonReader reader, ref JsonPath path, InspectedBody into)
    {
        bool needsValue = true;
        while (true)
        {
            BodyError error = needsValue ? Value(ref reader, ref path, into, out needsValue) : AfterValue(ref reader, ref path, into, out needsValue);
            if (error != BodyError.None) return error;
            if (!needsValue && path.Depth == 0) return reader.SkipBlanks() < 0 ? BodyError.None : BodyError.JsonSyntax;
        }
    }

    /// <summary>Reads a scalar, or the start of a container up to its first value.</summary>
    private static BodyError Value(ref JsonReader reader, ref JsonPath path, InspectedBody into, out bool needsValue)
    {
        needsValue = false;
        switch (reader.SkipBlanks())
        {
            case -1: return BodyError.JsonIncomplete;
            case '{': return Open(ref reader, ref path, into, isArray: false, out needsValue);
            case '[': return Open(ref reader, ref path, into, isArray: true, out needsValue);
            case '"': return String(ref reader, ref path, into);
            default:
                BodyError error = reader.Literal(out ReadOnlySpan<byte> literal);
                if (literal.SequenceEqual("null"u8)) literal = default;
                return error == BodyError.None && !path.TryAdd(literal, into) ? into.Error : error;
        }
    }

    private static BodyError String(ref JsonReader reader, ref JsonPath path, InspectedBody into)
    {
        if (!path.TryAddName(into, out ByteSlice name)) return into.Error;
        BodyError error = reader.String(into, out ByteSlice value);
        return into.TryAdd(into.Arguments, name, value) ? error : into.Error;
    }

    private static BodyError Open(ref JsonReader reader, ref JsonPath path, InspectedBody into, bool isArray, out bool needsValue)
    {
        needsValue = false;
        reader.Skip();
        if (!path.TryPush(isArray)) return BodyError.JsonDepth;
        int next = reader.SkipBlanks();
        if (next == (isArray ? ']' : '}'))
        {
            reader.Skip();
            return Close(ref path, into);
        }

        if (isArray)
        {
            needsValue = true;
            return path.TryNextIndex() ? BodyError.None : BodyError.TooLarge;
        }

        return Key(ref reader, ref path, into, out needsValue);
    }

    /// <summary>Reads what follows a value inside a container: a comma and up to the next value, or the container's end.</summary>
    private static BodyError AfterValue(ref JsonReader reader, ref JsonPath path, InspectedBody into, out bool needsValue)
    {
        needsValue = false;
        int next = reader.SkipBlanks();
        if (next < 0) return BodyError.JsonIncomplete;
        bool isEnd = next == (path.IsArray ? ']' : '}');
        if (!isEnd && next != ',') return BodyError.JsonSyntax;
        reader.Skip();
        if (isEnd) return Close(ref path, into);
        if (!path.IsArray) return Key(ref reader, ref path, into, out needsValue);
        needsValue = true;
        return path.TryNextIndex() ? BodyError.None : BodyError.TooLarge;
    }

    private static BodyError Key(ref JsonReader reader, ref JsonPath path, InspectedBody into, out bool needsValue)
    {
        needsValue = false;
        int next = reader.SkipBlanks();
        if (next < 0) return BodyError.JsonIncomplete;
        if (next != '"') return BodyError.JsonSyntax;
        int used = into.Arena.Used;
        BodyError error = reader.String(into, out ByteSlice key);
        bool fits = path.TrySetKey(into.Arena[key]);
        if (error == BodyError.None && fits) into.Arena.Rewind(used);
        if (error != BodyError.None) return path.TryAdd(default, into) ? error : into.Error;
        if (!fits) return BodyError.TooLarge;

        next = reader.SkipBlanks();
        if (next == ':')
        {
            reader.Skip();
            needsValue = true;
            return BodyError.None;
        }

        // A key without a value is still something that was sent.
        if (!path.TryAdd(default, into)) return into.Error;
        return next < 0 ? BodyError.JsonIncomplete : BodyError.JsonSyntax;
    }

    private static BodyError Close(ref JsonPath path, InspectedBody into)
    {
        bool isArray = path.IsArray;
        int count = path.Pop();
        if (!isArray && count > 0) return BodyError.None;
        if (!path.TryAddName(into, out ByteSlice name)) return into.Error;
        bool added = isArray ? into.TryAdd(into.Arguments, name, count) : into.TryAdd(into.Arguments, name, new ByteSlice(name.Offset, 0));
        return added ? BodyError.None : into.Error;
    }
}
