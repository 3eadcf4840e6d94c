using System.Text;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Waf.Tests.Engine;

/// <summary>Collections that outlive a request: opened, counted, expired, bounded.</summary>
public sealed class CollectionTests
{
    private const string Counting = """
        SecCollectionTimeout 600
        SecAction "id:1,phase:1,pass,nolog,initcol:ip=%{REMOTE_ADDR},setvar:ip.count=+1,setvar:'tx.out=%{IP.count}'"
        SecRule ARGS:block "@eq 1" "id:2,phase:1,pass,nolog,setvar:ip.blocked=1,expirevar:ip.blocked=60"
        SecRule IP:blocked "@eq 1" "id:3,phase:1,pass"
        SecRule &IP:blocked "@eq 0" "id:4,phase:1,pass"
        """;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Each_key_counts_for_itself()
    {
        using EngineUnderTest engine = new(Counting, environment: new WafEnvironment(_time));
        Assert.Equal("1", engine.Get(client: "192.0.2.1").Tx("out"));
        Assert.Equal("2", engine.Get(client: "192.0.2.1").Tx("out"));
        Assert.Equal("1", engine.Get(client: "192.0.2.2").Tx("out"));
        Assert.Equal("3", engine.Get(client: "192.0.2.1").Tx("out"));
    }

    [Fact]
    public void A_variable_expires_and_its_collection_stays()
    {
        using EngineUnderTest engine = new(Counting, environment: new WafEnvironment(_time));
        Assert.Equal("3", engine.Get("/?block=1").Ids);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("3", engine.Get().Ids);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("4", engine.Get().Ids);
        Assert.Equal("4", engine.Get().Tx("out"));
    }

    [Fact]
    public void A_collection_ends_when_nobody_opened_it_for_its_time()
    {
        using EngineUnderTest engine = new(Counting, environment: new WafEnvironment(_time));
        engine.Get();
        _time.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal("2", engine.Get().Tx("out"));
        _time.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal("1", engine.Get().Tx("out"));
    }

    [Fact]
    public void Zones_do_not_share_collections()
    {
        WafEnvironment environment = new(_time);
        using EngineUnderTest a = new(Counting, new WafZone { Name = "a" }, environment);
        using EngineUnderTest b = new(Counting, new WafZone { Name = "b" }, environment);
        a.Get();
        Assert.Equal("1", b.Get().Tx("out"));
        Assert.Equal("2", a.Get().Tx("out"));
        Assert.Equal(2, environment.Collections.Count);
    }

    [Fact]
    public void Without_initcol_there_is_no_collection()
    {
        using EngineUnderTest engine = new("""
            SecAction "id:1,phase:1,pass,nolog,setvar:ip.count=+1,expirevar:ip.count=5,setvar:'tx.out=[%{IP.count}]'"
            SecRule &IP "@eq 0" "id:2,phase:1,pass"
            """);
        Assert.Equal(("[]", "2"), (engine.Get().Tx("out"), engine.Ids));
    }

    [Fact]
    public void Sessions_users_and_resources_are_set_and_named()
    {
        using EngineUnderTest engine = new("""
            SecRule REQUEST_COOKIES:sid "@rx .+" "id:1,phase:1,pass,nolog,setsid:%{MATCHED_VAR},setvar:session.seen=+1"
            SecRule ARGS:user "@rx .+" "id:2,phase:1,pass,nolog,setuid:%{MATCHED_VAR},setvar:user.seen=+1"
            SecAction "id:3,phase:1,pass,nolog,setrsc:%{REQUEST_FILENAME},setvar:resource.seen=+1,initcol:global=all,setvar:global.seen=+1"
            SecAction "id:4,phase:1,pass,nolog,setvar:'tx.out=%{SESSIONID}:%{SESSION.seen} %{USERID}:%{USER.seen} %{RESOURCE.seen} %{GLOBAL.seen}'"
            """, environment: new WafEnvironment(_time));
        Assert.Equal("s1:1 u1:1 1 1", engine.Get("/a?user=u1", headers: ("Cookie", "sid=s1")).Tx("out"));
        Assert.Equal("s1:2 : 1 2", engine.Get("/b", headers: ("Cookie", "sid=s1")).Tx("out"));
        Assert.Equal(": : 2 3", engine.Get("/a").Tx("out"));
    }

    [Fact]
    public void Members_can_be_removed_set_counted_and_chosen()
    {
        using EngineUnderTest engine = new("""
            SecAction "id:1,phase:1,pass,nolog,initcol:ip=x,setvar:ip.a=1,setvar:ip.b=22,setvar:ip.c=3,setvar:!ip.c,setvar:ip.b=-2"
            SecRule &IP "@eq 2" "id:2,phase:1,pass"
            SecRule IP "@eq 20" "id:3,phase:1,pass,logdata:'%{MATCHED_VAR_NAME}'"
            SecRule IP:/^[ab]$/|!IP:b "@rx ." "id:4,phase:1,pass,logdata:'%{MATCHED_VAR_NAME}'"
            """);
        Assert.Equal(("2 3 4", "|IP:b|IP:a"), (engine.Get().Ids, engine.LogData));
    }

    [Fact]
    public void The_store_is_bounded_and_forgets_what_was_not_used_for_the_longest_time()
    {
        CollectionLimits limits = new() { Bytes = 160 << 10 };
        WafEnvironment environment = new(_time, collectionLimits: limits);
        using EngineUnderTest engine = new(Counting, environment: environment);
        for (int i = 0; i < 5000; i++)
        {
            engine.Get(client: $"198.51.{i / 250}.{i % 250}");
            if (i % 10 == 0) engine.Get(client: "192.0.2.1");
        }

        Assert.InRange(environment.Collections.Bytes, 1, limits.Bytes);
        Assert.Equal("501", engine.Get(client: "192.0.2.1").Tx("out"));
        Assert.Equal("1", engine.Get(client: "198.51.0.1").Tx("out"));
    }

    [Fact]
    public void What_a_visitor_can_fill_is_bounded_by_number_and_length()
    {
        CollectionLimits limits = new() { Variables = 3, ValueBytes = 8, NameBytes = 4 };
        using EngineUnderTest engine = new("""
            SecRule ARGS "@rx ." "id:1,phase:1,pass,nolog,initcol:ip=x,setvar:ip.%{MATCHED_VAR}=%{MATCHED_VAR}%{MATCHED_VAR}%{MATCHED_VAR}"
            SecRule IP "@rx ." "id:2,phase:1,pass,nolog,setvar:'tx.out=%{tx.out}%{MATCHED_VAR_NAME}=%{MATCHED_VAR} '"
            """, environment: new WafEnvironment(_time, collectionLimits: limits));
        Assert.Equal("IP:abc=abcabcab IP:d=ddd IP:e=eee ", engine.Get("/?1=abc&2=d&3=toolong&4=e&5=f").Tx("out"));
    }

    [Fact]
    public void Requests_at_the_same_time_count_each()
    {
        WafEnvironment environment = new(TimeProvider.System);
        using EngineUnderTest first = new(Counting, environment: environment);
        Parallel.For(0, 4, _ =>
        {
            using WafTransaction transaction = new(environment);
            for (int i = 0; i < 500; i++)
            {
                transaction.Begin(first.Overlay, new WafConnection { ClientAddress = "192.0.2.9"u8 });
                transaction.SetRequestLine("GET"u8, "/"u8, "HTTP/1.1"u8);
                transaction.Evaluate(SecPhase.RequestHeaders);
            }
        });
        Assert.Equal("2001", first.Get(client: "192.0.2.9").Tx("out"));
    }

    [Fact]
    public void GEO_is_filled_by_geoLookup()
    {
        using EngineUnderTest engine = new("""
            SecRule REMOTE_ADDR "@geoLookup" "id:1,phase:1,pass,chain"
            SecRule GEO:COUNTRY_CODE "@streq DE" "setvar:'tx.out=%{GEO.country_name}'"
            SecRule REMOTE_ADDR "!@geoLookup" "id:2,phase:1,pass"
            """, environment: new WafEnvironment(_time, geo: new Country()));
        Assert.Equal(("1", "Germany"), (engine.Get(client: "192.0.2.1").Ids, engine.Tx("out")));
        Assert.Equal("2", engine.Get(client: "198.51.100.1").Ids);
        Assert.Equal("2", engine.Get(client: new string('x', 200)).Ids);
        using EngineUnderTest nowhere = new("""SecRule REMOTE_ADDR "@geoLookup" "id:1,phase:1,pass" """);
        Assert.Equal("", nowhere.Get().Ids);
    }

    private sealed class Country : IGeoLookup
    {
        public bool TryLookup(ReadOnlySpan<byte> address, GeoPlace place)
        {
            if (Encoding.ASCII.GetString(address) != "192.0.2.1") return false;
            place.Add("COUNTRY_CODE"u8, "DE"u8);
            place.Add("COUNTRY_NAME"u8, "Germany"u8);
            return true;
        }
    }
}
