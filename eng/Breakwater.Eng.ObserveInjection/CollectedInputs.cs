using System.Text;

namespace Breakwater.Eng.ObserveInjection;

/// <summary>
/// Inputs out of any text files, such as FTW tests: each line, what stands behind its first colon, both URL-decoded too, and the pieces
/// between the marks of a query string. Not a parser of anything: the more odd the pieces, the better.
/// </summary>
internal static class CollectedInputs
{
    public static IEnumerable<byte[]> In(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).SelectMany(File.ReadLines).SelectMany(Pieces).Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes);

    private static IEnumerable<string> Pieces(string line)
    {
        string text = line.Trim();
        string value = text[(text.IndexOf(':') + 1)..].Trim().Trim('"', '\'');
        string[] pieces = [text, value, .. value.Split('&', '?', '=', ';')];
        return pieces.SelectMany(p => (string[])[p, Uri.UnescapeDataString(p.Replace('+', ' '))]);
    }
}
