namespace Breakwater.Config.Tests.Document;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("0.0.0.0:8080", ListenAddressKind.Ip, "0.0.0.0:8080")]
    [InlineData("127.0.0.1:0", ListenAddressKind.Ip, "127.0.0.1:0")]
    [InlineData("[::]:8080", ListenAddressKind.Ip, "[::]:8080")]
    [InlineData("[2001:db8::1]:65535", ListenAddressKind.Ip, "[2001:db8::1]:65535")]
    [InlineData(":8080", ListenAddressKind.AnyIp, ":8080")]
    [InlineData("*:8080", ListenAddressKind.AnyIp, ":8080")]
    [InlineData("localhost:8080", ListenAddressKind.Localhost, "localhost:8080")]
    [InlineData("LOCALHOST:80", ListenAddressKind.Localhost, "localhost:80")]
    [InlineData("unix:/run/x.sock", ListenAddressKind.UnixSocket, "unix:/run/x.sock")]
    [InlineData("systemd:web", ListenAddressKind.Systemd, "systemd:web")]
    public void Reads_every_form(string text, ListenAddressKind kind, string shown)
    {
        Assert.True(ListenAddress.TryParse(text, out ListenAddress? address));
        Assert.Equal(kind, address.Kind);
        Assert.Equal(shown, address.ToString());
        Assert.True(ListenAddress.TryParse(shown, out ListenAddress? again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("8080")]
    [InlineData("0.0.0.0")]
    [InlineData("0.0.0.0:")]
    [InlineData("0.0.0.0:65536")]
    [InlineData("0.0.0.0:-1")]
    [InlineData("0.0.0.0:+80")]
    [InlineData("0.0.0.0: 80")]
    [InlineData("1.2.3:80")]
    [InlineData("0x7f.0.0.1:80")]
    [InlineData("::1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("[::1:80")]
    [InlineData("example.com:80")]
    [InlineData("unix:")]
    [InlineData("unix:run/x.sock")]
    [InlineData("systemd:")]
    [InlineData("systemd:a b")]
    public void Refuses_what_is_no_address(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    [Fact]
    public void A_unix_path_that_the_kernel_cannot_hold_is_refused()
    {
        Assert.True(ListenAddress.TryParse("unix:/" + new string('a', 106), out _));
        Assert.False(ListenAddress.TryParse("unix:/" + new string('a', 107), out _));
    }
}
