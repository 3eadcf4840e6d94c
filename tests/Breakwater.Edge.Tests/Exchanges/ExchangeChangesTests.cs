using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Edge.Tests.Rules;

namespace Breakwater.Edge.Tests.Exchanges;

public sealed class ExchangeChangesTests
{
    [Fact]
    public void ChangesShowAtTheEndOfThePhaseAndNeverInRawFields()
    {
        Exchange exchange = TestExchange.Get("/a/b.txt?x=1", "User-Agent: old", "Cookie: a=1");
        Assert.Equal("old", FieldTexts.Of(exchange, "http.user_agent"));
        Assert.Equal(ChangeResult.Noted, exchange.Changes.SetPath("/c/../d.PNG"u8));
        Assert.Equal(ChangeResult.Noted, exchange.Changes.SetQuery("y=2"u8));
        Assert.Equal(ChangeResult.Noted, exchange.Changes.SetRequestField("user-agent"u8, "new"u8));
        Assert.Equal(ChangeResult.Noted, exchange.Changes.RemoveRequestField("COOKIE"u8));
        Assert.True(exchange.Changes.IsPending);

        // Fields that nobody has looked at yet are no different.
        Assert.Equal(("/a/b.txt", "x:1", "old", "a:1", "txt"), Fields(exchange));
        exchange.Changes.Commit();
        Assert.False(exchange.Changes.IsPending);
        Assert.Equal(("/d.PNG", "y:2", "new", "", "png"), Fields(exchange));
        Assert.Equal("/a/b.txt?x=1", FieldTexts.Of(exchange, "raw.http.request.uri"));
        Assert.Equal("x:1", FieldTexts.Of(exchange, "raw.http.request.uri.args"));
        Assert.Equal("http://shop.example/d.PNG?y=2", FieldTexts.Of(exchange, "http.request.full_uri"));
        Assert.Equal("http://shop.example/a/b.txt?x=1", FieldTexts.Of(exchange, "raw.http.request.full_uri"));

        static (string, string, string, string, string) Fields(Exchange exchange) =>
            (FieldTexts.Of(exchange, "http.request.uri.path"), FieldTexts.Of(exchange, "http.request.uri.args"),
            FieldTexts.Of(exchange, "http.user_agent"), FieldTexts.Of(exchange, "http.request.cookies"),
            FieldTexts.Of(exchange, "http.request.uri.path.extension"));
    }

    [Fact]
    public void AnEmptyQueryTakesTheQueryAway()
    {
        Exchange exchange = TestExchange.Get("/a?x=1");
        exchange.Changes.SetQuery(""u8);
        exchange.Changes.Commit();
        Assert.Equal("/a", FieldTexts.Of(exchange, "http.request.uri"));
        Assert.Equal("", FieldTexts.Of(exchange, "http.request.uri.query"));
    }

    [Fact]
    public void WhatIsDiscardedNeverHappens()
    {
        Exchange exchange = TestExchange.Get("/a");
        exchange.Changes.SetPath("/b"u8);
        exchange.Changes.Discard();
        exchange.Changes.Commit();
        Assert.Null(exchange.Rewritten);
    }

    [Theory]
    [InlineData("X-Ok", "a b\tc", ChangeResult.Noted)]
    [InlineData("X-Ok", "\u00e9", ChangeResult.Noted)]
    [InlineData("X-Ok", "", ChangeResult.Noted)]
    [InlineData("Cookie", "a=1", ChangeResult.Noted)]
    [InlineData("X-Forwarded-For", "192.0.2.1", ChangeResult.Noted)]
    [InlineData("X-Ok", "a\r\nX-Evil: 1", ChangeResult.BadValue)]
    [InlineData("X-Ok", "a\nb", ChangeResult.BadValue)]
    [InlineData("X-Ok", "a\rb", ChangeResult.BadValue)]
    [InlineData("X-Ok", "a\0b", ChangeResult.BadValue)]
    [InlineData("X-Ok", "a\u007fb", ChangeResult.BadValue)]
    [InlineData("", "a", ChangeResult.BadName)]
    [InlineData("X Ok", "a", ChangeResult.BadName)]
    [InlineData("X-Ok:", "a", ChangeResult.BadName)]
    [InlineData("X-Ok\r\nX-Evil", "a", ChangeResult.BadName)]
    [InlineData("X-\u00e9", "a", ChangeResult.BadName)]
    [InlineData("content-length", "0", ChangeResult.Reserved)]
    [InlineData("Transfer-Encoding", "chunked", ChangeResult.Reserved)]
    [InlineData("Connection", "close", ChangeResult.Reserved)]
    [InlineData("Keep-Alive", "5", ChangeResult.Reserved)]
    [InlineData("Proxy-Connection", "close", ChangeResult.Reserved)]
    [InlineData("TE", "trailers", ChangeResult.Reserved)]
    [InlineData("Trailer", "a", ChangeResult.Reserved)]
    [InlineData("Upgrade", "h2c", ChangeResult.Reserved)]
    [InlineData("HTTP2-Settings", "a", ChangeResult.Reserved)]
    [InlineData("Breakwater-Ray", "a", ChangeResult.Reserved)]
    public void AFieldThatWouldBreakAMessageIsRefused(string name, string value, object result)
    {
        var expected = (ChangeResult)result;
        byte[] nameBytes = Encoding.Latin1.GetBytes(name), valueBytes = Encoding.Latin1.GetBytes(value);
        ExchangeChanges changes = TestExchange.Get().Changes;
        Assert.Equal(expected, changes.SetRequestField(nameBytes, valueBytes));
        Assert.Equal(expected, changes.AddRequestField(nameBytes, valueBytes));
        Assert.Equal(expected, changes.SetResponseField(nameBytes, valueBytes));
        Assert.Equal(expected, changes.AddResponseField(nameBytes, valueBytes));
        if (expected != ChangeResult.BadValue)
        {
            Assert.Equal(expected, changes.RemoveRequestField(nameBytes));
            Assert.Equal(expected, changes.RemoveResponseField(nameBytes));
            Assert.Equal(expected, ExchangeChanges.CheckName(nameBytes, ofRequest: true));
        }
    }

    [Fact]
    public void HostAndExpectBelongToTheRequestAlone()
    {
        ExchangeChanges changes = TestExchange.Get().Changes;
        Assert.Equal(ChangeResult.Reserved, changes.SetRequestField("host"u8, "a"u8));
        Assert.Equal(ChangeResult.Reserved, changes.RemoveRequestField("Expect"u8));
        Assert.Equal(ChangeResult.Noted, changes.SetResponseField("host"u8, "a"u8));
    }

    [Theory]
    [InlineData("origin.example", ChangeResult.Noted)]
    [InlineData("origin.example:8443", ChangeResult.Noted)]
    [InlineData("[::1]:80", ChangeResult.Noted)]
    [InlineData("", ChangeResult.BadValue)]
    [InlineData("a b", ChangeResult.BadValue)]
    [InlineData("a\r\nX: 1", ChangeResult.BadValue)]
    [InlineData("a@b", ChangeResult.BadValue)]
    [InlineData("a/b", ChangeResult.BadValue)]
    public void AHostMustBeOne(string host, object expected) =>
        Assert.Equal((ChangeResult)expected, TestExchange.Get().Changes.SetHost(Encoding.Latin1.GetBytes(host)));

    [Fact]
    public void ChangesAreBounded()
    {
        ExchangeChanges changes = TestExchange.Get().Changes;
        Assert.Equal(ChangeResult.TooLong, changes.SetPath(new byte[ExchangeChanges.MaxValue + 1]));
        byte[] value = Enumerable.Repeat((byte)'a', ExchangeChanges.MaxValue).ToArray();
        int noted = 0;
        while (changes.AddRequestField("x"u8, value) == ChangeResult.Noted)
        {
            noted++;
        }

        Assert.Equal(ExchangeChanges.MaxBytes / (ExchangeChanges.MaxValue + 1), noted);
        ExchangeChanges many = TestExchange.Get().Changes;
        for (int i = 0; i < ExchangeChanges.MaxChanges; i++)
        {
            Assert.Equal(ChangeResult.Noted, many.AddRequestField("x"u8, "1"u8));
        }

        Assert.Equal(ChangeResult.TooMany, many.AddRequestField("x"u8, "1"u8));
    }
}
