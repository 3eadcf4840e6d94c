namespace Breakwater.Interop.Tests.Tools;

/// <summary>A program that tests need and that may be missing. Immutable.</summary>
internal sealed record Tool(string Command, string Package)
{
    public static Tool Nginx { get; } = new("nginx", "nginx-light");

    public static Tool Curl { get; } = new("curl", "curl");

    public static Tool H2Load { get; } = new("h2load", "nghttp2-client");

    public static Tool OpenSsl { get; } = new("openssl", "openssl");

    public static Tool Chromium { get; } = new("chromium", "chromium");

    public static Tool Php { get; } = new("php", "php-cli");

    public static Tool MariaDb { get; } = new("mariadbd", "mariadb-server");

    public static Tool Radicale { get; } = new("radicale", "radicale");

    /// <summary>Where the program is; when it is missing, the test that asks is skipped and says why.</summary>
    public string PathOrSkip()
    {
        var path = Find();
        Assert.SkipWhen(path is null, $"{Command} is missing (Debian's package {Package}): "
            + (Environment.GetEnvironmentVariable("BREAKWATER_TEST_TOOLS") ?? "./test.sh installs it when run as root on Debian"));
        return path!;
    }

    private string? Find() =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':')
            .Select(directory => Path.Combine(directory, Command))
            .FirstOrDefault(File.Exists);
}
