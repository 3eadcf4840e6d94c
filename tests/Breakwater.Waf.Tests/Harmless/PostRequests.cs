using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Posts with source code in them, as forums, issue trackers, wikis and blogs send them.</summary>
internal static class PostRequests
{
    public static IEnumerable<HarmlessRequest> All()
    {
        foreach (string file in Texts.Files("posts-*.md"))
        {
            string family = file["posts-".Length..^3];
            int number = 0;
            foreach (string text in Texts.Pieces(file))
            {
                string at = $"posts/{family}-{++number}";
                string title = text.Split('\n')[0];
                yield return Form(
                    $"{at}/phpbb", "/posting.php?mode=reply&f=2&t=1234&sid=" + Browsers.Hex(at, 16), ("subject", $"Re: {title[..Math.Min(60, title.Length)]}"), ("message", text),
                    ("lastclick", "1717171717"), ("creation_time", "1717171700"), ("form_token", Browsers.Hex(at, 20)), ("post", "Submit"));
                yield return Form($"{at}/discourse", "/posts", ("raw", text), ("unlist_topic", "false"), ("category", "5"), ("topic_id", "4711"), ("archetype", "regular"), ("typing_duration_msecs", "12345"));
                yield return Json($"{at}/issue", "/api/v4/projects/42/issues", new { title = title[..Math.Min(80, title.Length)], description = text, labels = new[] { "bug", "needs:triage" } });
                yield return Multipart(
                    $"{at}/xenforo", "/threads/1234/add-reply", new Part("message_html", $"<p>{Html(text).ReplaceLineEndings("<br>")}</p>"), new Part("attachment_hash", Browsers.Hex(at, 16)), new Part("_xfToken", $"1717171717,{Browsers.Hex(at, 16)}"));
                yield return Json($"{at}/wordpress", "/wp-json/wp/v2/posts/77?_locale=user", new { content = $"<!-- wp:code -->\n<pre class=\"wp-block-code\"><code>{Html(text)}</code></pre>\n<!-- /wp:code -->", status = "draft", id = 77 });
                yield return Form(
                    $"{at}/mediawiki", "/index.php?title=Talk:Main_Page&action=submit", ("wpTextbox1", $"== {title[..Math.Min(40, title.Length)]} ==\n{text}\n~~~~"), ("wpSummary", "/* new */ it's \"done\""), ("wpEditToken", Browsers.Hex(at, 20) + "+\\"));
                if (number % 3 == 0) yield return Json($"{at}/model", "/v1/chat/completions", new { model = "small", stream = true, messages = new[] { new { role = "system", content = "You're a helpful assistant." }, new { role = "user", content = text } } });
                if (number % 3 == 1) yield return Get($"{at}/draft", "/preview", ("md", text[..Math.Min(600, text.Length)]));
                if (number % 3 == 2) yield return Send($"{at}/paste", "POST", "/raw", "text/plain;charset=UTF-8", text);
            }
        }
    }
}
