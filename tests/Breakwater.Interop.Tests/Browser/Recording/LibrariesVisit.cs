using System.Text.Json;
using Breakwater.Waf.Tests.Harmless;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>
/// Libraries that build requests in their own ways: jQuery and its plugins (forms, tables, completion, select2), axios, AngularJS, Prototype, Dojo,
/// and the editors CKEditor and CodeMirror in forms.
/// </summary>
internal static class LibrariesVisit
{
    private const string Home = "https://legacy.example.org";

    public static async Task RecordAsync()
    {
        foreach (string library in (string[])["jquery", "jquery-form", "jquery-ui", "jquery-datatables", "select2.js", "angular.js", "codemirror", "ckeditor", "prototype", "dojo"])
            SiteProcess.Require("/usr/share/javascript/" + library, "libjs-" + library.Replace(".js", "", StringComparison.Ordinal));
        SiteProcess.Require("/usr/share/nodejs/axios", "node-axios");
        await using PagesSite site = await PagesSite.StartAsync();
        await using Recording recording = await Recording.StartAsync("libraries", ("legacy.example.org", site.Endpoint), ("api.example.org", site.Endpoint));
        Task Each(string step, IEnumerable<string> texts, string statements, string page = "libraries") => EachAsync(recording, step, page, texts, statements);

        string[] posts = [.. Texts.Files("posts-*.md").SelectMany(Texts.Pieces)];
        string[] chat = [.. Texts.Lines("chat.txt")];
        string[] search = [.. Texts.Lines("search.txt")];
        string[] people = [.. Texts.Rows("people.txt").Select(r => JsonSerializer.Serialize(r))];

        await Each("jquery", people, """
            const [name, street, town, phone, remark] = JSON.parse(text);
            await $.post('/ajax/order', { customer: { name, street, town, phones: [phone, { work: null }] }, lines: [{ sku: 'A-1', n: 2 }, { sku: "B'2", n: 1 }], remark });
            if (i % 3 === 0) await $.ajax({ url: '/ajax/order/' + i, method: 'PUT', contentType: 'application/json; charset=utf-8', data: JSON.stringify({ name, remark }), headers: { 'X-CSRFToken': 'a+b/c==' } });
            if (i % 3 === 1) await $.get('/ajax/customers', { name, towns: [town, 'x'], exact: true });
            if (i % 3 === 2) await $.ajax({ url: '/ajax/customers', data: { name, towns: [town, 'x'] }, traditional: true, cache: false });
            if (i % 5 === 0) await $.ajax({ url: 'https://api.example.org/widgets.json', dataType: 'jsonp', data: { q: remark } });
            """);
        await Each("jquery-form", posts.Where((_, i) => i % 8 == 0), """
            $('#form [name=name]').val("Tim O'Reilly"); $('#form [name=message]').val(text);
            if (i % 2) { const files = new DataTransfer(); files.items.add(new File([text], 'post.txt', { type: 'text/plain' })); $('#form [type=file]')[0].files = files.files; }
            await new Promise(done => $('#form').ajaxSubmit({ data: { extra: { a: [1, 2] } }, complete: done }));
            await $.post('/ajax/serialized', $('#form').serialize());
            """);
        await Each("table", ["GET", "POST"], """
            if ($.fn.dataTable.isDataTable('#orders')) $('#orders').DataTable().destroy();
            const table = $('#orders').DataTable({ serverSide: true, ajax: { url: '/orders/data', type: text, data: more => { more.filter = { status: 'open', since: '>= 2024-01-01' }; } },
              columns: [{ data: 'name' }, { data: 'customer.town' }, { data: 'total', render: v => v }] });
            const drawn = () => new Promise(done => table.one('draw', done));
            await drawn();
            for (const words of ["o'brien", 'select', '<b>', '50 %', 'a or b', '"x"', '1=1 Main St', 'C#', "d'Artagnan--"]) { table.search(words); table.draw(); await drawn(); }
            table.column(1).search('^(Dublin|Cork)$', true, false); table.order([2, 'desc']); table.draw(); await drawn();
            table.page(3).draw('page'); await drawn();
            """);
        await Each("select", search.Where((_, i) => i % 8 == 0), """
            if (i === 0) $('#tags').select2({ ajax: { url: '/tags/search', delay: 0, dataType: 'json', processResults: d => ({ results: [] }) } });
            const asked = new Promise(done => $(document).one('ajaxComplete', done));
            $('#tags').select2('open'); $('.select2-search__field').val(text).trigger('input').trigger('keyup');
            await asked; $('#tags').select2('close');
            """);
        await Each("complete", search.Where((_, i) => i % 8 == 4), """
            if (i === 0) $('#complete').autocomplete({ source: '/complete', minLength: 1, delay: 0 });
            const asked = new Promise(done => $(document).one('ajaxComplete', done));
            $('#complete').autocomplete('search', text); await asked;
            if (i === 0) { $('#sorted').sortable(); await $.post('/sort', $('#sorted').sortable('serialize')); }
            """);
        await Each("axios", chat.Where((_, i) => i % 4 == 2), """
            await axios.get('/api/items', { params: { q: text, tags: ['a', "b's"], range: { from: 1, to: null }, at: new Date(0) } });
            if (i % 2) await axios.postForm('/api/items', { text, meta: { list: [1, { x: text }] }, file: new Blob([text]) });
            else await axios.post('/api/items', { text, html: `<a href="#">${text}</a>` }, { headers: { 'X-XSRF-TOKEN': 'a b' } });
            if (i % 3 === 0) await axios.post('/api/items', new URLSearchParams({ text }), { auth: { username: "o'b", password: 'x:y;z' } });
            """);
        await Each("angular", chat.Where((_, i) => i % 4 == 3), """
            const injector = window.injector ??= angular.injector(['ng']);
            document.cookie = 'XSRF-TOKEN=a1b2/c3==; path=/';
            const http = injector.get('$http');
            await http.get('/rest/items', { params: { filter: { name: text, price: { $gt: 5 } }, sort: ['-a', 'b'], when: new Date(0) } });
            if (i % 2) await http.post('/rest/items', { text, $$hashKey: 'object:3', nested: [{ a: 1 }] });
            else await http.post('/rest/items', injector.get('$httpParamSerializerJQLike')({ text, list: ['x', { y: text }] }), { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
            """);
        await Each("prototype", chat.Where((_, i) => i % 6 == 4), """
            await new Promise(done => new Ajax.Request('/proto/say', { parameters: { text, room: '#general', 'to[]': ['a', 'b'] }, onComplete: done }));
            await new Promise(done => new Ajax.Request('/proto/find', { method: 'get', parameters: $('form').serialize() + '&text=' + encodeURIComponent(text), onComplete: done }));
            const xhr = await new Promise(done => require(['dojo/request'], done));
            await xhr.post('/dojo/rpc', { data: JSON.stringify({ method: 'say', params: [text], id: i }), headers: { 'Content-Type': 'application/json' }, handleAs: 'json' });
            await xhr.get('/dojo/store/', { query: { name: text + '*', sort: '+name' }, preventCache: true, headers: { Range: 'items=0-24', 'X-Range': 'items=0-24' } });
            """, "prototype");
        await EditAsync(recording, posts);
        recording.Save("jQuery with plugins, axios, AngularJS, Prototype, Dojo, CKEditor and CodeMirror (Debian's packages libjs-*, node-axios, ckeditor) in Chromium.");
    }

    private static async Task EditAsync(Recording recording, string[] posts)
    {
        recording.Step("editor");
        foreach (string html in Texts.Pieces("richtext.html"))
        {
            await recording.OpenAsync($"{Home}/libraries.html");
            await recording.RunAsync($$"""
                const editor = CKEDITOR.replace('body', { allowedContent: true, versionCheck: false });
                await new Promise(done => editor.on('instanceReady', done));
                await new Promise(done => editor.setData({{Recording.Quote(html)}}, done));
                editor.focus(); editor.insertText("It's \"new\" & <good>; ");
                """);
            await recording.SubmitAsync(("#page [name=title]", "What's new? – O'Neill & Co."));
        }

        foreach (string post in posts.Where((_, i) => i % 7 == 1))
        {
            await recording.OpenAsync($"{Home}/libraries.html");
            await recording.RunAsync($"const editor = CodeMirror.fromTextArea(document.getElementById('code'), {{ lineNumbers: true }}); editor.replaceSelection({Recording.Quote(post)});");
            await recording.LeaveAsync("document.querySelector('#source button').click()");
        }
    }

    /// <summary>Runs statements for each text: <c>text</c> and <c>i</c> are there.</summary>
    private static async Task EachAsync(Recording recording, string step, string page, IEnumerable<string> texts, string statements)
    {
        recording.Step(step);
        await recording.OpenAsync($"{Home}/{page}.html?step={step}");
        await recording.RunAsync($"let i = -1; for (const text of {JsonSerializer.Serialize(texts)}) {{ i++; {statements}\n }}");
    }
}
