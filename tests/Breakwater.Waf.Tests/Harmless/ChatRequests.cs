using System.Security;
using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Chat messages, comments and tickets: one line each, about everything that administrators talk about.</summary>
internal static class ChatRequests
{
    public static IEnumerable<HarmlessRequest> All()
    {
        int number = 0;
        foreach (string text in Texts.Lines("chat.txt"))
        {
            string at = $"chat/{++number}";
            yield return Json($"{at}/matrix", $"/_matrix/client/v3/rooms/!abc%3Aexample.org/send/m.room.message/m17171.{number}", new { msgtype = "m.text", body = text, format = "org.matrix.custom.html", formatted_body = $"<p>{Html(text)}</p>" }, "PUT");
            yield return (number % 5) switch
            {
                0 => Form($"{at}/slash", "/slack/commands", ("token", Browsers.Hex(at, 12)), ("command", "/note"), ("text", text), ("response_url", "https://hooks.slack.com/commands/1234/5678")),
                1 => Json($"{at}/mattermost", "/api/v4/posts", new { channel_id = Browsers.Hex(at, 13), message = text, root_id = "", file_ids = Array.Empty<string>() }),
                2 => Send($"{at}/bosh", "POST", "/http-bind", "text/xml; charset=utf-8", $"<body rid='1717171717' sid='{Browsers.Hex(at, 8)}' xmlns='http://jabber.org/protocol/httpbind'><message to='a@example.org' type='chat' xmlns='jabber:client'><body>{SecurityElement.Escape(text)}</body></message></body>"),
                3 => Form($"{at}/comment", "/wp-comments-post.php", ("comment", text), ("author", "Tim O'Reilly"), ("email", "tim@example.org"), ("url", "https://example.org/~tim/"), ("submit", "Post Comment"), ("comment_post_ID", "42"), ("comment_parent", "0")),
                _ => Multipart($"{at}/ticket", "/apply/ticket", new Part("subject", text), new Part("details", $"Hi,\n{text}\nregards"), new Part("files[]", [], "", "application/octet-stream")),
            };
        }
    }
}
