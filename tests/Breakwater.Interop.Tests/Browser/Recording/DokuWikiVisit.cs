using Breakwater.Waf.Tests.Harmless;
using static Breakwater.Interop.Tests.Browser.Recording.Recording;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>DokuWiki: reads, writes pages with previews, searches, uploads, and changes settings, users and permissions.</summary>
internal static class DokuWikiVisit
{
    private const string Home = "https://doku.example.org";

    public static async Task RecordAsync()
    {
        SiteProcess.Require("/usr/share/dokuwiki", "dokuwiki");
        await using SiteProcess site = new();
        string folder = site.Directory.Path;
        await SiteProcess.CopyAsync("/etc/dokuwiki", $"{folder}/conf");
        await SiteProcess.CopyAsync("/usr/share/dokuwiki", $"{folder}/site");
        await SiteProcess.CopyAsync("/var/lib/dokuwiki/lib", $"{folder}/site/lib");
        await SiteProcess.CopyAsync("/var/lib/dokuwiki/data", $"{folder}/data");
        site.Directory.Write("conf/local.php", $"""
            <?php
            $conf['title'] = 'Tidewater Handbook'; $conf['useacl'] = 1; $conf['superuser'] = '@admin'; $conf['savedir'] = '{folder}/data';
            $conf['passcrypt'] = 'sha512'; $conf['updatecheck'] = 0; $conf['disableactions'] = ''; $conf['subscribers'] = 1;
            """);
        await SiteProcess.RunAsync(
            "/usr/bin/php", "-r",
            "file_put_contents($argv[1], 'ada:' . password_hash('high-water', PASSWORD_BCRYPT) . ':Ada Tidewater:ada@example.org:admin,user' . \"\\n\");", "--", $"{folder}/conf/users.auth.php");
        site.Directory.Write("conf/acl.auth.php", "*\t@ALL\t8\n*\t@user\t16\n");
        await site.StartPhpAsync($"{folder}/site", $"define('DOKU_MAIN_CONF', '{folder}/conf/'); define('DOKU_CONF', '{folder}/conf/');");
        await using Recording recording = await StartAsync("dokuwiki", ("doku.example.org", site.Endpoint));

        recording.Step("sign-in");
        await recording.OpenAsync($"{Home}/doku.php?id=start&do=login&sectok=");
        await recording.SubmitAsync(("#dw__login [name=u]", "ada"), ("#dw__login [name=p]", "high-water"));
        await recording.WaitForAsync("document.querySelector('.action.logout, a[href*=\"do=logout\"]')");

        recording.Step("edit");
        int number = 0;
        foreach (string file in Texts.Files("posts-*.md"))
        {
            foreach (string post in Texts.Pieces(file).Where((_, i) => i % 2 == 0))
            {
                await recording.OpenAsync($"{Home}/doku.php?id=notes:{Path.GetFileNameWithoutExtension(file)}-{++number}&do=edit");
                (string, string)[] fields = [("#wiki__text", post), ("#edit__summary", post.Split('\n')[0])];
                if (number % 3 == 0) await recording.SubmitWithAsync("[name='do[preview]']", fields);
                await recording.SubmitWithAsync("[name='do[save]']", fields);
            }
        }

        recording.Step("read");
        foreach (string query in (string[])
            [
                "id=start", "id=notes:posts-sql-3&do=revisions", "id=notes:posts-sql-1&do=diff", "id=start&do=recent", "id=start&do=index&idx=notes", "id=start&do=media&ns=wiki",
                "id=notes:posts-sql-2&do=backlink", "id=wiki:syntax&do=export_xhtml", "id=wiki:syntax", "id=wiki:dokuwiki&do=subscribe",
                "id=o%27brien_sons%3Ftab", "id=wiki:syntax&do=edit&rev=0&target=section", "id=start&do=sitemap",
            ]) await recording.OpenAsync($"{Home}/doku.php?{query}");
        await recording.RunAsync("await fetch('/doku.php?id=notes:posts-sql-2&do=export_raw'); await fetch('/feed.php?type=rss2&num=10&ns=notes&linkto=diff'); await fetch('/lib/exe/opensearch.php');");

        recording.Step("search");
        foreach (string text in Texts.Lines("search.txt").Where((_, i) => i % 3 == 0))
        {
            await recording.OpenAsync($"{Home}/doku.php?id=start");
            await recording.SubmitAsync(("#dw__search [name=q]", text));
        }

        // What the fields complete while one types.
        foreach (string text in (string[])["select", "o'brien", "post", "C++", "../wiki"])
        {
            await recording.OpenAsync($"{Home}/doku.php?id=start");
            await recording.RunAsync($"jQuery('#qsearch__in').val({Quote(text)}).trigger('keyup'); await new Promise(r => setTimeout(r, 700));");
            await recording.OpenAsync($"{Home}/doku.php?id=notes:links&do=edit");
            await recording.RunAsync(
                $"jQuery('#link__wiz_btn, .toolbutton.pk_link, button[title*=\"Link\"]').first().click(); jQuery('#link__wiz_entry').val({Quote(text)}).trigger('keyup'); await new Promise(r => setTimeout(r, 700));");
        }

        recording.Step("upload");
        foreach ((string name, string type, string script) in Samples.Files.Take(16))
        {
            await recording.OpenAsync($"{Home}/doku.php?id=start&do=media&ns=wiki&tab_files=upload");
            await recording.RunAsync($$"""
                const input = document.querySelector('#mediamanager__uploader input[type=file], #dw__upload input[type=file]');
                const files = new DataTransfer(); files.items.add(new File([{{script}}], {{Quote(name)}}, { type: {{Quote(type)}} }));
                input.files = files.files; input.dispatchEvent(new Event('change', { bubbles: true }));
                await new Promise(r => setTimeout(r, 100));
                document.querySelector('#mediamanager__upload_button')?.click();
                await new Promise(r => setTimeout(r, 400));
                """);
        }

        recording.Step("settings");
        await recording.OpenAsync($"{Home}/doku.php?id=start&do=admin&page=config");
        await recording.SubmitAsync(
            ("[name='config[title]']", "O'Brien & Sons: <the> \"Handbook\""), ("[name='config[tagline]']", "50 % more; 100 % tested -- always"), ("[name='config[dformat]']", "%Y/%m/%d %H:%M"),
            ("[name='config[hidepages]']", "^:(secret|draft_.*):"), ("[name='config[mailprefix]']", "[wiki's mail]"));
        await recording.OpenAsync($"{Home}/doku.php?id=start&do=admin&page=usermanager");
        await recording.SubmitAsync(
            ("#add_userid", "sinead"), ("#add_userpass", "pass'word;--1"), ("#add_userpass2", "pass'word;--1"), ("#add_username", "Sinéad O'Connor"), ("#add_usermail", "sinead.o'connor@example.org"));
        await recording.OpenAsync($"{Home}/doku.php?id=start&do=admin&page=acl");
        await recording.RunAsync("document.querySelector('#acl__tree a, #acl__tree .li a')?.click(); await new Promise(r => setTimeout(r, 500));");
        foreach (string page in (string[])["styling", "revert", "popularity"]) await recording.OpenAsync($"{Home}/doku.php?id=start&do=admin&page={page}");
        await recording.OpenAsync($"{Home}/doku.php?id=start&do=profile");
        await recording.SubmitAsync(("#dw__register [name=fullname]", "Ada O'Tidewater <3"), ("#dw__register [name=email]", "ada+wiki@example.org"), ("#dw__register [name=oldpass]", "high-water"));
        await recording.LeaveAsync("document.querySelector('a[href*=\"do=logout\"]').click()");
        recording.Step("register");
        await recording.OpenAsync($"{Home}/doku.php?id=start&do=register");
        await recording.SubmitAsync(("#dw__register [name=login]", "bob"), ("#dw__register [name=fullname]", "Robert \"Bob\" Tables"), ("#dw__register [name=email]", "bob@example.org"));
        recording.Save("DokuWiki (Debian's package dokuwiki) in Chromium.");
    }
}
