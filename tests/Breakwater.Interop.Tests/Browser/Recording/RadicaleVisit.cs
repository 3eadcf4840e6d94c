using Breakwater.Interop.Tests.Tools;
using static Breakwater.Interop.Tests.Browser.Recording.Recording;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>The web page of Radicale, a CalDAV server: a browser that speaks WebDAV. Signs in, makes calendars and address books, edits, deletes.</summary>
internal static class RadicaleVisit
{
    public static async Task RecordAsync()
    {
        await using SiteProcess site = new();
        string settings = site.Directory.Write("radicale.conf", $"[server]\nhosts = {site.Endpoint}\n[auth]\ntype = none\n[storage]\nfilesystem_folder = {site.Directory.Path}/collections\n");
        ToolProcess server = site.Start(Tool.Radicale.PathOrSkip(), "--config", settings);
        await server.WaitForListenerAsync(site.Endpoint);
        await using Recording recording = await StartAsync("radicale", ("dav.example.org", site.Endpoint));

        recording.Step("sign-in");
        await recording.OpenAsync("https://dav.example.org/.web/");
        await ShowAsync(recording, "loginscene");
        await recording.RunAsync("const scene = document.getElementById('loginscene'); scene.querySelector('[data-name=user]').value = \"sinead.o'connor\"; scene.querySelector('[data-name=password]').value = 'x;y'; scene.querySelector('[type=submit]').click();");
        recording.Step("collections");
        foreach ((string title, string text) in ((string, string)[])[("Tides & ropes", "It's \"mine\" <3"), ("日程", "予定"), ("O'Brien -- select", "1=1")])
        {
            await ShowAsync(recording, "collectionsscene");
            await recording.RunAsync("document.querySelector('#collectionsscene [data-name=new]').click()");
            await ShowAsync(recording, "createcollectionscene");
            await recording.RunAsync($$"""
                const scene = document.getElementById('createcollectionscene');
                scene.querySelector('[data-name=displayname]').value = {{Quote(title)}}; scene.querySelector('[data-name=description]').value = {{Quote(text)}};
                scene.querySelector('[data-name=submit]').click();
                """);
        }

        recording.Step("edit");
        await ShowAsync(recording, "collectionsscene");
        await recording.RunAsync("[...document.querySelectorAll('#collectionsscene article:not(.hidden) [data-name=edit]')].at(-1).click()");
        await ShowAsync(recording, "editcollectionscene");
        await recording.RunAsync("const scene = document.getElementById('editcollectionscene'); scene.querySelector('[data-name=displayname]').value = 'Renamed; <b>'; scene.querySelector('[data-name=submit]').click();");
        await ShowAsync(recording, "collectionsscene");
        await recording.RunAsync("[...document.querySelectorAll('#collectionsscene article:not(.hidden) [data-name=delete]')].at(-1).click()");
        await ShowAsync(recording, "deletecollectionscene");
        await recording.RunAsync("document.querySelector('#deletecollectionscene [data-name=delete]').click()");
        await ShowAsync(recording, "collectionsscene");
        recording.Save("The web page of Radicale (Debian's package radicale) in Chromium.");
    }

    private static Task ShowAsync(Recording recording, string scene) =>
        recording.WaitForAsync($"!document.getElementById('{scene}').classList.contains('hidden') && document.getElementById('loadingscene').classList.contains('hidden')");
}
