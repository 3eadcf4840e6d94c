using System.Globalization;
using System.Text;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>A request as it came over the wire. Immutable.</summary>
/// <param name="Name">Front end, what the visitor did, number: <c>dokuwiki/edit/12</c>.</param>
/// <param name="Line">The request line.</param>
/// <param name="Fields">The field lines in their order, decoded as UTF-8.</param>
/// <param name="Body">The body.</param>
internal sealed record RecordedRequest(string Name, string Line, IReadOnlyList<string> Fields, byte[] Body);

/// <summary>
/// The files of recorded requests: text that a review can read, and that says everything once. Field lines that come again and again stand at the
/// top, numbered (<c>@3 Accept: */*</c>), and are named by their numbers. <c>%% name</c> begins a request; an empty line ends its head. A line of a
/// body begins with <c>|</c> and has CR, other control characters and the backslash escaped; of bytes that are no text, base64 begins with <c>=</c>.
/// <c>#</c> begins a remark above the first request. Stateless.
/// </summary>
internal static class RecordedFile
{
    private const int OftenEnough = 4;
    private const int Base64Line = 120;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    public static IEnumerable<RecordedRequest> Read(string text)
    {
        Dictionary<string, string> often = [];
        string[] sections = text.Split("\n%% ");
        foreach (string line in sections[0].Split('\n').Where(l => l.StartsWith('@')))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            often.Add(line[..space], line[(space + 1)..]);
        }

        foreach (string section in sections.Skip(1))
        {
            string[] lines = section.Split('\n');
            List<string> fields = [];
            int at = 2;
            for (; lines[at].Length > 0; at++)
            {
                if (lines[at][0] != '@') fields.Add(lines[at]);
                else fields.AddRange(lines[at].Split(' ').Select(number => often[number]));
            }

            yield return new RecordedRequest(lines[0], lines[1], fields, ReadBody([.. lines.Skip(at + 1).Where(l => l.Length > 0)]));
        }
    }

    /// <summary>Writes a file.</summary>
    /// <param name="remarks">What stands above all of it.</param>
    /// <param name="requests">The requests, in their order.</param>
    public static string Write(IEnumerable<string> remarks, IReadOnlyList<RecordedRequest> requests)
    {
        StringBuilder text = new();
        foreach (string remark in remarks) text.Append("# ").Append(remark).Append('\n');
        Dictionary<string, string> numbers = [];
        foreach (IGrouping<string, string> field in requests.SelectMany(r => r.Fields).GroupBy(f => f).Where(g => g.Count() >= OftenEnough))
        {
            numbers.Add(field.Key, $"@{numbers.Count + 1}");
            text.Append(numbers[field.Key]).Append(' ').Append(field.Key).Append('\n');
        }

        foreach (RecordedRequest request in requests)
        {
            text.Append("\n%% ").Append(request.Name).Append('\n').Append(request.Line);
            bool numbered = false;
            foreach (string field in request.Fields)
            {
                bool known = numbers.TryGetValue(field, out string? number);
                text.Append(known && numbered ? ' ' : '\n').Append(known ? number : field);
                numbered = known;
            }

            text.Append('\n');
            if (request.Body.Length > 0) WriteBody(text.Append('\n'), request.Body);
        }

        return text.ToString();
    }

    private static void WriteBody(StringBuilder text, byte[] body)
    {
        if (AsText(body) is not { } characters)
        {
            foreach (char[] chunk in Convert.ToBase64String(body).Chunk(Base64Line)) text.Append('=').Append(chunk).Append('\n');
            return;
        }

        text.Append('|');
        foreach (char c in characters)
        {
            if (c == '\n') text.Append("\n|");
            else if (c == '\r') text.Append("\\r");
            else if (c == '\\') text.Append(@"\\");
            else if (c < ' ' || c == '\x7F') text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}");
            else text.Append(c);
        }

        text.Append('\n');
    }

    private static string? AsText(byte[] body)
    {
        try
        {
            string text = Strict.GetString(body);
            return text.Count(c => c < ' ' && c is not ('\r' or '\n' or '\t')) > text.Length / 20 ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static byte[] ReadBody(string[] lines)
    {
        if (lines.Length == 0) return [];
        if (lines[0][0] == '=') return Convert.FromBase64String(string.Concat(lines.Select(l => l[1..])));
        StringBuilder text = new();
        string escaped = string.Join('\n', lines.Select(l => l[1..]));
        for (int i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                text.Append(escaped[i]);
                continue;
            }

            i++;
            if (escaped[i] == 'x')
            {
                text.Append((char)int.Parse(escaped.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else text.Append(escaped[i] == 'r' ? '\r' : '\\');
        }

        return Strict.GetBytes(text.ToString());
    }
}
