namespace Breakwater.Edge.Explain;

/// <summary>A request that a person wrote into a file, as bytes of a connection. Stateless.</summary>
internal static class RequestText
{
    /// <summary>
    /// The request as it is when its head has line ends of the network (CRLF). Where it has those of a text file instead, they are made CRLF,
    /// and the empty line that ends the head is added if it is missing: editors write such files, and no parser that protects a site should
    /// take them.
    /// </summary>
    public static byte[] ToWire(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf("\n\n"u8);
        ReadOnlySpan<byte> head = end < 0 ? text : text[..end];
        if (head.Contains((byte)'\r'))
        {
            return text.ToArray();
        }

        var wire = new List<byte>(text.Length + 64);
        foreach (byte one in head.TrimEnd((byte)'\n'))
        {
            if (one == '\n')
            {
                wire.Add((byte)'\r');
            }

            wire.Add(one);
        }

        wire.AddRange("\r\n\r\n"u8);
        wire.AddRange(end < 0 ? default : text[(end + 2)..]);
        return [.. wire];
    }
}
