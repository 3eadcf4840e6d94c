namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>
/// Writes <c>tests/Breakwater.Waf.Tests/Harmless/recorded</c> anew: what Chromium sends while it uses real front ends. Only on demand, and never a
/// part of the program; <c>docs/waf.md</c> has the command. A front end whose Debian package is missing is skipped, and its file stays.
/// </summary>
public sealed class RecordHarmlessRequests
{
    [Fact(Explicit = true)]
    public Task Shop() => ShopVisit.RecordAsync();

    [Fact(Explicit = true)]
    public Task DokuWiki() => DokuWikiVisit.RecordAsync();

    [Fact(Explicit = true)]
    public Task MediaWiki() => MediaWikiVisit.RecordAsync();

    [Fact(Explicit = true)]
    public Task Django() => DjangoVisit.RecordAsync();

    [Fact(Explicit = true)]
    public Task Forms() => FormsVisit.RecordAsync();

    [Fact(Explicit = true)]
    public Task Scripts() => ScriptsVisit.RecordAsync();

    [Fact(Explicit = true)]
    public Task Libraries() => LibrariesVisit.RecordAsync();

    [Fact(Explicit = true)]
    public Task WordPress() => WordPressVisit.RecordAsync();

    [Fact(Explicit = true)]
    public Task Shaarli() => ShaarliVisit.RecordAsync();

    [Fact(Explicit = true)]
    public Task Radicale() => RadicaleVisit.RecordAsync();
}
