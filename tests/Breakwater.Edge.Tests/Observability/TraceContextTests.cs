using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Tests.Observability;

public sealed class TraceContextTests
{
    private const string Id = "0af7651916cd43dd8448eb211c80319c";

    [Theory]
    [InlineData("00-" + Id + "-b7ad6b7169203331-01", true)]
    [InlineData("00-" + Id + "-b7ad6b7169203331-00", true)]
    [InlineData("01-" + Id + "-b7ad6b7169203331-01", true)]
    [InlineData("01-" + Id + "-b7ad6b7169203331-01-more", true)]
    [InlineData("00-" + Id + "-b7ad6b7169203331-01-more", false)]
    [InlineData("01-" + Id + "-b7ad6b7169203331-01more", false)]
    [InlineData("ff-" + Id + "-b7ad6b7169203331-01", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-" + Id + "-0000000000000000-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("00-" + Id + "-b7ad6b7169203331-0x", false)]
    [InlineData("00_" + Id + "-b7ad6b7169203331-01", false)]
    [InlineData("00-" + Id, false)]
    [InlineData("", false)]
    public void A_trace_id_is_taken_from_a_valid_traceparent_only(string value, bool valid)
    {
        Exchange exchange = TestExchange.Get("/", $"traceparent: {value}");
        Assert.Equal(valid, TraceContext.TryGetTraceId(exchange.Request, out ReadOnlySpan<byte> id));
        Assert.Equal(valid ? Id : "", Encoding.ASCII.GetString(id));
    }

    [Fact]
    public void Two_traceparents_are_none()
    {
        string line = $"traceparent: 00-{Id}-b7ad6b7169203331-01";
        Assert.False(TraceContext.TryGetTraceId(TestExchange.Get("/", line, line).Request, out _));
    }
}
