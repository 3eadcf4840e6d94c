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

    private static string TextOnce(string id, string start) =>
        $"(text => text.startsWith('{start}') ? text : null)(document.getElementById('{id}').textContent)";
}
