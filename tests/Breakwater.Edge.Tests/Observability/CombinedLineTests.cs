using System.Text;
using System.Text.RegularExpressions;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using CsCheck;

namespace Breakwater.Edge.Tests.Observability;

public sealed partial class CombinedLineTests
{
    private static readonly DateTime Start = new(2026, 3, 4, 5, 6, 7, 89, DateTimeKind.Utc);
    private static readonly CombinedLine Line = new(new AccessLogSettings().SecretArguments);

    [Fact]
    public void A_line_is_that_of_Apache_and_nginx() => Assert.Equal(
        "192.0.2.7 - - [04/Mar/2026:05:06:07 +0000] \"GET /cart?item=7&token=REDACTED HTTP/1.1\" 200 1024 \"https://search.example/\" "
            + "\"Mozilla/5.0 (X11; Linux x86_64)\"\n",
        Write(TestExchange.Get(
            "/cart?item=7&token=abc", "Referer: https://search.example/", "User-Agent: Mozilla/5.0 (X11; Linux x86_64)")));

    [Fact]
    public void What_is_missing_is_a_hyphen()
    {
        Exchange exchange = TestExchange.Over([]);
        exchange.Record = new ExchangeRecord { Status = 408, End = ExchangeEnd.HeaderTimeout };
        Assert.Equal("192.0.2.7 - - [04/Mar/2026:05:06:07 +0000] \"-\" 408 0 \"-\" \"-\"\n", Write(exchange));
    }

    [Fact]
    public void Hostile_bytes_are_hexadecimal()
    {
        Exchange exchange = TestExchange.Over(
            [.. "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: a\"b\\c"u8, 0xFF, 0xC3, 0xA9, .. "\td\r\n\r\n"u8]);
        Assert.EndsWith("\"a\\x22b\\x5Cc\\xFF\\xC3\\xA9\\x09d\"\n", Write(exchange));
    }

    [Fact]
    public void No_value_breaks_out_of_its_quotes() =>
        Gen.Byte.Where(b => b is >= 0x20 and not 0x7F).Array[0, 60].ForEach(500, value =>
        {
            Exchange exchange = TestExchange.Over(
                [.. "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: "u8, .. value, .. "\r\nReferer: "u8, .. value, .. "\r\n\r\n"u8]);
            Assert.Matches(Shape(), Write(exchange));
        });

    private static string Write(Exchange exchange)
    {
        byte[] buffer = new byte[LogSlab.Bytes];
        LineBuilder builder = new(buffer);
        Line.Write(ref builder, exchange, Start, new LogSeconds(Line.SecondsFormat));
        Assert.False(builder.Overflowed);
        return Encoding.Latin1.GetString(buffer, 0, builder.Length);
    }

    [GeneratedRegex("""^\S+ - - \[[^]]+\] "[ !#-~]*" \d+ \d+ "[ !#-~]*" "[ !#-~]*"\n\z""")]
    private static partial Regex Shape();
}
