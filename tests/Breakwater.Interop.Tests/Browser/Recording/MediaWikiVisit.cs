using Breakwater.Waf.Tests.Harmless;
using static Breakwater.Interop.Tests.Browser.Recording.Recording;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>MediaWiki: reads, searches, writes articles and talk, previews, compares, uploads, changes preferences.</summary>
internal static class MediaWikiVisit
{
    private const string Home = "https://wiki.example.org";
    private const string Program = "/usr/share/mediawiki";

    public static async Task RecordAsync()
    {
        SiteProcess.Require(Program, "mediawiki");
        await using SiteProcess site = new();
        string folder = site.Directory.Path;
        await SiteProcess.RunAsync(
            "/usr/bin/php", $"{Program}/maintenance/install.php", "--confpath", folder, "--dbtype", "sqlite", "--dbpath", $"{folder}/db", "--server", Home, "--scriptpath", "", "--pass", "Tide-Clock-20m",
            "Tidewater Wiki", "Ada");
        await File.AppendAllTextAsync(Path.Combine(folder, "LocalSettings.php"), $"""

            wfLoadSkin('Vector'); wfLoadExtension('WikiEditor'); wfLoadExtension('ParserFunctions'); wfLoadExtension('TemplateData'); wfLoadExtension('InputBox'); wfLoadExtension('Cite');
            $wgDefaultSkin = 'vector'; $wgEnableUploads = true; $wgUploadDirectory = '{folder}/images'; $wgFileExtensions[] = 'pdf'; $wgFileExtensions[] = 'svg'; $wgJobRunRate = 0;
            $wgStrictFileExtensions = false; $wgRateLimits = []; $wgDefaultUserOptions['usebetatoolbar'] = 1; $wgTmpDirectory = '{folder}'; $wgCookieSecure = true;
            """);
        System.IO.Directory.CreateDirectory($"{folder}/images");
        await site.StartPhpAsync(Program, "", $"MW_CONFIG_FILE={folder}/LocalSettings.php");
        await using Recording recording = await StartAsync("mediawiki", ("wiki.example.org", site.Endpoint));

        recording.Step("sign-in");
        await recording.OpenAsync($"{Home}/index.php?title=Special:UserLogin&returnto=Main+Page");
        await recording.SubmitAsync(("#wpName1", "Ada"), ("#wpPassword1", "high water; 'tis wrong"));
        await recording.SubmitAsync(("#wpName1", "Ada"), ("#wpPassword1", "Tide-Clock-20m"));
        await recording.WaitForAsync("document.querySelector('#pt-logout')");

        recording.Step("edit");
        int number = 0;
        foreach (string file in Texts.Files("posts-*.md"))
        {
            foreach (string post in Texts.Pieces(file).Where((_, i) => i % 2 == 1))
            {
                number++;
                await recording.OpenAsync($"{Home}/index.php?title=Notes_{number}/{Path.GetFileNameWithoutExtension(file)}&action=edit");
                (string, string)[] fields = [("#wpTextbox1", post), ("#wpSummary", post.Split('\n')[0])];
                if (number % 5 == 1) await recording.SubmitWithAsync("#wpPreview", fields);
                if (number % 5 == 3) await recording.SubmitWithAsync("#wpDiff", fields);
                await recording.SubmitWithAsync("#wpSave", fields);
            }
        }

        recording.Step("talk");
        foreach (string text in Texts.Lines("chat.txt").Where((_, i) => i % 4 == 0))
        {
            await recording.OpenAsync($"{Home}/index.php?title=Talk:Main_Page&action=edit&section=new");
            await recording.SubmitWithAsync("#wpSave", ("#wpSummary", text), ("#wpTextbox1", $"{text}\n\n<nowiki>{text}</nowiki> --~~~~"));
        }

        recording.Step("search");
        foreach (string text in Texts.Lines("search.txt").Where((_, i) => i % 3 == 1))
        {
            await recording.OpenAsync($"{Home}/index.php?title=Special:Search");
            await recording.SubmitAsync(("#searchText input[name=search]", text));
        }

        foreach (string text in (string[])["Notes 1", "o'brien", "select from", "C#", "a & b <c>"])
        {
            await recording.OpenAsync($"{Home}/index.php?title=Main_Page");
            await recording.RunAsync($$"""
                await mw.loader.using(['mediawiki.searchSuggest', 'mediawiki.api']);
                const field = jQuery('#searchInput').focus().val({{Quote(text)}});
                for (const type of ['keydown', 'keypress', 'keyup', 'input']) field.trigger(type);
                await new Promise(r => setTimeout(r, 500));
                await new mw.Api().get({ action: 'opensearch', search: {{Quote(text)}}, namespace: 0, limit: 10, formatversion: 2 });
                """);
        }

        await LookAroundAsync(recording);

        recording.Step("templates");
        foreach (string text in (string[])["{{#if: {{{1|}}} | '''yes''' | no }}", "{{#expr: 1 + 1 = 2 or 3 > 4}} {{PAGENAME}} {{CURRENTTIME}}", "{| class=\"wikitable\"\n|-\n! a || b\n|-\n| 1=1 || <code>x' or 'y</code>\n|}"])
        {
            await recording.OpenAsync($"{Home}/index.php?title=Special:ExpandTemplates");
            await recording.SubmitAsync(("[name=wpContextTitle]", "O'Brien's"), ("[name=wpInput]", text));
        }

        recording.Step("upload");
        foreach ((string name, string type, string script) in Samples.Files.Where(f => f.Type.StartsWith("image/", StringComparison.Ordinal) || f.Type.Length == 0 || f.Type.EndsWith("pdf", StringComparison.Ordinal)))
        {
            await recording.OpenAsync($"{Home}/index.php?title=Special:Upload");
            await recording.LeaveAsync($$"""
                const files = new DataTransfer(); files.items.add(new File([{{script}}], {{Quote(name)}}, { type: {{Quote(type)}} }));
                document.querySelector('#wpUploadFile').files = files.files; document.querySelector('#wpUploadFile').dispatchEvent(new Event('change', { bubbles: true }));
                document.querySelector('#wpUploadDescription').value = {{Quote($"== Summary ==\nIt's \"{name}\" [[Category:Pictures]]")}};
                document.querySelector('[name=wpUpload]').click();
                """);
        }

        recording.Step("register");
        await recording.RunAsync("await fetch('/index.php?title=Special:UserLogout&returnto=Main+Page'); await new mw.Api().postWithToken('csrf', { action: 'logout' });");
        await recording.OpenAsync($"{Home}/index.php?title=Special:CreateAccount&returnto=Main+Page");
        await recording.RunAsync("const name = document.querySelector('#wpName2'); name.focus(); name.value = \"Sinéad O'Connor\"; name.dispatchEvent(new Event('input')); jQuery(name).trigger('change').blur(); await new Promise(r => setTimeout(r, 800));");
        await recording.SubmitWithAsync(
            "#wpCreateaccount", ("#wpName2", "Sinéad O'Connor"), ("#wpPassword2", "nothing-compares;2'u"), ("#wpRetype", "nothing-compares;2'u"), ("#wpEmail", "sinead@example.org"));
        recording.Save("MediaWiki (Debian's package mediawiki) in Chromium.");
    }

    private static async Task LookAroundAsync(Recording recording)
    {
        recording.Step("read");
        foreach (string query in (string[])
            [
                "title=Main_Page", "title=Special:RecentChanges&days=30&limit=50&hidebots=1", "title=Special:Log&type=newusers&user=&page=&wpdate=&tagfilter=", "title=Special:WhatLinksHere/Main_Page&namespace=0",
                "title=Notes_1/posts-javascript&action=history", "title=Notes_2/posts-javascript&action=info", "title=Special:AllPages&from=A&to=Z%27",
                "title=Special:Export", "title=Special:Contributions/Ada&offset=&limit=20", "title=Special:Version", "title=Special:Watchlist", "title=Special:ApiSandbox", "title=Special:Categories",
                "title=AT%26T_%22C%2B%2B%22_%3D_O%27Brien%3F", "title=MediaWiki:Common.css&action=edit", "title=Special:SpecialPages", "title=Special:MovePage/Notes_4/posts-javascript", "title=Special:Preferences",
            ]) await recording.OpenAsync($"{Home}/index.php?{query}");
        await recording.WaitForAsync("window.mw && mw.Api");
        recording.Step("api");
        await recording.RunAsync("""
            await fetch('/index.php?title=Notes_1/posts-javascript&action=raw&ctype=text/javascript');
            const api = new mw.Api();
            await api.get({ action: 'query', list: 'search', srsearch: "insource:/select .* from/ OR intitle:\"o'brien\"", srnamespace: '0|1', formatversion: 2 });
            await api.post({ action: 'parse', text: "'''bold''' <script>no</script> [[Link|text]] {{!}}", contentmodel: 'wikitext', prop: 'text|categories' });
            await api.get({ action: 'query', meta: 'userinfo|siteinfo', uiprop: 'options|rights', siprop: 'general|namespaces' });
            await api.postWithToken('csrf', { action: 'options', change: 'gender=female|nickname=[[User:Ada|A.]] -- "x"' });
            await api.postWithToken('watch', { action: 'watch', titles: ['Main Page', "O'Brien & Sons"] });
            await new mw.Rest().get('/v1/search/title', { q: "o'b", limit: 5 });
            await new mw.Rest().get('/v1/page/Main_Page/bare');
            """);
        recording.Step("settings");
        await recording.OpenAsync("https://wiki.example.org/index.php?title=Special:Preferences");
        await recording.RunAsync("await mw.loader.using('mediawiki.special.preferences.ooui'); document.querySelector('[name=wprealname]').value = \"Ada 'the tide' O'Water <ada>\"; document.querySelector('[name=wpnickname]').value = '-- [[User:Ada|Ada]] ([[User talk:Ada|talk]])';");
        await recording.LeaveAsync("document.querySelector('#mw-prefs-form').submit()");
        await recording.OpenAsync("https://wiki.example.org/index.php?title=Special:MovePage/Notes_4/posts-javascript");
        await recording.LeaveAsync("document.querySelector('[name=wpNewTitleMain]').value = \"What's new? (4)\"; document.querySelector('[name=wpReason]').value = \"it's a better name; see [[Talk:X]]\"; document.querySelector('#movepage').submit()");
    }
}
