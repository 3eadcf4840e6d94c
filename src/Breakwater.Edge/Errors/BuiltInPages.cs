namespace Breakwater.Edge.Errors;

/// <summary>The pages that are shown where a zone has none of its own: one template for each form. Immutable.</summary>
internal static class BuiltInPages
{
    private const string PlainText = """
        {{status}} {{reason}}
        {{detail}}
        {{visitor}}

        For the operator: {{operator}}
        Reason: {{word}} ({{extended}}), failed: {{party}}, ray: {{ray}}, time: {{time}}, host: {{host}}

        """;

    private const string JsonText = """
        {"type":"urn:breakwater:error:{{word}}","title":"{{reason}}","status":{{status}},"detail":"{{detail}}","failed":"{{party}}","reason":"{{word}}","extended_status":{{extended}}{{extras}},"visitor":"{{visitor}}","operator":"{{operator}}","ray":"{{ray}}","time":"{{time}}","host":"{{host}}"}

        """;

    // Nothing is loaded from elsewhere and nothing runs: the page must work when everything else does not. The Content-Security-Policy
    // in PageFields allows the inline style and nothing more.
    private const string HtmlText = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{{status}} {{reason}}</title>
        <style>
        :root{color-scheme:light dark;--ink:#1c2733;--soft:#5a6a7b;--line:#d3dbe3;--back:#f6f8fa;--good:#23803f;--bad:#c0322a}
        @media(prefers-color-scheme:dark){:root{--ink:#e4eaf0;--soft:#98a7b7;--line:#33414f;--back:#11171d;--good:#5cc47d;--bad:#ff7b70}}
        body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        main{box-sizing:border-box;width:100%;max-width:40rem;padding:2rem 1.25rem}
        h1{margin:.2rem 0 1rem;font-size:1.6rem;line-height:1.25}
        h2{margin:1.5rem 0 .2rem;font-size:1rem}
        p{margin:0}
        .soft,dl{color:var(--soft);font-size:.875rem}
        ol{display:flex;margin:1.75rem 0;padding:0;list-style:none}
        li{position:relative;flex:1;text-align:center}
        li+li::before{content:"";position:absolute;top:.7rem;right:calc(50% + 1.1rem);width:calc(100% - 2.2rem);border-top:2px solid var(--line)}
        i{display:block;width:1.4rem;height:1.4rem;margin:0 auto .3rem;border-radius:50%;border:2px solid var(--line);font-style:normal;line-height:1.4rem}
        .works i{border-color:var(--good);color:var(--good)}
        .failed i{border-color:var(--bad);background:var(--bad);color:#fff}
        .works i::before{content:"\2713"}
        .failed i::before{content:"\2715"}
        .failed .soft{color:var(--bad)}
        dl{display:grid;grid-template-columns:auto 1fr;gap:0 1rem;margin:1.75rem 0 0;padding-top:1rem;border-top:1px solid var(--line)}
        dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace}
        </style>
        </head>
        <body>
        <main>
        <p class="soft">{{status}}</p>
        <h1>{{reason}}</h1>
        <p>{{detail}}</p>
        <ol>
        <li class="{{client_state}}"><i></i>You<p class="soft">{{client_state}}</p></li>
        <li class="{{edge_state}}"><i></i>Edge<p class="soft">{{edge_state}}</p></li>
        <li class="{{origin_state}}"><i></i>Origin<p class="soft">{{origin_state}}</p></li>
        </ol>
        <h2>What you can do</h2>
        <p>{{visitor}}</p>
        <h2>If this is your site</h2>
        <p>{{operator}}</p>
        <dl>
        <dt>Ray</dt><dd>{{ray}}</dd>
        <dt>Time</dt><dd>{{time}}</dd>
        <dt>Host</dt><dd>{{host}}</dd>
        <dt>Reason</dt><dd>{{word}} ({{extended}})</dd>
        </dl>
        </main>
        </body>
        </html>

        """;

    /// <summary>text/plain.</summary>
    public static PageTemplate Plain { get; } = Parse(PlainText);

    /// <summary>text/html.</summary>
    public static PageTemplate Html { get; } = Parse(HtmlText);

    /// <summary>application/problem+json.</summary>
    public static PageTemplate Json { get; } = Parse(JsonText);

    /// <summary>The template for a form.</summary>
    public static PageTemplate Of(PageFormat format) => format switch
    {
        PageFormat.Html => Html,
        PageFormat.Json => Json,
        _ => Plain,
    };

    private static PageTemplate Parse(string text) =>
        PageTemplate.Parse(text, builtIn: true, out _) ?? throw new InvalidOperationException("A built-in page has an unknown placeholder.");
}
