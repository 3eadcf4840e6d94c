using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Origins.Balancing;
using Breakwater.Http;

namespace Breakwater.Edge.Tests.Origins.Balancing;

public class RequestHashTests
{
    // Two requests, and whether they belong to the same origin. A line is: client, target, fields.
    [Theory]
    [InlineData("client_ip", "10.0.0.1 /a", "10.0.0.1 /b", true)]
    [InlineData("client_ip", "10.0.0.1 /a", "10.0.0.2 /a", false)]
    [InlineData("client_ip", "2001:db8::1 /a", "2001:db8::2 /a", false)]
    [InlineData("path", "10.0.0.1 /a", "10.0.0.2 /a", true)]
    [InlineData("path", "10.0.0.1 /a?page=1", "10.0.0.1 /a?page=2", true)]
    [InlineData("path", "10.0.0.1 /a", "10.0.0.1 /b", false)]
    [InlineData("header X-Tenant", "10.0.0.1 / X-Tenant:one", "10.0.0.2 / x-tenant:one", true)]
    [InlineData("header X-Tenant", "10.0.0.1 / X-Tenant:one", "10.0.0.1 / X-Tenant:two", false)]
    [InlineData("header X-Tenant", "10.0.0.1 /", "10.0.0.1 /b", true)]
    [InlineData("header X-Tenant", "10.0.0.1 /", "10.0.0.2 /", false)]
    [InlineData("header X-Tenant", "10.0.0.1 / X-Tenant:", "10.0.0.2 / X-Tenant:", false)]
    [InlineData("cookie sid", "10.0.0.1 / Cookie:a=1;sid=7", "10.0.0.2 / Cookie:sid=7;b=2", true)]
    [InlineData("cookie sid", "10.0.0.1 / Cookie:a=1 Cookie:sid=7", "10.0.0.2 / Cookie:sid=7", true)]
    [InlineData("cookie sid", "10.0.0.1 / Cookie:sid=7", "10.0.0.1 / Cookie:sid=8", false)]
    [InlineData("cookie sid", "10.0.0.1 / Cookie:SID=7", "10.0.0.2 / Cookie:SID=7", false)]
    [InlineData("cookie sid", "10.0.0.1 /", "10.0.0.1 /b", true)]
    public void RequestsWithTheSamePartBelongTogether(string by, string one, string other, bool same)
    {
        string[] key = by.Split(' ');
        var hash = new RequestHash(key[0] switch
        {
            "client_ip" => HashKey.ClientIp,
            "path" => HashKey.Path,
            "header" => new HashKey(HashSource.Header, key[1]),
            _ => new HashKey(HashSource.Cookie, key[1]),
        });

        Assert.Equal(same, Of(hash, one) == Of(hash, other));
    }

    private static ulong Of(RequestHash hash, string line)
    {
        string[] parts = line.Split(' ');
        string fields = string.Concat(parts.Skip(2).Select(field => field.Replace(":", ": ", StringComparison.Ordinal) + "\r\n"));
        var head = new RequestHead(HeadLimits.Default);
        ReadStatus status = head.Read(Encoding.ASCII.GetBytes($"GET {parts[1]} HTTP/1.1\r\nHost: shop\r\n{fields}\r\n"), out _);
        Assert.Equal(ReadStatus.Complete, status);
        Assert.True(ClientAddress.TryParse(Encoding.ASCII.GetBytes(parts[0]), out ClientAddress client));
        return hash.Of(head, client);
    }
}
