using System.Text;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Engine;

/// <summary>What a request may cost: work, memory, and next to no garbage.</summary>
public sealed class LimitTests
{
    private const string Expensive = """
        SecRequestBodyAccess On
        SecRule ARGS "@rx a.*b" "id:1,phase:2,pass,t:lowercase,nolog"
        SecRule ARGS "@rx a.*c" "id:2,phase:2,pass,t:removeWhitespace,nolog"
        SecRule ARGS "!@rx nothing at all" "id:3,phase:2,pass,t:urlDecodeUni,t:compressWhitespace,log"
        SecAction "id:4,phase:5,pass"
        """;

    [Fact]
    public void A_request_that_needs_more_work_than_it_may_have_is_an_outcome()
    {
        using EngineUnderTest engine = new(Expensive, new WafZone { WorkBytes = 64 << 10 });
        engine.Post("application/x-www-form-urlencoded", "x=" + new string('A', 100_000));
        Assert.Equal(WafVerdictKind.Exhausted, engine.Transaction.Verdict.Kind);
        Assert.Equal(SecPhase.RequestBody, engine.Transaction.Verdict.Phase);
        Assert.Equal("3", engine.Post("application/x-www-form-urlencoded", "x=abc").Ids.Split(' ')[0]);
        Assert.True(engine.Transaction.Verdict.IsContinue);
    }

    [Fact]
    public void Memory_that_is_not_there_is_an_outcome_too()
    {
        using EngineUnderTest engine = new(Expensive, environment: new WafEnvironment { TransformedBytes = 64 << 10 });
        engine.Post("application/x-www-form-urlencoded", "x=" + new string('A', 100_000));
        Assert.Equal(WafVerdictKind.Exhausted, engine.Transaction.Verdict.Kind);
    }

    [Fact]
    public void Names_that_rules_make_of_a_request_are_bounded()
    {
        using EngineUnderTest engine = new("""SecRule ARGS_NAMES "@rx ." "id:1,phase:1,pass,nolog,setvar:tx.n_%{MATCHED_VAR}=+1" """);
        engine.Get("/?" + string.Join('&', Enumerable.Range(0, 6000)));
        Assert.Equal(WafVerdictKind.Exhausted, engine.Transaction.Verdict.Kind);
        engine.Get("/?" + string.Join('&', Enumerable.Range(0, 600)));
        Assert.True(engine.Transaction.Verdict.IsContinue);
    }

    [Fact]
    public void Matches_that_are_kept_are_bounded()
    {
        StringBuilder rules = new();
        for (int i = 1; i <= 600; i++) rules.Append(System.Globalization.CultureInfo.InvariantCulture, $"SecRule ARGS \"@rx .\" \"id:{i},phase:1,pass\"\n");
        using EngineUnderTest engine = new(rules.ToString());
        engine.Get("/?" + string.Join('&', Enumerable.Range(0, 200).Select(i => $"{i}=x")));
        Assert.Equal((512, 88), (engine.Transaction.Matches.Length, engine.Transaction.DroppedMatches));
        Assert.InRange(engine.Transaction.MatchedTargets.Length, 1, 2048);
    }

    [Fact]
    public void Very_many_arguments_do_not_take_quadratic_time()
    {
        using EngineUnderTest engine = new("""
            SecRule ARGS|ARGS_NAMES "@rx evil" "id:1,phase:1,pass,t:lowercase"
            SecRule ARGS_NAMES "@rx ." "id:2,phase:1,pass,nolog,setvar:'tx.seen=%{MATCHED_VAR}'"
            SecRule &ARGS "@eq 100000" "id:3,phase:1,pass"
            """);
        engine.Get("/?" + string.Join('&', Enumerable.Range(0, 100_000).Select(i => $"A{i}=B{i}")));
        Assert.Equal(("3", "A99999"), (engine.Ids, engine.Tx("seen")));
    }

    [Fact]
    public void A_transaction_holds_little_and_what_a_large_request_took_only_as_long_as_that_lasts()
    {
        SecLoadResult rules = Breakwater.Waf.Rules.BuiltinRules.Load();
        WafOverlay zone = WafOverlay.Create(WafProgram.Compile(rules.Ruleset!).Program!, new WafZone(), []);
        using WafTransaction transaction = new(new WafEnvironment());
        Assert.Equal(0, transaction.HeldBytes);
        Post(1 << 10);
        Assert.InRange(transaction.HeldBytes, 1, 64 << 10);
        Post(1 << 20);
        Assert.InRange(transaction.HeldBytes, 1 << 20, 64 << 20);
        transaction.Empty();
        Assert.InRange(transaction.HeldBytes, 1, 64 << 10);
        Assert.True(transaction.Matches.IsEmpty);

        void Post(int bytes)
        {
            transaction.Begin(zone, new WafConnection { ClientAddress = "192.0.2.7"u8, ClientPort = 40000, UniqueId = "ray"u8 });
            transaction.SetRequestLine("POST"u8, "/profile?page=2"u8, "HTTP/1.1"u8);
            transaction.AddRequestHeader("Host"u8, "shop.example"u8);
            transaction.AddRequestHeader("Content-Type"u8, "application/x-www-form-urlencoded"u8);
            transaction.Evaluate(SecPhase.RequestHeaders);
            transaction.AppendRequestBody(Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Range(0, 16).Select(i => $"field{i}=Some+%C3%A4+Text+{new string('x', (bytes / 16) - 24)}"))));
            transaction.Evaluate(SecPhase.RequestBody);
            transaction.Evaluate(SecPhase.Logging);
        }
    }

    [Theory]
    [InlineData("/shop?item=17&q=blue+shoes", "", "")]
    [InlineData("/shop?item=17&q=%3Cscript%3Eevil", "", "")]
    [InlineData("/profile", "application/x-www-form-urlencoded", "name=O%27Brien&about=Some+text+%26+more&mail=a%40example.org")]
    [InlineData("/api", "application/json", """{"items":[{"id":1,"name":"x"},{"id":2,"name":"y"}],"total":12.5}""")]
    public void A_request_after_the_first_ones_allocates_nothing(string target, string type, string body)
    {
        using EngineUnderTest engine = new($$"""
            {{EngineDefaults.Text}}
            SecAction "id:1,phase:1,pass,nolog,setvar:tx.score=0,setvar:tx.critical=5"
            SecRule ARGS|ARGS_NAMES|REQUEST_COOKIES "@rx (?i)<script|evil" "id:2,phase:2,pass,capture,t:urlDecodeUni,t:lowercase,msg:'Found',logdata:'%{TX.0} in %{MATCHED_VAR_NAME}',setvar:tx.score=+%{tx.critical},setvar:tx.p_%{MATCHED_VAR_NAME}=+1"
            SecRule TX:/^p_/ "@gt 0" "id:3,phase:2,pass,nolog,chain"
            SecRule MATCHED_VARS_NAMES "@rx ^TX:p_(.*)$" "capture,setvar:tx.last=%{TX.1}"
            SecRule &ARGS "@gt 2" "id:4,phase:2,pass"
            """);
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        byte[] line = Encoding.UTF8.GetBytes(target), contentType = Encoding.UTF8.GetBytes(type);
        for (int i = 0; i < 50; i++) Once();
        Assert.InRange(LeastAllocated.By(Once), 0, 0);

        void Once()
        {
            WafTransaction transaction = engine.Transaction;
            transaction.Begin(engine.Overlay, new WafConnection { ClientAddress = "192.0.2.7"u8, ClientPort = 40000, UniqueId = "ray"u8 });
            transaction.SetRequestLine("POST"u8, line, "HTTP/1.1"u8);
            transaction.AddRequestHeader("Host"u8, "shop.example"u8);
            transaction.AddRequestHeader("Cookie"u8, "session=0123456789abcdef; theme=dark"u8);
            if (contentType.Length > 0) transaction.AddRequestHeader("Content-Type"u8, contentType);
            transaction.Evaluate(SecPhase.RequestHeaders);
            if (transaction.InspectsRequestBody) transaction.AppendRequestBody(bytes);
            transaction.Evaluate(SecPhase.RequestBody);
            transaction.Evaluate(SecPhase.Logging);
        }
    }
}
