using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

public sealed class TlsTextTests
{
    [Theory]
    [InlineData("TLS_AES_128_GCM_SHA256", "AEAD-AES128-GCM-SHA256")]
    [InlineData("TLS_AES_256_GCM_SHA384", "AEAD-AES256-GCM-SHA384")]
    [InlineData("TLS_CHACHA20_POLY1305_SHA256", "AEAD-CHACHA20-POLY1305-SHA256")]
    [InlineData("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256")]
    [InlineData("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384")]
    [InlineData("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305")]
    [InlineData("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA")]
    [InlineData("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "ECDHE-RSA-AES256-SHA384")]
    [InlineData("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "DHE-RSA-AES128-GCM-SHA256")]
    [InlineData("TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256")]
    [InlineData("TLS_RSA_WITH_AES_128_CBC_SHA256", "AES128-SHA256")]
    [InlineData("TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA")]
    public void CipherSuitesHaveTheNamesThatOperatorsWrite(string iana, string expected) => Assert.Equal(expected, TlsText.CipherOf(iana));

    [Fact]
    public void WithoutTlsThereIsNothing()
    {
        TlsText text = TestExchange.PlainConnection().TlsText;
        Assert.True(text.Version.IsEmpty && text.Cipher.IsEmpty && text.Ja4.IsEmpty && text.Random.IsEmpty);
    }

    [Fact]
    public void TheHelloSaysItsLengthAndTheClientsRandomBytes()
    {
        ClientHello hello = Hellos.Good(Hellos.Rfc8448);

        // One record: its header has five bytes, that of the message four.
        Assert.Equal(Hellos.Rfc8448.Length - 5, hello.Length);
        Assert.Equal(Hellos.Rfc8448.AsSpan(5 + 4 + 2, 32), hello.Random);
        ClientConnection plain = TestExchange.PlainConnection();
        ClientConnection connection = new()
        {
            Id = 1,
            Listener = "",
            Peer = plain.Peer,
            Local = plain.Local,
            Hello = hello,
            IsTls = true,
        };
        Assert.Equal(Convert.ToBase64String(hello.Random), Encoding.ASCII.GetString(connection.TlsText.Random));
    }
}
