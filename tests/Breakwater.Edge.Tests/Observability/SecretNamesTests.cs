using System.Text;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Tests.Observability;

public sealed class SecretNamesTests
{
    private static readonly SecretNames Names = new(["password", "token", "code"]);

    [Theory]
    [InlineData("token", true)]
    [InlineData("TOKEN", true)]
    [InlineData("%74oken", true)]
    [InlineData("tok%65n", true)]
    [InlineData("+token", true)]
    [InlineData("token%20", true)]
    [InlineData("user[password]", true)]
    [InlineData("user%5Bpassword%5D", true)]
    [InlineData("password[0]", true)]
    [InlineData("login.token", true)]
    [InlineData("x-amz-token", true)]
    [InlineData("", false)]
    [InlineData("tok", false)]
    [InlineData("tokens", false)]
    [InlineData("zip_code", false)]
    [InlineData("barcode", false)]
    [InlineData("%zztoken", false)]
    public void A_name_matches_as_a_whole_or_by_a_part(string name, bool secret) =>
        Assert.Equal(secret, Names.Match(Encoding.ASCII.GetBytes(name)));

    [Fact]
    public void A_name_that_is_too_long_to_look_into_counts_as_secret() =>
        Assert.True(Names.Match(Encoding.ASCII.GetBytes(new string('a', 513))));

    [Fact]
    public void Without_names_nothing_is_secret() => Assert.False(new SecretNames([]).Match("token"u8));
}
