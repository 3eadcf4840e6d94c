using System.Net;
using Breakwater.Demo;
using Breakwater.Waf.Tests.Harmless;
using static Breakwater.Interop.Tests.Browser.Recording.Recording;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>The demo shop: looks at everything, searches, buys, writes, signs in, uploads.</summary>
internal static class ShopVisit
{
    private const string Home = "https://shop.example.org";

    public static async Task RecordAsync()
    {
        await using DemoSite shop = await DemoSite.StartAsync();
        await using Recording recording = await StartAsync("shop", ("shop.example.org", new IPEndPoint(IPAddress.Loopback, shop.Url.Port)));

        recording.Step("look");
        foreach (string path in (string[])["/", "/search", "/live", "/seen", "/contact", "/upload", "/account", "/login", "/not/here?a=b&c[]=d", "/api/products", "/robots.txt", "/download?bytes=100"])
        {
            // A download is no page that loads.
            if (path.StartsWith("/download", StringComparison.Ordinal)) await recording.RunAsync("await fetch('/download?bytes=100', { headers: { Range: 'bytes=0-49' } });");
            else await recording.OpenAsync(Home + path);
            if (path == "/live") await recording.WaitForAsync("document.getElementById('ws').textContent.startsWith('echo')");
        }

        recording.Step("buy");
        foreach (Product product in Catalogue.Products)
        {
            await recording.OpenAsync(Home + "/");
            await recording.LeaveAsync($"document.querySelector('a[href=\"/products/{product.Slug}\"]').click()");
            await recording.RunAsync("document.getElementById('add').click()");
            await recording.WaitForAsync("document.getElementById('cart').textContent");
        }

        await recording.RunAsync("await fetch('/api/cart'); await fetch('/api/cart', { method: 'DELETE' });");

        recording.Step("search");
        await recording.OpenAsync(Home + "/search");
        foreach (string text in Texts.Lines("search.txt")) await recording.SubmitAsync(("[name=q]", text));

        recording.Step("write");
        foreach (string[] person in Texts.Rows("people.txt"))
        {
            await recording.OpenAsync(Home + "/contact");
            await recording.SubmitAsync(("[name=name]", person[0]), ("[name=message]", string.Join("\n", person[1..])));
        }

        foreach (string file in (string[])["posts-sql.md", "posts-plain.md", "posts-javascript.md"])
        {
            foreach (string post in Texts.Pieces(file))
            {
                await recording.OpenAsync(Home + "/contact");
                await recording.SubmitAsync(("[name=name]", "Tim O'Reilly"), ("[name=message]", post[..Math.Min(post.Length, 4000)]));
            }
        }

        recording.Step("sign-in");
        foreach ((string name, string password) in ((string, string)[])[("bob", "' is not the end"), ("o'brien@example.org", "50%&more=better;#1"), ("ada", "high-water")])
        {
            await recording.OpenAsync(Home + "/login");
            await recording.SubmitAsync(("[name=name]", name), ("[name=password]", password));
        }

        await recording.LeaveAsync("document.querySelector('main form button').click()");

        recording.Step("upload");
        foreach ((string name, string type, string script) in Samples.Files)
        {
            await recording.OpenAsync(Home + "/upload");
            await recording.LeaveAsync(
                $"const files = new DataTransfer(); files.items.add(new File([{script}], {Quote(name)}, {{ type: {Quote(type)} }}));"
                + "document.querySelector('[type=file]').files = files.files; document.querySelector('main form button').click();");
        }

        await recording.OpenAsync(Home + "/upload");
        await recording.LeaveAsync("""
            const files = new DataTransfer();
            for (const name of ['a.txt', 'b (1).txt', 'ü & ö.txt']) files.items.add(new File(['text of ' + name], name, { type: 'text/plain' }));
            document.querySelector('[type=file]').files = files.files; document.querySelector('main form button').click();
            """);
        recording.Save("The demo shop of Breakwater in Chromium.");
    }
}
