using Breakwater.Http;

namespace Breakwater.Edge.Waf;

/// <summary>A request's head in the form of HTTP/1.1, whatever it came over. Stateless.</summary>
internal static class HeadText
{
    /// <summary>The head, with the empty line that ends it.</summary>
    public static byte[] Of(RequestHead request)
    {
        var bytes = new List<byte>(request.Bytes.Length + 64);
        bytes.AddRange(request.Method);
        bytes.Add((byte)' ');
        bytes.AddRange(request.Target);
        bytes.Add((byte)' ');
        bytes.AddRange(request.Version == HttpVersion.Http10 ? "HTTP/1.0"u8 : "HTTP/1.1"u8);
        bytes.AddRange("\r\n"u8);
        if (!request.Has(KnownField.Host))
        {
            bytes.AddRange("Host: "u8);
            bytes.AddRange(request.Authority);
            bytes.AddRange("\r\n"u8);
        }

        for (int i = 0; i < request.Count; i++)
        {
            bytes.AddRange(request.Name(i));
            bytes.AddRange(": "u8);
            bytes.AddRange(request.Value(i));
            bytes.AddRange("\r\n"u8);
        }

        bytes.AddRange("\r\n"u8);
        return [.. bytes];
    }
}
