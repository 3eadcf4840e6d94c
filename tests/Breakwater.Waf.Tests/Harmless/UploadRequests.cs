using System.Text;
using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Files: pictures, documents, archives, source code; by forms, by PUT, in pieces.</summary>
internal static class UploadRequests
{
    // Name, type, first bytes.
    private static readonly (string Name, string Type, string Start)[] Files =
    [
        ("IMG_2024 (1).jpg", "image/jpeg", "\u00FF\u00D8\u00FF\u00E0\0\u0010JFIF\0"), ("Screenshot 2024-05-31 at 16.00.00.png", "image/png", "\u0089PNG\r\n\u001A\n\0\0\0\rIHDR"), ("Tim's résumé & CV.pdf", "application/pdf", "%PDF-1.7\n%\u00E2\u00E3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(this.print\\(\\))>>>>\nendobj\n"),
        ("Budget 2024 – Q1;Q2.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK\u0003\u0004\u0014\0\u0006\0\u0008\0[Content_Types].xml"), ("letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK\u0003\u0004word/document.xml"), ("old.doc", "application/msword", "\u00D0\u00CF\u0011\u00E0"),
        ("backup.tar.gz", "application/gzip", "\u001F\u008B\u0008\0"), ("photos.zip", "application/zip", "PK\u0003\u0004"), ("logo.svg", "image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>a{fill:url(#b)}</style><script>var a=1;</script></svg>"), ("data.csv", "text/csv", "name;street\n\"O'Neill\";\"1=1 Main St\"\n=SUM(A1:A2);x\n"),
        ("dump.sql", "application/sql", "DROP TABLE IF EXISTS `users`;\nINSERT INTO `users` VALUES (1,'O\\'Neill','x'),(2,'a','b');\n"), ("notes.txt", "text/plain", "cat /etc/passwd; rm -rf /tmp/x\n"), ("page.html", "text/html", "<html><script>alert('x')</script></html>"), ("app.js", "text/javascript", "document.cookie='a=b';eval('1')"), ("mail.eml", "message/rfc822", "From: a@example.org\r\nSubject: =?utf-8?q?hi?=\r\n\r\n<script>"),
        ("access.log", "text/plain", "1.2.3.4 - - \"GET /?q=<script>alert(1)</script>&id=1'%20or%20'1'='1 HTTP/1.1\" 403\n"), ("video.mp4", "video/mp4", "\0\0\0\u0018ftypmp42"), ("voice message.ogg", "audio/ogg", "OggS\0\u0002"), ("model.stl", "model/stl", "solid x\n"), ("font.woff2", "font/woff2", "wOF2"), ("IMG_0001.HEIC", "image/heic", "\0\0\0\u0018ftypheic"), ("key.pub", "application/octet-stream", "ssh-rsa AAAA"), ("C# in Depth.epub", "application/epub+zip", "PK\u0003\u0004mimetype"), ("план (финал).odt", "application/vnd.oasis.opendocument.text", "PK\u0003\u0004"), ("報告書.pdf", "application/pdf", "%PDF-1.4"), ("blob", "application/octet-stream", "\0\u0001\u0002"), ("image.png.webp", "image/webp", "RIFF\0\0\0\0WEBP"), ("a.b.c-1.0.0.jar", "application/java-archive", "PK\u0003\u0004META-INF/MANIFEST.MF"),
    ];

    // What a forge, a paste site or an editor of themes takes.
    private static readonly (string Name, string Text)[] Sources =
    [
        ("src/index.php", "<?php\nrequire __DIR__ . '/../vendor/autoload.php';\necho htmlspecialchars($_GET['q'] ?? '');\n"), ("deploy.sh", "#!/bin/bash\nset -e\ncurl -fsSL https://example.org/x | tar xz -C /srv\n"), ("Main.java", "public class Main { public static void main(String[] a) throws Exception { Runtime.getRuntime().exec(\"ls\"); } }\n"),
        ("app/views/show.html.erb", "<%= link_to @user.name, user_path(@user) %>\n"), ("web.config", "<?xml version=\"1.0\"?>\n<configuration><system.webServer/></configuration>\n"), (".htaccess", "RewriteEngine On\nRewriteRule ^(.*)$ index.php [QSA,L]\n"), ("Default.aspx", "<%@ Page Language=\"C#\" %>\n<%= DateTime.Now %>\n"), ("index.jsp", "<%@ page import=\"java.util.*\" %>\n<%= new Date() %>\n"),
        ("manage.py", "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'app.settings')\n"), ("init.sql", "CREATE TABLE t (id int); INSERT INTO t SELECT 1 UNION ALL SELECT 2;\n"), (".env.example", "DB_PASSWORD=\nAPP_KEY=base64:\n"), ("wp-config-sample.php", "<?php\ndefine('DB_NAME', 'x');\n"),
    ];

    public static IEnumerable<HarmlessRequest> All()
    {
        int number = 0;
        foreach ((string name, string type, string start) in Files)
        {
            string at = $"upload/{++number}";
            byte[] content = type.StartsWith("text/", StringComparison.Ordinal) || type is "application/sql" or "message/rfc822" or "image/svg+xml" ? Encoding.UTF8.GetBytes(start) : [.. Encoding.Latin1.GetBytes(start), .. Browsers.Bytes(at, 700)];
            yield return Multipart($"{at}/form", "/media/upload", new Part("action", "upload-attachment"), new Part("title", "It's me & \"you\" <3"), new Part("async-upload", content, name, type));
            yield return Send($"{at}/put", "PUT", $"/remote.php/dav/files/tim/{Uri.EscapeDataString(name)}", type, content).With("X-OC-Mtime", "1717171717").With("If-Match", "\"abc\"");
            if (number % 3 == 0) yield return Send($"{at}/tus", "PATCH", $"/files/{Browsers.Hex(at, 16)}", "application/offset+octet-stream", content).With("Upload-Offset", "0").With("Tus-Resumable", "1.0.0").With("Upload-Metadata", $"filename {Convert.ToBase64String(Encoding.UTF8.GetBytes(name))}");
            if (number % 3 == 1) yield return Json($"{at}/json", "/api/attachments", new { fileName = name, contentType = type, data = Convert.ToBase64String(content) });
            if (number % 3 == 2) yield return Multipart($"{at}/pieces", "/upload/chunk", new Part("dzuuid", Browsers.Uuid(at)), new Part("dzchunkindex", "0"), new Part("dztotalfilesize", "1048576"), new Part("file", content, name, "application/octet-stream"));
        }

        foreach ((string name, string text) in Sources)
        {
            string at = $"upload/source-{++number}";
            string file = name.Split('/')[^1];
            yield return Multipart($"{at}/forge", "/group/project/-/uploads", new Part("branch", "main"), new Part("commit_message", $"Add {name}; it's new"), new Part("file", Encoding.UTF8.GetBytes(text), file, "application/octet-stream"));
            yield return Json($"{at}/contents", $"/api/v1/repos/tim/app/contents/{name}", new { branch = "main", message = $"Update {name}", content = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), sha = Browsers.Hex(at, 20) }, "PUT");
            yield return Json($"{at}/commit", "/api/v4/projects/7/repository/commits", new { branch = "main", commit_message = "c", actions = new[] { new { action = "update", file_path = name, content = text } } });
            yield return Json($"{at}/gist", "/gists", new { description = "It's an example", @public = true, files = new Dictionary<string, object> { [file] = new { content = text } } });
        }

        yield return Send("upload/git-push", "POST", "/group/project.git/git-receive-pack", "application/x-git-receive-pack-request", [.. "00a0"u8, .. Encoding.ASCII.GetBytes($"{Browsers.Hex("o", 20)} {Browsers.Hex("n", 20)} refs/heads/main\0 report-status side-band-64k agent=git/2.45.0"), .. "0000PACK"u8, .. Browsers.Bytes("git", 900)]);
        yield return Send("upload/git-fetch", "POST", "/group/project.git/git-upload-pack", "application/x-git-upload-pack-request", $"0011command=fetch0001000fno-progress0032want {Browsers.Hex("w", 20)}\n0009done\n0000").With("Git-Protocol", "version=2").With("User-Agent", "git/2.45.0");
        yield return Send("upload/docker", "PATCH", "/v2/app/blobs/uploads/abc?_state=xyz", "application/octet-stream", Browsers.Bytes("docker", 900)).With("User-Agent", "docker/26.1.3 go/go1.21.10 git-commit/8e96db1 kernel/6.6.0 os/linux arch/amd64 UpstreamClient(Docker-Client/26.1.3 \\(linux\\))");
        yield return Json("upload/npm", "/@me%2fapp", new { _id = "@me/app", versions = new Dictionary<string, object> { ["1.0.0"] = new { scripts = new { test = "node test.js && rm -rf tmp", postinstall = "echo $PATH" }, bin = new { app = "./bin/../cli.js" } } }, _attachments = new Dictionary<string, object> { ["app-1.0.0.tgz"] = new { data = Browsers.Base64("npm", 300) } } }, "PUT").With("User-Agent", "npm/10.8.0 node/v22.2.0 linux x64 workspaces/false");
    }
}
