using Breakwater.Config;
using Breakwater.Demo;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Browser;

/// <summary>The demo shop in a real browser, behind the edge.</summary>
public sealed class DemoShopTests
{
    [Fact]
    public async Task The_shop_works_in_Chromium_with_WebSocket_and_server_sent_events()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        await using DemoSite shop = await DemoSite.StartAsync();
        await using InteropEdge edge = await InteropEdge.StartAsync(shop.Url);
        await using Chromium browser = await Chromium.StartAsync(patience.Token);

        // The page and its style sheet.
        await browser.OpenAsync(edge.Url + "/", patience.Token);
        Assert.Contains("Tidewater", await browser.WaitForAsync("document.title", patience.Token), StringComparison.Ordinal);
        Assert.NotEqual("0", await browser.WaitForAsync("document.styleSheets[0].cssRules.length", patience.Token));

        // What arrives over the WebSocket and the event stream is written into the page.
        await browser.OpenAsync(edge.Url + "/live", patience.Token);
        Assert.Equal("echo: ahoy", await browser.WaitForAsync(TextOnce("ws", "echo: "), patience.Token));
        Assert.Contains("the water stands at", await browser.WaitForAsync(TextOnce("sse", "event "), patience.Token), StringComparison.Ordinal);

        // Both go on: another message there and back, and an event after the first.
        await browser.WaitForAsync("(words.value = 'land in sight', document.getElementById('say').requestSubmit(), 'said')", patience.Token);
        Assert.Equal("echo: land in sight", await browser.WaitForAsync(TextOnce("ws", "echo: land"), patience.Token));
        Assert.StartsWith("event 3:", await browser.WaitForAsync(TextOnce("sse", "event 3:"), patience.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_visitors_type_in_Chromium_passes_the_rules_that_come_with_a_zone()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        await using DemoSite shop = await DemoSite.StartAsync();
        await using InteropEdge edge = await InteropEdge.StartAsync(shop.Url, zone => zone with { Waf = new WafConfig() });
        await using Chromium browser = await Chromium.StartAsync(patience.Token);

        // The rules are there: an attack is refused.
        await browser.OpenAsync(edge.Url + "/search?q=1%27%20union%20select%20password%20from%20users--", patience.Token);
        Assert.Equal("null", await browser.WaitForAsync("String(document.getElementById('found'))", patience.Token));

        await browser.OpenAsync(edge.Url + "/search", patience.Token);
        await browser.LeaveAsync("const q = document.querySelector('[name=q]'); q.value = \"o'reilly: select & union, 5\\\" <b>\"; q.form.requestSubmit();", patience.Token);
        Assert.Contains("o'reilly", await browser.WaitForAsync("document.getElementById('found').textContent", patience.Token), StringComparison.Ordinal);

        await browser.OpenAsync(edge.Url + "/contact", patience.Token);
        await browser.LeaveAsync(
            "const form = document.querySelector('main form'); form.elements.namedItem('name').value = \"Sinéad O'Connor\"; form.message.value = \"Why is this slow?\\n\\nSELECT * FROM t WHERE a = 'b' OR c = 1;\"; form.requestSubmit();",
            patience.Token);
        Assert.Contains("We got your message", await browser.WaitForAsync("document.getElementById('thanks').textContent", patience.Token), StringComparison.Ordinal);
    }

    private static string TextOnce(string id, string start) =>
        $"(text => text.startsWith('{start}') ? text : null)(document.getElementById('{id}').textContent)";
}
