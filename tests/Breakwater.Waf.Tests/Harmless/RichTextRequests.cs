using System.Net;
using System.Text.RegularExpressions;
using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>What the editors of content management systems send: HTML, and documents in JSON.</summary>
internal static partial class RichTextRequests
{
    public static IEnumerable<HarmlessRequest> All()
    {
        int number = 0;
        foreach (string html in Texts.Pieces("richtext.html"))
        {
            string at = $"richtext/{++number}";
            string text = WebUtility.HtmlDecode(Tag().Replace(html, " ")).Trim();
            yield return Form(
                $"{at}/wordpress", "/wp-admin/post.php", ("post_title", $"What's new? Part {number}"), ("content", html), ("action", "editpost"), ("post_ID", "42"), ("excerpt", text[..Math.Min(80, text.Length)]),
                ("metakeyinput", ""), ("samplepermalinknonce", Browsers.Hex(at, 5)));
            yield return Json($"{at}/gutenberg", "/wp-json/wp/v2/pages/42", new { id = 42, content = html, title = "Q&A: \"yes\" or 'no'?" });
            yield return Multipart(
                $"{at}/drupal", "/node/42/edit", new Part("title[0][value]", "Über uns – O'Neill & Co."), new Part("body[0][value]", html), new Part("body[0][format]", "full_html"),
                new Part("form_build_id", "form-" + Browsers.Base64Url(at, 32)), new Part("files[field_image_0]", [], "", "application/octet-stream"));
            yield return Json($"{at}/confluence", "/rest/api/content/1234", new { type = "page", version = new { number = 7 }, body = new { storage = new { value = html, representation = "storage" } } }, "PUT");
            yield return Json($"{at}/newsletter", "/api/campaigns/7/content", new { html, plain_text = text, variables = new[] { "first_name", "unsubscribe_url" } });
            yield return Form($"{at}/autosave", "/admin/ajax.php?action=autosave&id=42", ("data[content]", html), ("data[revision]", "17"));
            yield return Json($"{at}/quill", "/api/notes/7", new { delta = new { ops = new object[] { new { insert = text }, new { insert = "\n", attributes = new { header = 2 } }, new { insert = "link", attributes = new { link = "https://example.org/?a=1&b=%27" } }, new { insert = new { image = "data:image/png;base64," + Browsers.Base64(at, 120) } } } } });
            yield return Json($"{at}/prosemirror", "/collab/doc/events", new { version = 12, clientID = 12345, steps = new[] { new { stepType = "replace", from = 17, to = 17, slice = new { content = new[] { new { type = "paragraph", content = new[] { new { type = "text", marks = new[] { new { type = "code" } }, text } } } } } } } });
            yield return Json($"{at}/editorjs", "/api/articles", new { time = 1717171717171, blocks = new object[] { new { id = "abc", type = "paragraph", data = new { text = html } }, new { id = "def", type = "code", data = new { code = text } } }, version = "2.29.1" });
        }
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
