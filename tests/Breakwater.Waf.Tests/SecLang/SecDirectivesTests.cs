using Breakwater.Waf.SecLang;
using static Breakwater.Waf.Tests.SecLang.SecLangText;

namespace Breakwater.Waf.Tests.SecLang;

public sealed class SecDirectivesTests
{
    [Fact]
    public void The_engines_configuration_is_read()
    {
        SecConfiguration c = Read("""
            SecRuleEngine DetectionOnly
            SecRequestBodyAccess On
            SecRequestBodyLimit 13107200
            SecRequestBodyNoFilesLimit 131072
            SecRequestBodyLimitAction ProcessPartial
            SecRequestBodyJsonDepthLimit 512
            SecArgumentsLimit 2000
            SecResponseBodyAccess on
            SecResponseBodyMimeTypesClear
            SecResponseBodyMimeType text/plain Text/HTML
            SecResponseBodyMimeType application/json
            SecResponseBodyLimit 1024
            SecResponseBodyLimitAction Reject
            SecAuditEngine RelevantOnly
            SecAuditLogRelevantStatus "^(?:5|4(?!04))"
            SecAuditLogParts ABIJDEFHZ
            SecArgumentSeparator &
            SecCookieFormat 0
            SecUnicodeMapFile unicode.mapping 20127
            SecCollectionTimeout 600
            SecComponentSignature "A/1"
            SecComponentSignature "B/2"
            """).Configuration;
        Assert.Equal((SecEngineMode.DetectionOnly, true, 13107200, 131072), (c.RuleEngine, c.RequestBodyAccess, c.RequestBodyLimit, c.RequestBodyNoFilesLimit));
        Assert.Equal((SecLimitAction.ProcessPartial, 512, 2000), (c.RequestBodyLimitAction, c.RequestBodyJsonDepthLimit, c.ArgumentsLimit));
        Assert.Equal(["text/plain", "text/html", "application/json"], c.ResponseBodyMimeTypes);
        Assert.Equal((true, 1024, SecLimitAction.Reject), (c.ResponseBodyAccess, c.ResponseBodyLimit, c.ResponseBodyLimitAction));
        Assert.Equal((SecAuditMode.RelevantOnly, "ABIJDEFHZ", 600), (c.AuditEngine, c.AuditLogParts, c.CollectionTimeout));
        Assert.Equal(["A/1", "B/2"], c.ComponentSignatures);
    }

    [Theory]
    [InlineData("SecAuditLog /var/log/modsec_audit.log", "SecAuditLog has no effect here")]
    [InlineData("SecPcreMatchLimit 1000", "expressions are matched in linear time")]
    [InlineData("SecTmpDir /tmp/", "nothing is written to files")]
    [InlineData("SecStatusEngine Off", "Breakwater reports to nobody")]
    [InlineData("SecDebugLogLevel 3", "use `breakwater explain`")]
    public void What_something_else_does_is_a_note(string text, string note)
    {
        SecLoadResult result = SecRuleset.Parse(text);
        Assert.NotNull(result.Ruleset);
        Assert.Equal(SecSeverity.Note, Assert.Single(result.Diagnostics).Severity);
        Assert.Contains(note, result.Diagnostics[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SecRuleScript x.lua", "test.conf:1:1: SecRuleScript is not supported; rules may not run programs; write it as SecRule")]
    [InlineData("SecXmlExternalEntity On", "write SecXmlExternalEntity Off; entities are never resolved")]
    [InlineData("SecRuleEngine Maybe", "\"Maybe\" is no value of SecRuleEngine; write SecRuleEngine On|Off|DetectionOnly")]
    [InlineData("SecRequestBodyLimit 1M", "write SecRequestBodyLimit BYTES")]
    [InlineData("SecRule ARGS", "SecRule with 1 arguments; write SecRule TARGETS \"OPERATOR\" \"ACTIONS\"")]
    [InlineData("SecRuleEngin On", "there is no directive \"SecRuleEngin\"; did you mean SecRuleEngine?")]
    [InlineData("<IfModule x>", "Apache's containers are not supported")]
    [InlineData("SecUnicodeMapFile unicode.mapping 1250", "the code page \"1250\" is not supported")]
    public void What_cannot_work_is_an_error(string text, string error) => Assert.Contains(error, Error(text), StringComparison.Ordinal);

    [Fact]
    public void Includes_are_read_in_place_and_in_order()
    {
        MemoryFileSource source = new MemoryFileSource()
            .Add("main.conf", "SecMarker A\nInclude rules/*.conf\nIncludeOptional none/*.conf\nIncludeOptional none.conf\nSecMarker Z")
            .Add("rules/2.conf", "SecMarker C")
            .Add("rules/1.conf", "SecMarker B\nInclude sub.inc")
            .Add("rules/sub.inc", "SecMarker B2");
        SecLoadResult result = SecRuleset.Load(source, ["main.conf"]);
        Assert.Empty(result.Diagnostics);
        Assert.Equal("A B B2 C Z", string.Join(' ', result.Ruleset!.Entries.Cast<SecMarker>().Select(m => m.Name)));
    }

    [Fact]
    public void What_cannot_be_included_is_an_error_where_it_is_included()
    {
        MemoryFileSource source = new MemoryFileSource()
            .Add("self.conf", "Include self.conf")
            .Add("latin.conf", [(byte)'#', (byte)'\n', (byte)'#', 0xE9])
            .Add("big.conf", new string('#', 100_000));
        Assert.Contains("test.conf:1:9: \"none.conf\" cannot be read: there is no such file", Error("Include none.conf", source), StringComparison.Ordinal);
        Assert.Contains("test.conf:1:9: no file matches \"x*.conf\"", Error("Include x*.conf", source), StringComparison.Ordinal);
        Assert.Contains("self.conf:1:9: Include nested more than 16 deep", Error("Include self.conf", source), StringComparison.Ordinal);
        Assert.Contains("latin.conf:2:1: the file is not UTF-8", Error("Include latin.conf", source), StringComparison.Ordinal);
        Assert.Contains("it is longer than 5000 bytes", Error("Include big.conf", source, new SecLangLimits { FileBytes = 5000 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_is_bounded()
    {
        string many = string.Concat(Enumerable.Range(1, 50).Select(i => $"SecAction \"id:{i}\"\n"));
        Assert.Contains("more than 20 rules", Error(many, limits: new SecLangLimits { Rules = 20 }), StringComparison.Ordinal);
        Assert.Contains("more than 3 targets", Error("SecRule ARGS|ARGS|ARGS|ARGS \"a\" \"id:1\"", limits: new SecLangLimits { PartsPerRule = 3 }), StringComparison.Ordinal);
        Assert.Contains("more than 3 actions", Error("SecAction \"id:1,log,log,log\"", limits: new SecLangLimits { PartsPerRule = 3 }), StringComparison.Ordinal);
        Assert.Equal(6, Errors(string.Concat(Enumerable.Repeat("Nope\n", 100)), limits: new SecLangLimits { Diagnostics = 5 }).Length);
    }
}
