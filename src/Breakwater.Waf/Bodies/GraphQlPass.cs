using System.Buffers;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// An extra pass over arguments that hold a GraphQL document (spec of October 2021, §2): an attack inside of a string of the query is not
/// hidden from rules by what stands around it. Each string becomes an argument <c>graphql.NAME</c>, named by the field or variable that it
/// is given to, with its escapes resolved. Linear; throws on no input. Stateless.
/// </summary>
public static class GraphQlPass
{
    /// <summary>Reads the strings of all arguments that look like a document.</summary>
    public static void Parse(InspectedBody into)
    {
        ArgumentNullException.ThrowIfNull(into);
        int count = into.Arguments.Count;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> value = into.Arena[into.Arguments.Members[i].Value];
            if (!Looks(value)) continue;
            // A copy, for the arena moves while it grows.
            byte[] query = ArrayPool<byte>.Shared.Rent(value.Length);
            value.CopyTo(query);
            Parse(query.AsSpan(0, value.Length), into);
            ArrayPool<byte>.Shared.Return(query);
        }
    }

    /// <summary>Reads the strings of a document.</summary>
    /// <param name="query">The document; not in the body's own arena.</param>
    /// <param name="into">Where they go.</param>
    public static void Parse(ReadOnlySpan<byte> query, InspectedBody into)
    {
        ArgumentNullException.ThrowIfNull(into);
        ReadOnlySpan<byte> name = default;
        int at = 0;
        while (at < query.Length)
        {
            byte b = query[at];
            if (b == '#')
            {
                int end = query[at..].IndexOf((byte)'\n');
                at = end < 0 ? query.Length : at + end;
            }
            else if (b == '"')
            {
                if (!TryString(query, ref at, name, into)) return;
            }
            else if (IsNameByte(b))
            {
                int start = at;
                while (at < query.Length && IsNameByte(query[at])) at++;
                int colon = at;
                while (colon < query.Length && query[colon] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') colon++;
                if (colon < query.Length && query[colon] == ':') name = query[start..at];
                at = colon;
            }
            else
            {
                at++;
            }
        }
    }

    /// <summary>Whether a text looks like a document: an operation, a fragment, or a selection.</summary>
    public static bool Looks(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n,"u8);
        return text.Contains((byte)'{')
            && (text is [(byte)'{', ..] || text.StartsWith("query"u8) || text.StartsWith("mutation"u8)
                || text.StartsWith("subscription"u8) || text.StartsWith("fragment"u8));
    }

    private static bool TryString(ReadOnlySpan<byte> query, ref int at, ReadOnlySpan<byte> name, InspectedBody into)
    {
        if (!TryName(name, into, out ByteSlice keptName)) return false;
        ByteSlice value;
        if (query[at..].StartsWith("\"\"\""u8))
        {
            ReadOnlySpan<byte> rest = query[(at + 3)..];
            int end = rest.IndexOf("\"\"\""u8);
            at += 3 + (end < 0 ? rest.Length : end + 3);
            return into.TryKeep(end < 0 ? rest : rest[..end], out value) && into.TryAdd(into.Arguments, keptName, value);
        }

        // The escapes are JSON's; what JSON would not allow is kept as it is and is no error of the body's.
        JsonReader reader = new(query[at..]) { IsLenient = true };
        reader.String(into, out value);
        at = query.Length - reader.Rest.Length;
        return into.TryAdd(into.Arguments, keptName, value);
    }

    private static bool TryName(ReadOnlySpan<byte> name, InspectedBody into, out ByteSlice kept)
    {
        kept = default;
        ReadOnlySpan<byte> prefix = "graphql."u8;
        if (!into.TryReserve(prefix.Length + name.Length, out Span<byte> room)) return false;
        prefix.CopyTo(room);
        name.CopyTo(room[prefix.Length..]);
        kept = into.Arena.Commit(prefix.Length + name.Length);
        return true;
    }

    private static bool IsNameByte(byte b) => char.IsAsciiLetterOrDigit((char)b) || b == '_';
}
