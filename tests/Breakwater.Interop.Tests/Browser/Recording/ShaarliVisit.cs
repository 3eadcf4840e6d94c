using Breakwater.Waf.Tests.Harmless;
using static Breakwater.Interop.Tests.Browser.Recording.Recording;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>Shaarli, where people keep links: installs, signs in, shares by bookmarklet, writes notes, searches, changes settings.</summary>
internal static class ShaarliVisit
{
    private const string Home = "https://links.example.org";

    public static async Task RecordAsync()
    {
        SiteProcess.Require("/usr/share/shaarli", "shaarli");
        await using SiteProcess site = new();
        string folder = $"{site.Directory.Path}/site";
        await SiteProcess.CopyAsync("/usr/share/shaarli", folder);
        foreach (string written in (string[])["data", "cache", "tmp", "pagecache"]) System.IO.Directory.CreateDirectory($"{folder}/{written}");

        // Debian's package keeps its data in folders of the system; these are none of ours.
        await SiteProcess.RunAsync("/bin/sh", "-c", $"grep -rlE '/(var/lib|var/cache|usr/share)/shaarli' '{folder}' --include=*.php | xargs sed -i -E 's#/(var/lib|var/cache|usr/share)/shaarli#{folder}#g'");
        await site.StartPhpAsync(folder);
        await using Recording recording = await StartAsync("shaarli", ("links.example.org", site.Endpoint));

        recording.Step("install");
        await recording.OpenAsync($"{Home}/install");
        await recording.SubmitAsync(("#installform [name=setlogin]", "ada"), ("#installform [name=setpassword]", "high-water;'1"), ("#installform [name=title]", "Ada's links & notes"));
        recording.Step("sign-in");
        await recording.OpenAsync($"{Home}/login");
        await recording.SubmitWithAsync("form[name=loginform] [type=submit]", ("form[name=loginform] [name=login]", "ada"), ("form[name=loginform] [name=password]", "high-water;'1"));

        recording.Step("share");
        int number = 0;
        foreach (string text in Texts.Lines("chat.txt").Where((_, i) => i % 3 == 2))
        {
            string url = $"https://www.example.org/{++number}/?q={Uri.EscapeDataString(text)}&page=2#part";
            await recording.OpenAsync($"{Home}/admin/shaare?post={Uri.EscapeDataString(url)}&title={Uri.EscapeDataString(text)}&description={Uri.EscapeDataString(text)}&source=bookmarklet");
            await recording.SubmitWithAsync("[name=save_edit]", ("[name=lf_tags]", "c++ it's-new"));
        }

        recording.Step("note");
        foreach (string post in Texts.Files("posts-*.md").SelectMany(Texts.Pieces).Where((_, i) => i % 4 == 0))
        {
            await recording.OpenAsync($"{Home}/admin/shaare?post=");
            await recording.SubmitWithAsync("[name=save_edit]", ("[name=lf_title]", post.Split('\n')[0]), ("[name=lf_description]", post), ("[name=lf_tags]", "notes"));
        }

        recording.Step("search");
        foreach (string text in Texts.Lines("search.txt").Where((_, i) => i % 5 == 1))
        {
            await recording.OpenAsync($"{Home}/");
            await recording.LeaveAsync($"const field = document.querySelector('[name=searchterm]'); field.value = {Quote(text)}; field.form.submit();");
        }

        recording.Step("look");
        foreach (string path in (string[])
            [
                "/tags/cloud", "/tags/list", "/picture-wall", "/daily", "/admin/tools", "/admin/tags", "/admin/configure", "/admin/export", "/admin/import", "/admin/password", "/admin/plugins", "/?searchtags=c%2B%2B+it%27s-new&linksperpage=50",
                "/untagged-only", "/visibility/private", "/links-per-page?nb=20", "/admin/add-shaare",
            ]) await recording.OpenAsync(Home + path);
        await recording.RunAsync("await fetch('/feed/atom?searchtags=notes'); await fetch('/open-search');");
        recording.Step("settings");
        await recording.OpenAsync($"{Home}/admin/configure");
        await recording.SubmitWithAsync("#configform [name=save], form [name=save]", ("[name=title]", "O'Brien's <links>"), ("[name=titleLink]", "?a=b&c='d'"));
        await recording.OpenAsync($"{Home}/admin/tags");
        await recording.SubmitWithAsync("[name=renametag]", ("[name=fromtag]", "c++"), ("[name=totag]", "c#"));
        recording.Save("Shaarli (Debian's package shaarli) in Chromium.");
    }
}
