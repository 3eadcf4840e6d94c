using System.Text;
using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Text in many scripts, in every place where text can be.</summary>
internal static class LanguageRequests
{
    public static IEnumerable<HarmlessRequest> All()
    {
        int number = 0;
        foreach (string text in Texts.Lines("languages.txt"))
        {
            string at = $"languages/{++number}";
            string word = text.Split(' ', 2)[0].Trim('¿', '¡', '“', '„', ',', '!', '«', '/', '\\');
            yield return Get($"{at}/page", $"/wiki/{Uri.EscapeDataString(word)}", ("title", text));
            yield return Form($"{at}/form", "/comments", ("text", text), ("name", word));
            yield return Send($"{at}/escaped", "POST", "/api/comments", "application/json", $$"""{"text":"{{string.Concat(text.Select(c => c < 128 && c != '"' ? c.ToString() : $"\\u{(int)c:x4}"))}}"}""");
            yield return Multipart($"{at}/file", "/upload", new Part("caption", text), new Part("file", Browsers.Bytes(at, 300), $"{word} (1).jpg", "image/jpeg"));
            if (number % 3 == 0) yield return Get($"{at}/cookie", "/").With("Cookie", $"last={Uri.EscapeDataString(text)}; lang=x").With("Referer", $"https://www.example.org/{Uri.EscapeDataString(word)}?q={Uri.EscapeDataString(text)}");

            // Before the Web was UTF-8.
            if (number < 8) yield return Send($"{at}/latin1", "POST", "/cgi-bin/guestbook", "application/x-www-form-urlencoded", "text=" + string.Concat(Encoding.Latin1.GetBytes(text).Select(b => char.IsAsciiLetterOrDigit((char)b) ? ((char)b).ToString() : $"%{b:X2}")));
        }
    }
}
