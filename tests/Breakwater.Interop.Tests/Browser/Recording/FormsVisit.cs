using Breakwater.Waf.Tests.Harmless;
using static Breakwater.Interop.Tests.Browser.Recording.Recording;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>Forms of all encodings and character sets, without any script: orders, mail, comments, topics, filters, settings.</summary>
internal static class FormsVisit
{
    private const string Home = "https://www.example.org/forms.html";

    public static async Task RecordAsync()
    {
        await using PagesSite site = await PagesSite.StartAsync();
        await using Recording recording = await StartAsync("forms", ("www.example.org", site.Endpoint));
        Task Submit(string step, params (string Name, string Value)[] fields) => SubmitAsync(recording, step, fields);

        foreach (string[] person in Texts.Rows("people.txt"))
        {
            (string, string)[] fields = [("billing[name]", person[0]), ("billing[street]", person[1]), ("billing[town]", person[2]), ("billing[phone]", person[3]), ("remark", person[^1])];
            await Submit("order", fields);
            await Submit("order-multipart", fields);
        }

        foreach (string text in Texts.Lines("chat.txt").Where((_, i) => i % 4 == 1)) await Submit("mail", ("from", "tim.o'reilly@example.org"), ("text", text + "\nsecond line = 2\n"));
        string[] languages = [.. Texts.Lines("languages.txt")];
        foreach (string text in languages.Take(14)) await Submit("latin", ("name", "Zoë"), ("eintrag", text));
        foreach (string text in languages.Where(t => t.Any(c => c is > '\u3000' and < '\uA000')).Append("表計算ソフト能力＼＾")) await Submit("japanese", ("name", "山田 太郎"), ("message", text));
        foreach (string text in languages.Where(t => t.Any(c => c is > '\u0400' and < '\u0500'))) await Submit("russian", ("q", text));
        foreach (string text in Texts.Lines("search.txt").Where((_, i) => i % 6 == 3)) await Submit("filter", ("q", text));

        int number = 0;
        foreach (string post in Texts.Files("posts-*.md").SelectMany(Texts.Pieces))
        {
            switch (number++ % 3)
            {
                case 0: await Submit("comment", ("comment[body]", post)); break;
                case 1: await Submit("topic", ("subject", post.Split('\n')[0]), ("message", post)); break;
                default: await Submit("raw", ("title", post.Split('\n')[0]), ("text", post)); break;
            }
        }

        foreach (string[][] rows in Texts.Rows("settings.txt").Chunk(4))
        {
            recording.Step("settings");
            await recording.OpenAsync(Home);
            string script = string.Concat(rows.Select(row => $"field = document.createElement('textarea'); field.name = {Quote($"settings[{row[0]}]")}; field.value = {Quote(row[1])}; form.append(field);"));
            await recording.LeaveAsync($"const form = document.querySelector('#settings'); let field; {script} form.requestSubmit();");
        }

        recording.Save("Forms of our own in Chromium: all encodings, several character sets.");
    }

    private static async Task SubmitAsync(Recording recording, string step, (string Name, string Value)[] fields)
    {
        recording.Step(step);
        await recording.OpenAsync(Home);
        await recording.SubmitAsync([.. fields.Select(f => ($"#{step} [name='{f.Name}']", f.Value))]);
    }
}
