using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Settings of programs with a web interface: expressions, commands, templates, queries.</summary>
internal static class SettingsRequests
{
    public static IEnumerable<HarmlessRequest> All()
    {
        int number = 0;
        foreach (string[] row in Texts.Rows("settings.txt"))
        {
            string at = $"settings/{++number}-{row[0]}";
            yield return Form($"{at}/form", "/wp-admin/options.php", ("option_page", "general"), ("action", "update"), (row[0], row[1]), ("_wpnonce", Browsers.Hex(at, 5)), ("_wp_http_referer", "/wp-admin/options-general.php?settings-updated=true"));
            yield return Json($"{at}/json", $"/api/v1/settings/{row[0]}", new { key = row[0], value = row[1], enabled = true, updatedAt = "2024-05-31T16:00:00.000Z" }, "PUT");
            if (number % 2 == 0) yield return Json($"{at}/patch", "/api/settings", new[] { new { op = "replace", path = $"/groups/0/{row[0]}", value = row[1] } }, "PATCH");
        }
    }
}
