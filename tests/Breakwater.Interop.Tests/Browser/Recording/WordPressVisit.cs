using Breakwater.Interop.Tests.Tools;
using Breakwater.Waf.Tests.Harmless;
using static Breakwater.Interop.Tests.Browser.Recording.Recording;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>WordPress, over a MariaDB of its own: installs, writes with the block editor, comments, uploads, searches, changes settings.</summary>
internal static class WordPressVisit
{
    private const string Home = "https://blog.example.org";

    public static async Task RecordAsync()
    {
        SiteProcess.Require("/usr/share/wordpress", "wordpress");
        string database = Tool.MariaDb.PathOrSkip();
        await using SiteProcess site = new();
        string folder = site.Directory.Path;
        string socket = $"{folder}/db.sock";
        await SiteProcess.RunAsync("/usr/bin/mariadb-install-db", "--no-defaults", $"--datadir={folder}/db", "--auth-root-authentication-method=normal", "--skip-test-db", $"--user={Environment.UserName}");
        site.Start(database, "--no-defaults", $"--datadir={folder}/db", $"--socket={socket}", "--skip-networking", $"--user={Environment.UserName}", $"--pid-file={folder}/db.pid", "--innodb-flush-log-at-trx-commit=0");
        for (int attempt = 0; !File.Exists(socket) && attempt < 300; attempt++) await Task.Delay(100, TestContext.Current.CancellationToken); // there is nothing to be notified by
        await SiteProcess.RunAsync("/usr/bin/mariadb", "--no-defaults", $"--socket={socket}", "--user=root", "--execute=CREATE DATABASE wordpress CHARACTER SET utf8mb4");
        await SiteProcess.CopyAsync("/usr/share/wordpress", $"{folder}/site");
        await SiteProcess.CopyAsync("/var/lib/wordpress/wp-content", $"{folder}/site/wp-content");
        site.Directory.Write("site/wp-config.php", $"""
            <?php
            define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4');
            define('WP_HOME', '{Home}'); define('WP_SITEURL', '{Home}'); define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
            define('AUTH_KEY', 'a throwaway key'); $table_prefix = 'wp_';
            if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
            require_once ABSPATH . 'wp-settings.php';
            """);
        await site.StartPhpAsync($"{folder}/site");
        await using Recording recording = await StartAsync("wordpress", ("blog.example.org", site.Endpoint));

        recording.Step("install");
        await recording.OpenAsync($"{Home}/wp-admin/install.php?step=1");
        await recording.WaitForAsync("document.querySelector('#pass1')");
        // A password that WordPress finds weak waits for a box to be ticked; ticked it is accepted at any rate.
        await recording.RunAsync("document.querySelector('[name=pw_weak]').click(); document.querySelector('#submit').disabled = false;");
        await recording.SubmitWithAsync(
            "#submit", ("#weblog_title", "Ada's \"Tidewater\" Blog & more"), ("#user_login", "ada"), ("#admin_email", "ada@example.org"), ("#pass1", "High-Water;20m'deep--tide"));
        recording.Step("sign-in");
        await recording.OpenAsync($"{Home}/wp-login.php?redirect_to=https%3A%2F%2Fblog.example.org%2Fwp-admin%2F&reauth=1");
        await recording.SubmitWithAsync("#wp-submit", ("#user_login", "ada"), ("#user_pass", "wrong ' or so"));
        await recording.SubmitWithAsync("#wp-submit", ("#user_login", "ada"), ("#user_pass", "High-Water;20m'deep--tide"));
        await recording.WaitForAsync("document.querySelector('#wpadminbar')");

        recording.Step("settings");
        await recording.OpenAsync($"{Home}/wp-admin/options-general.php");
        await recording.SubmitWithAsync("#submit", ("#blogdescription", "It's 50% off <always> -- \"really\""), ("#date_format_custom", "F j, Y \\a\\t"), ("#time_format_custom", "H:i:s"));
        await recording.OpenAsync($"{Home}/wp-admin/options-discussion.php");
        await recording.SubmitWithAsync("#submit", ("#moderation_keys", "viagra\ncasino\n192.0.2.\nselect * from"), ("#disallowed_keys", "<script\nhttp://spam.example/?id="));
        await recording.OpenAsync($"{Home}/wp-admin/options-permalink.php");
        await recording.SubmitWithAsync("#submit", ("#permalink_structure", "/%year%/%monthnum%/%postname%/"));

        await WriteAsync(recording);
        await CommentAsync(recording);
        await LookAroundAsync(recording);
        recording.Save("WordPress (Debian's package wordpress) in Chromium.");
    }

    private static async Task WriteAsync(Recording recording)
    {
        recording.Step("block-editor");
        int number = 0;
        foreach (string text in Texts.Pieces("richtext.html").Concat(Texts.Files("posts-*.md").SelectMany(Texts.Pieces).Where((_, i) => i % 6 == 0)))
        {
            // One page for several posts: the editor takes seconds to start.
            if (number++ % 8 == 0)
            {
                await recording.OpenAsync($"{Home}/wp-admin/post-new.php");
                await recording.WaitForAsync("window.wp && wp.data && wp.data.select('core/editor') && wp.data.select('core/editor').getCurrentPostId() && wp.blocks.getBlockTypes().length > 20");
            }

            bool isHtml = text.StartsWith('<');
            await recording.RunAsync($$"""
                const editor = wp.data.dispatch('core/editor'), text = {{Quote(text)}};
                const blocks = {{(isHtml ? "wp.blocks.rawHandler({ HTML: text })" : "[wp.blocks.createBlock('core/paragraph', { content: text.split('\\n')[0] }), wp.blocks.createBlock('core/code', { content: text })]")}};
                await wp.data.dispatch('core/block-editor').resetBlocks(blocks);
                await editor.editPost({ title: "What's new? ({{number}})", excerpt: text.slice(0, 60) });
                if ({{number}} % 4 === 1) await editor.autosave();
                await editor.editPost({ status: {{Quote(number % 3 == 0 ? "draft" : "publish")}} });
                await editor.savePost();
                """);
        }

        recording.Step("quick-draft");
        foreach (string text in Texts.Lines("chat.txt").Where((_, i) => i % 7 == 0))
        {
            await recording.OpenAsync($"{Home}/wp-admin/index.php");
            await recording.RunAsync($"jQuery('#quick-press #title').val({Quote(text)}); jQuery('#quick-press #content').val({Quote(text + "\n\n" + text)}); jQuery('#quick-press').submit(); await new Promise(r => setTimeout(r, 500));");
        }
    }

    private static async Task CommentAsync(Recording recording)
    {
        recording.Step("comment");
        string[] posts = [.. Texts.Files("posts-*.md").SelectMany(Texts.Pieces).Where((_, i) => i % 3 == 2)];
        foreach (string text in posts)
        {
            await recording.OpenAsync($"{Home}/?p=1");
            await recording.SubmitWithAsync("#commentform #submit", ("#comment", text));
        }

        recording.Step("search");
        foreach (string text in Texts.Lines("search.txt").Where((_, i) => i % 5 == 3)) await recording.OpenAsync($"{Home}/?" + $"s={Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal)}");
    }

    private static async Task LookAroundAsync(Recording recording)
    {
        recording.Step("upload");
        foreach ((string name, string type, string script) in Samples.Files.Where((_, i) => i % 2 == 0))
        {
            await recording.OpenAsync($"{Home}/wp-admin/media-new.php?browser-uploader");
            await recording.LeaveAsync($"const files = new DataTransfer(); files.items.add(new File([{script}], {Quote(name)}, {{ type: {Quote(type)} }})); document.querySelector('#async-upload').files = files.files; document.querySelector('#html-upload').click();");
        }

        await recording.OpenAsync($"{Home}/wp-admin/media-new.php");
        recording.Step("administer");
        foreach (string page in (string[])
            [
                "edit.php?s=o%27brien&post_status=all&post_type=post&action=-1&m=0&cat=0&paged=1&action2=-1", "upload.php?mode=list", "edit-comments.php?comment_status=moderated&s=select+from", "themes.php", "plugins.php", "users.php?role=administrator",
                "nav-menus.php?action=edit&menu=0", "tools.php", "site-health.php?tab=debug", "export.php?download=true&content=posts&cat=0&post_author=0", "widgets.php", "edit-tags.php?taxonomy=category", "profile.php", "customize.php?return=%2Fwp-admin%2Fthemes.php",
            ])
        {
            if (page.StartsWith("export", StringComparison.Ordinal)) await recording.RunAsync($"await fetch('/wp-admin/{page}')");
            else await recording.OpenAsync($"{Home}/wp-admin/{page}");
        }

        recording.Step("customize");
        await recording.WaitForAsync("window.wp && wp.customize && wp.customize.state && wp.customize('blogdescription')");
        await recording.RunAsync("""
            wp.customize('blogdescription').set('Tides, "ropes" & <lanterns>');
            for (const id in wp.customize.settings.settings) if (id.startsWith('custom_css')) wp.customize(id).set("body > .nav a:hover::after { content: '»'; background: url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E\"); } /* it's red */");
            await wp.customize.previewer.save({ status: 'publish' }).catch(() => 0);
            """);
        recording.Step("administer");
        await recording.OpenAsync($"{Home}/wp-admin/edit-tags.php?taxonomy=category");
        foreach (string text in Texts.Lines("languages.txt").Where((_, i) => i % 6 == 0))
            await recording.RunAsync($"jQuery('#tag-name').val({Quote(text)}); jQuery('#tag-description').val({Quote("About " + text)}); jQuery('#addtag #submit').click(); await new Promise(r => setTimeout(r, 400));");
        await recording.OpenAsync($"{Home}/wp-admin/profile.php");
        await recording.SubmitWithAsync("#submit", ("#first_name", "Ada & co."), ("#last_name", "O'Water"), ("#description", "I'm a \"developer\"; SELECT coffee FROM kitchen -- always <3"), ("#url", "https://example.org/~ada/?a=1&b=2"));
        await recording.OpenAsync($"{Home}/wp-admin/nav-menus.php?action=edit&menu=0");
        await recording.LeaveAsync("document.querySelector('#menu-name').value = \"Top's & bottoms\"; document.querySelector('#update-nav-menu #save_menu_header, #save_menu_footer').click()");
        await recording.OpenAsync($"{Home}/wp-admin/user-new.php");
    }
}
