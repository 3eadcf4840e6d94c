using System.Globalization;
using System.Text;

namespace Breakwater.Eng.ObserveInjection.Inputs;

/// <summary>
/// Texts put together at random from a file of parts: <c>[name]</c> and below it, one a line, what it may be. <c>«name»</c> stands for
/// another part, <c>«xNN»</c> for a byte; everything else is itself, in UTF-8. Immutable.
/// </summary>
internal sealed class Grammar
{
    /// <summary>Parts that stand within each other; deeper ones are left out, so that every text ends.</summary>
    private const int MostDepth = 12;

    private readonly Dictionary<string, List<string>> _parts = [];

    public Grammar(string file)
    {
        List<string>? part = null;
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Inputs", file)))
        {
            if (line.StartsWith('[') && line.EndsWith(']') && line.Length > 2 && line[1..^1].All(char.IsAsciiLetterLower)) _parts[line[1..^1]] = part = [];
            else part?.Add(line);
        }
    }

    public IReadOnlyList<string> this[string part] => _parts[part];

    public byte[] Make(Dice dice, string part = "start")
    {
        List<byte> text = [];
        Add(text, dice.Pick(_parts[part]), dice, 0);
        return [.. text];
    }

    private void Add(List<byte> text, string pattern, Dice dice, int depth)
    {
        int at = 0;
        while (pattern.IndexOf('«', at) is >= 0 and int open)
        {
            int close = pattern.IndexOf('»', open);
            text.AddRange(Encoding.UTF8.GetBytes(pattern[at..open]));
            string name = pattern[(open + 1)..close];
            if (_parts.TryGetValue(name, out List<string>? part))
            {
                if (depth < MostDepth) Add(text, dice.Pick(part), dice, depth + 1);
            }
            else
            {
                text.Add(byte.Parse(name.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }

            at = close + 1;
        }

        text.AddRange(Encoding.UTF8.GetBytes(pattern[at..]));
    }
}
