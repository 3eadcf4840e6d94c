using System.Text;
using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Pages, and what browsers say when they ask for them: long cookies of analytics, consents, sessions and experiments.</summary>
internal static class CookieRequests
{
    private static readonly string[] Pages =
    [
        "/", "/index.html", "/products/o%27neill-hat", "/2024/05/what-s-new/?amp=1", "/favicon.ico", "/assets/app.3f2a1b.js?v=1.2.3", "/assets/css/style.css?ver=6.5.3", "/de/über-uns", "/news.php?id=17", "/img/logo@2x.png",
        "/.well-known/acme-challenge/abc_DEF-123", "/.well-known/security.txt", "/sitemap.xml", "/robots.txt", "/feed/?paged=2", "/api/v1/status", "/fonts/inter.woff2", "/a/b/c/../d.html", "/video.mp4", "/shop/cart;v=2?x",
    ];

    public static IEnumerable<HarmlessRequest> All()
    {
        for (int i = 0; i < 120; i++)
        {
            string at = $"cookies/{i}";
            string page = Pages[i % Pages.Length].Replace("ü", "%C3%BC", StringComparison.Ordinal).Replace("../", "", StringComparison.Ordinal);
            yield return Get(at, page).With("Cookie", string.Join("; ", Cookies(at, i))).With("Referer", $"https://www.example.org{Pages[(i + 7) % 10]}".Replace("ü", "%C3%BC", StringComparison.Ordinal))
                .With("Sec-Fetch-Site", "same-origin").With("Sec-CH-UA", "\"Chromium\";v=\"131\", \"Not_A Brand\";v=\"24\"").With("Upgrade-Insecure-Requests", "1").With("If-None-Match", $"W/\"{Browsers.Hex(at, 8)}\"");
        }
    }

    private static IEnumerable<string> Cookies(string at, int i)
    {
        string[] all =
        [
            $"_ga=GA1.1.{Browsers.Number(at, 1_999_999_999)}.1717171717", $"_ga_ABC123DEF4=GS1.1.1717171717.{i}.1.1717171800.0.0.0", $"_fbp=fb.1.1717171717171.{Browsers.Number(at + "f", 999_999_999)}",
            $"_fbc=fb.1.1717171717171.{Browsers.Base64Url(at, 40)}", "_gcl_au=1.1.123456789.1717171717", $"PHPSESSID={Browsers.Hex(at, 16)}", $"JSESSIONID={Browsers.Hex(at, 16).ToUpperInvariant()}.node1",
            $"ASP.NET_SessionId={Browsers.Hex(at, 12)}", $".AspNetCore.Antiforgery.abc=CfDJ8{Browsers.Base64Url(at, 90)}", $"XSRF-TOKEN={Uri.EscapeDataString(Browsers.Base64(at, 150))}", $"laravel_session={Uri.EscapeDataString(Browsers.Base64(at + "l", 180))}",
            $"CookieConsent={Uri.EscapeDataString($$"""{stamp:'{{Browsers.Base64(at, 30)}}',necessary:true,preferences:false,statistics:true,marketing:false,method:'explicit',ver:1,utc:1717171717171,region:'ie'}""")}",
            "OptanonConsent=isGpcEnabled=0&datestamp=Fri+May+31+2024+16%3A00%3A00+GMT%2B0200+(Central+European+Summer+Time)&version=202403.1.0&isIABGlobal=false&hosts=&groups=C0001%3A1%2CC0002%3A0&AwaitingReconsent=false",
            $"euconsent-v2=CP{Browsers.Base64Url(at, 240)}.{Browsers.Base64Url(at + "2", 40)}", $"didomi_token={Browsers.Base64(at, 120)}", $"_hjSessionUser_123={Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"id":"{{Browsers.Uuid(at)}}","created":1717171717171,"existing":true}"""))}",
            "hubspotutk=0123456789abcdef0123456789abcdef", "__hstc=12345.abc.1717171717171.1717171717171.1717171717171.1", "__cf_bm=abc.DEF-1717171717-1.0.1.1-xyz_123", $"ajs_anonymous_id=%22{Browsers.Uuid(at)}%22",
            $"mp_abc_mixpanel=%7B%22distinct_id%22%3A%20%22{Browsers.Uuid(at)}%22%2C%22%24initial_referrer%22%3A%20%22https%3A%2F%2Fwww.google.com%2F%22%2C%22q%22%3A%22it's%22%7D", $"amplitude_id_abc={Browsers.Base64(at, 90)}",
            "utm={\"source\":\"news letter\",\"medium\":\"email\",\"content\":\"50% off\"}", "last_search=select%20chairs%20%26%20tables%3B%20oak%20or%20pine", "return_to=https%3A%2F%2Fwww.example.org%2Fa%3Fb%3D1%26c%3D'd'", "theme=dark", "tz=Europe%2FDublin", "cart=[{\"id\":1,\"q\":2}]",
            "wordpress_logged_in_abc=tim%7C1717171717%7Cabcdef%7C0123", "wp-settings-1=libraryContent%3Dbrowse%26editor%3Dtinymce%26mfold%3Do", "woocommerce_items_in_cart=1", $"__Secure-next-auth.session-token={Browsers.Jwt(at, "{\"name\":\"x\"}")}", "eu_cookie={%22a%22:1}", "AMCV_ABC%40AdobeOrg=-1124106680%7CMCIDTS%7C19876%7CMCMID%7C123%7CMCAAMLH-1717%7C6%7CMCOPTOUT-1717s%7CNONE%7CvVersion%7C5.2.0",
            "s_sq=%5B%5BB%5D%5D", "s_cc=true", "_pk_ref.1.abc=%5B%22%22%2C%22%22%2C1717171717%2C%22https%3A%2F%2Fwww.google.com%2F%22%5D", "datr=a-B_c", "incap_ses_1=abc+def/ghi==", "visid_incap_1=AbC+dEf/GhI=", "ai_user=abc|2024-05-31T16:00:00.000Z", "session=eyJfcGVybWFuZW50Ijp0cnVlfQ.ZlnfBQ.Xq7dGz-L0h0pJ1qk_3Y",
        ];
        int count = 3 + i % 9;
        for (int n = 0; n < count; n++) yield return all[(i * 5 + n * 7) % all.Length];
    }
}
