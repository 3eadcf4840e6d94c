namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>What visitors upload. Immutable.</summary>
internal static class Samples
{
    /// <summary>Name, media type, and the content as JavaScript that makes it: an array of bytes, or a string.</summary>
    public static IReadOnlyList<(string Name, string Type, string Script)> Files { get; } =
    [
        ("IMG_2024 (1).jpg", "image/jpeg", Bytes("255, 216, 255, 224, 0, 16, 74, 70, 73, 70, 0")),
        ("Screenshot 2024-05-31 at 16.00.00.png", "image/png", Bytes("137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13")),
        ("Tim's résumé & CV.pdf", "application/pdf", "'%PDF-1.7\\n1 0 obj\\n<</Type/Catalog/OpenAction<</S/JavaScript/JS(this.print\\\\(\\\\))>>>>\\nendobj\\n'"),
        ("Budget 2024 – Q1;Q2.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Bytes("80, 75, 3, 4, 20, 0, 6, 0, 8, 0")),
        ("letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Bytes("80, 75, 3, 4, 10, 0")),
        ("data.csv", "text/csv", "'name;street\\r\\n\"O\\'Neill\";\"1=1 Main St\"\\r\\n=SUM(A1:A2);x\\r\\n'"),
        ("dump.sql", "application/sql", "'DROP TABLE IF EXISTS `users`;\\nINSERT INTO `users` VALUES (1,\\'O\\\\\\'Neill\\'),(2,\\'b\\');\\n'"),
        ("deploy.sh", "application/x-sh", "'#!/bin/bash\\nset -e\\ncurl -fsSL https://example.org/x | tar xz -C /srv\\ncat /etc/passwd | wc -l\\n'"),
        ("index.html", "text/html", "'<html><script>alert(\"x\")</scr' + 'ipt><body onload=\"go()\"></body></html>'"),
        ("app.js", "text/javascript", "'document.cookie = \"a=b\"; eval(\"1\");'"),
        ("logo.svg", "image/svg+xml", "'<svg xmlns=\"http://www.w3.org/2000/svg\"><style>a{fill:url(#b)}</style><path d=\"M0 0\"/></svg>'"),
        ("notes.txt", "text/plain", "'cat food; rm -rf is dangerous; see /etc/hosts\\n'"),
        ("access.log", "text/plain", "'1.2.3.4 - - \"GET /?q=<script>alert(1)</script>&id=1%20or%201=1 HTTP/1.1\" 403\\n'"),
        ("mail.eml", "message/rfc822", "'From: a@example.org\\r\\nSubject: =?utf-8?q?hi?=\\r\\n\\r\\n<b>hi</b>\\r\\n'"),
        ("video.mp4", "video/mp4", Bytes("0, 0, 0, 24, 102, 116, 121, 112, 109, 112, 52, 50")),
        ("voice message.ogg", "audio/ogg", Bytes("79, 103, 103, 83, 0, 2")),
        ("план (финал).odt", "application/vnd.oasis.opendocument.text", Bytes("80, 75, 3, 4, 0")),
        ("報告書.pdf", "application/pdf", "'%PDF-1.4\\n'"),
        ("archive.tar.gz", "application/gzip", Bytes("31, 139, 8, 0")),
        ("C# in Depth.epub", "application/epub+zip", Bytes("80, 75, 3, 4, 10")),
        ("say \"cheese\".jpeg", "image/jpeg", Bytes("255, 216, 255, 225")),
        ("settings.json", "application/json", "'{\"path\": \"C:\\\\\\\\Users\\\\\\\\tim\", \"regex\": \"^(a|b)$\", \"shell\": \"/bin/sh\"}'"),
        ("schedule.ics", "text/calendar", "'BEGIN:VCALENDAR\\r\\nSUMMARY:O\\'Neill & Co.\\\\; select a date\\r\\nEND:VCALENDAR\\r\\n'"),
        ("README", "", "'# Title\\n\\n`SELECT * FROM t WHERE a = 1 OR b = 2`\\n'"),
        ("no-type.bin", "", Bytes("0, 1, 2, 3")),
    ];

    // A file of a kind is known by how it begins; the rest looks random and is always the same.
    private static string Bytes(string start) => $"new Uint8Array([{start}, ...Array.from({{ length: 300 }}, (_, i) => (i * 7919 + (i * i * 31) % 251) & 255)])";
}
