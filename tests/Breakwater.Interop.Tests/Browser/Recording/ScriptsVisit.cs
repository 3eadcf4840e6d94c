using System.Text.Json;
using Breakwater.Waf.Tests.Harmless;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>
/// What the browser's own interfaces send for pages with scripts: fetch with every kind of body, across origins too, beacons, pings, reports, cookies,
/// event streams, WebSockets, workers, ranges, revalidation, prefetching.
/// </summary>
internal static class ScriptsVisit
{
    private const string Home = "https://app.example.org";

    public static async Task RecordAsync()
    {
        await using PagesSite site = await PagesSite.StartAsync();
        await using Recording recording = await Recording.StartAsync(
            "scripts", ("app.example.org", site.Endpoint), ("api.example.org", site.Endpoint), ("cdn.example.org", site.Endpoint), ("search.example.org", site.Endpoint));
        Task Each(string step, IEnumerable<string> texts, string statements) => EachAsync(recording, step, texts, statements);

        await recording.OpenAsync($"{Home}/scripts.html");
        string[] posts = [.. Texts.Files("posts-*.md").SelectMany(Texts.Pieces)];
        string[] chat = [.. Texts.Lines("chat.txt")];
        string[] search = [.. Texts.Lines("search.txt")];

        await Each("json", posts.Where((_, i) => i % 3 == 0), "await send('POST', '/api/topics/7/posts.json', { title: text.split('\\n')[0], raw: text, tags: ['c++', \"it's\"], reply_to: null, draft: false })");
        await Each("chat", chat.Where((_, i) => i % 2 == 0), "await send('POST', 'https://api.example.org/v1/rooms/4f2a/messages', { text, at: 1717171717171 + i, mentions: ['@tim'] }, { Authorization: 'Bearer ' + token })");
        await Each("put", chat.Where((_, i) => i % 6 == 1), "await send('PUT', `/api/notes/${i}`, { text, html: `<p>${text}</p>`, version: i })");
        await Each("patch", Texts.Rows("settings.txt").Where((_, i) => i % 2 == 0).Select(r => $"{r[0]}\t{r[1]}"), """
            const [name, value] = text.split('\t');
            await fetch('/api/settings', { method: 'PATCH', headers: { 'Content-Type': 'application/json-patch+json' }, body: JSON.stringify([{ op: 'replace', path: '/' + name, value }]) });
            """);
        await Each("graphql", Texts.Pieces("graphql.txt"), """
            const body = { operationName: text.match(/(?:query|mutation|subscription) (\w+)/)?.[1] ?? null, variables: { q: "o'brien <b>", first: 20 }, query: text };
            await send('POST', '/graphql', body);
            if (i % 2) await fetch('/graphql?' + new URLSearchParams({ query: text, variables: JSON.stringify(body.variables), extensions: '{"persistedQuery":{"version":1}}' }));
            """);
        await Each("rich-text", Texts.Pieces("richtext.html"), """
            const editor = document.getElementById('editor');
            editor.focus(); document.execCommand('selectAll'); document.execCommand('insertHTML', false, text);
            await send('POST', '/api/pages/42/autosave', { html: editor.innerHTML, text: editor.innerText, selection: [0, 3] });
            const data = new FormData(); data.append('body', editor.innerHTML); data.append('format', 'full_html');
            await fetch('/node/42/save', { method: 'POST', body: data });
            """);
        await Each("params", posts.Where((_, i) => i % 6 == 1), "await fetch('/api/comments', { method: 'POST', body: new URLSearchParams({ comment: text, parent: 0, 'meta[ip]': '' }) })");
        await Each("plain", posts.Where((_, i) => i % 6 == 2), "await fetch('/api/paste?lang=auto', { method: 'POST', body: text })");
        await Each("form-data", posts.Where((_, i) => i % 6 == 4), """
            const data = new FormData(); data.append('title', text.split('\n')[0]); data.append('file', new File([text], `post ${i}.md`, { type: 'text/markdown' })); data.append('meta', new Blob([JSON.stringify({ text })], { type: 'application/json' }));
            await fetch('/api/files', { method: 'POST', body: data, headers: { 'X-CSRF-Token': token } });
            """);
        await Each("suggest", search.Where((_, i) => i % 4 == 0), "await fetch('/api/suggest?term=' + encodeURIComponent(text) + '&limit=8'); await fetch('/api/suggest?term=' + encodeURIComponent(text.slice(0, 5)) + '&limit=8')");
        await Each("search", search.Where((_, i) => i % 4 == 2), """
            await fetch('https://search.example.org/1/indexes/*/queries?x-algolia-agent=' + encodeURIComponent('Algolia for JavaScript (4.14.2); Browser (lite)') + '&x-algolia-application-id=ABC', {
              method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: JSON.stringify({ requests: [{ indexName: 'products', params: new URLSearchParams({ query: text, facets: '["brand"]', highlightPreTag: '<mark>' }).toString() }] }) });
            """);
        await Each("filter", Texts.Lines("filters.txt"), "await fetch(text)");
        await Each("beacon", chat.Where((_, i) => i % 8 == 5), """
            const event = { type: 'click', text, url: location.href + '?q=' + encodeURIComponent(text), referrer: '', w: innerWidth };
            navigator.sendBeacon('/collect?v=2&dl=' + encodeURIComponent(event.url) + '&dt=' + encodeURIComponent(text), i % 2 ? JSON.stringify(event) : new Blob([JSON.stringify(event)], { type: 'application/json' }));
            """);
        await Each("error", posts.Where((_, i) => i % 12 == 5), """
            await fetch('https://api.example.org/api/42/envelope/?sentry_key=abc&sentry_version=7', { method: 'POST', headers: { 'Content-Type': 'text/plain;charset=UTF-8' },
              body: [{ event_id: 'abc', sent_at: '2024-05-31T16:00:00Z' }, { type: 'event' }, { exception: { values: [{ type: 'TypeError', value: "Cannot read properties of undefined (reading 'map')", stacktrace: { frames: [{ filename: 'https://app.example.org/a.js', function: 'HTMLButtonElement.<anonymous>', context_line: text }] } }] } }].map(x => JSON.stringify(x)).join('\n') });
            """);
        await Each("cookies", chat.Where((_, i) => i % 10 == 3), """
            document.cookie = `note=${encodeURIComponent(text)}; path=/`; document.cookie = 'consent={"necessary":true,"stats":false,"ts":1717171717}; path=/';
            document.cookie = `last=${text.replace(/[;\x00-\x1f]/g, ' ')}; path=/`; document.cookie = '_ga=GA1.2.1234567890.1717171717; path=/';
            await fetch(`/account/orders?page=${i}`);
            """);
        await Each("upload", Samples.Files.Select((f, i) => $"{i}"), $$"""
            const all = [{{string.Join(", ", Samples.Files.Select(f => $"[{Recording.Quote(f.Name)}, {Recording.Quote(f.Type)}, {f.Script}]"))}}];
            const [name, type, content] = all[i];
            const file = new File([content], name, { type });
            if (i % 2) await fetch('/files/' + encodeURIComponent(name), { method: 'PUT', body: file, headers: { 'X-File-Name': encodeURIComponent(name) } });
            else { const data = new FormData(); data.append('file', file); data.append('path', '/photos/2024/' + name); await fetch('/upload', { method: 'POST', body: data }); }
            """);
        await BrowseAsync(recording, search);
        recording.Save("The interfaces of the browser itself (fetch, beacons, cookies, streams, workers, reports) on pages of our own in Chromium.");
    }

    private static async Task BrowseAsync(Recording recording, string[] search)
    {
        recording.Step("browse");
        await recording.RunAsync("""
            await navigator.serviceWorker.register('/sw.js', { scope: '/offline/' }).catch(() => 0);
            const stream = new EventSource('/events'); let messages = 0;
            await new Promise(done => { stream.onmessage = () => { if (++messages === 4) { stream.close(); done(); } }; });
            for (const protocols of [[], ['graphql-transport-ws', 'graphql-ws'], ['mqtt']]) await new Promise(done => { const socket = new WebSocket('wss://app.example.org/socket?token=' + encodeURIComponent(token) + '&p=' + protocols.length, protocols); socket.onclose = done; });
            const video = document.createElement('video'); video.src = 'https://cdn.example.org/media/tide.mp4#t=10'; document.body.append(video); video.load();
            for (const range of ['bytes=0-', 'bytes=500-999', 'bytes=-500']) await fetch('/media/tide.webm?part=' + range, { headers: { Range: range } });
            for (const rel of ['prefetch', 'preload', 'modulepreload', 'manifest', 'stylesheet', 'icon', 'preconnect']) { const link = document.createElement('link'); link.rel = rel; link.as = 'script'; link.href = `/assets/${rel}.js?v=1.2.3-rc.1+build`; document.head.append(link); }
            const frame = document.createElement('iframe'); frame.src = '/embed/frame?src=' + encodeURIComponent('https://www.example.org/a?b=c&d=<e>'); document.body.append(frame);
            for (let i = 0; i < 2; i++) await fetch('/cached/list.json', { cache: 'no-cache' });
            await fetch('/cached/list.json', { headers: { 'If-Match': '"a", "b"' }, method: 'DELETE' });
            await fetch('/api/raw', { method: 'POST', body: new Uint8Array([8, 150, 1, 18, 7, 116, 101, 115, 116, 105, 110, 103]), headers: { 'Content-Type': 'application/x-protobuf' } });
            const xhr = new XMLHttpRequest(); xhr.open('POST', '/soap/Orders.asmx'); xhr.setRequestHeader('Content-Type', 'text/xml; charset=utf-8'); xhr.setRequestHeader('SOAPAction', '"urn:GetOrder"');
            await new Promise(done => { xhr.onloadend = done; xhr.send('<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetOrder><Name>O\'Brien &amp; Sons</Name></GetOrder></s:Body></s:Envelope>'); });
            const link = document.createElement('a'); link.href = '#x'; link.ping = 'https://app.example.org/ping?to=' + encodeURIComponent('https://www.example.org/?q=1'); document.body.append(link); link.click();
            await new Promise(r => setTimeout(r, 300));
            """);
        await recording.OpenAsync($"{Home}/policy");
        await recording.RunAsync("await new Promise(r => setTimeout(r, 1500))");
        foreach (string target in (string[])
            [
                "/files/50%25%20off%20%26%20more;v=1/a+b(c)[d]!$'*,.html", "/login?return=%2Fa%2Fb%3Fc%3Dd%26e%3D%2525&lang=en_GB.UTF-8", "/oauth/authorize?response_type=code&client_id=abc&redirect_uri=https%3A%2F%2Fapp.example.org%2Fcb%3Fx%3D1&scope=openid+profile&state=eyJhIjoiYiJ9&code_challenge=a-b_c&code_challenge_method=S256",
                "/?utm_source=news%20letter&utm_campaign=it's_50%25_off&gclid=Cj0KCQjw-_abc&fbclid=IwAR0a-b_c", "/go?url=https://www.example.org/path/?a=1&b=2", "/share?u=https%3A%2F%2Fwww.example.org%2F%3Fp%3D1&t=%22What's%20new%3F%22%20%3C3", "/wiki/AC/DC_(band)#History",
                "/search/caf%C3%A9/%E6%97%A5%E6%9C%AC", "/a/./b/../c?path=../images/x.png", "/item?id=7;jsessionid=ABC123.node1", "/calendar.php?month=5&year=2024&do[]=a&do[]=b", "/cgi-bin/show.pl?file=manual.html&format=html", "/index.php?option=com_content&view=article&id=5:about-us&catid=2&Itemid=101",
                "/p?x=%20or%20&y=select&z=union", "/print.aspx?ID=42&__EVENTTARGET=&ReturnUrl=%2fdefault.aspx", "/img/resize?src=/uploads/a%20b.jpg&w=100&h=&fit=crop,top", "/tile/12/2048/1361.png?style=osm&lang=de|en", "/unsubscribe?email=tim.o%27reilly%2Bnews@example.org&hash=d41d8cd98f00b204e9800998ecf8427e",
            ]) await recording.OpenAsync(Home + target);

        // Where a visitor comes from says what was searched for there.
        recording.Step("referred");
        foreach (string text in search.Where((_, i) => i % 6 == 5))
        {
            await recording.OpenAsync("https://search.example.org/results?q=" + Uri.EscapeDataString(text));
            await recording.LeaveAsync($"const link = document.createElement('a'); link.referrerPolicy = 'unsafe-url'; link.href = 'https://app.example.org/landing?from=' + encodeURIComponent({Recording.Quote(text[..Math.Min(4, text.Length)])}); document.body.append(link); link.click();");
        }
    }

    /// <summary>Runs statements for each text in the page, which is opened anew: <c>text</c> and <c>i</c> are there, and what the page defines.</summary>
    private static async Task EachAsync(Recording recording, string step, IEnumerable<string> texts, string statements)
    {
        recording.Step(step);
        await recording.OpenAsync($"{Home}/scripts.html?step={step}");
        await recording.RunAsync($"let i = -1; for (const text of {JsonSerializer.Serialize(texts)}) {{ i++; {statements}\n }}");
    }
}
