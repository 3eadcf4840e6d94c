using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Breakwater.Http.Tests.Bodies;

/// <summary>A slow reader of chunked bodies, from the grammar of RFC 9112 §7.1 without its optional whitespace.</summary>
internal static partial class ReferenceChunks
{
    /// <summary>The data, the trailers as they came, and the length of the whole; null when the input does not begin with a body.</summary>
    public static (string Data, string Trailers, int Length)? Read(string input)
    {
        StringBuilder data = new();
        int at = 0;
        int extensions = 0;
        while (true)
        {
            Match line = SizeLine().Match(input, at);
            string extension = line.Groups["extension"].Value;
            extensions += extension.Length;
            if (!line.Success || extension.Length > ChunkedReader.MaxExtension || extensions > ChunkedReader.MaxExtensions)
            {
                return null;
            }

            at += line.Length;
            ulong size = ulong.Parse(line.Groups["size"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                break;
            }

            if (size > (ulong)(input.Length - at) || !input.AsSpan(at + (int)size).StartsWith("\r\n"))
            {
                return null;
            }

            data.Append(input, at, (int)size);
            at += (int)size + 2;
        }

        Match trailers = Trailers().Match(input, at);
        return !trailers.Success || Forbidden().IsMatch(trailers.Value)
            ? null
            : (data.ToString(), trailers.Value, at + trailers.Length);
    }

    [GeneratedRegex(@"\G(?<size>[0-9A-Fa-f]{1,16})(?<extension>(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|""(?:[^\x00-\x08\x0a-\x1f\x7f""\\]|\\[^\x00-\x08\x0a-\x1f\x7f])*""))?)*)\r\n", RegexOptions.CultureInvariant)]
    private static partial Regex SizeLine();

    [GeneratedRegex(@"\G(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)*\r\n", RegexOptions.CultureInvariant)]
    private static partial Regex Trailers();

    [GeneratedRegex(@"^(?:Host|Content-Length|Transfer-Encoding|Connection|Trailer):", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Forbidden();
}
