namespace Breakwater.Http.Tests.Fields;

public sealed class KnownFieldsTests
{
    public static TheoryData<KnownField> All => [.. Enum.GetValues<KnownField>().Where(known => known != KnownField.None)];

    [Theory]
    [MemberData(nameof(All))]
    public void EachIsFoundByItsNameInAnyCase(KnownField field)
    {
        string name = Wire.Text(KnownFields.Name(field));
        Assert.Equal(field, KnownFields.Find(Wire.Bytes(name)));
        Assert.Equal(field, KnownFields.Find(Wire.Bytes(name.ToUpperInvariant())));
        Assert.Equal(field, KnownFields.Find(Wire.Bytes(name.ToLowerInvariant())));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NothingElseIsTakenForIt(KnownField field)
    {
        byte[] name = KnownFields.Name(field).ToArray();
        Assert.NotEqual(field, KnownFields.Find([.. name, (byte)'x']));
        Assert.NotEqual(field, KnownFields.Find(name.AsSpan(1)));
        Assert.NotEqual(field, KnownFields.Find(name.AsSpan(..^1)));
        for (int i = 0; i < name.Length; i++)
        {
            byte original = name[i];
            for (int value = 0; value <= 255; value++)
            {
                bool sameLetter = char.ToLowerInvariant((char)value) == char.ToLowerInvariant((char)original);
                name[i] = (byte)value;
                Assert.Equal(sameLetter, KnownFields.Find(name) == field);
            }

            name[i] = original;
        }
    }

    [Theory]
    [InlineData(KnownField.Host, "Host")]
    [InlineData(KnownField.ContentLength, "Content-Length")]
    [InlineData(KnownField.TransferEncoding, "Transfer-Encoding")]
    [InlineData(KnownField.Te, "TE")]
    [InlineData(KnownField.ETag, "ETag")]
    [InlineData(KnownField.Dnt, "DNT")]
    [InlineData(KnownField.XForwardedFor, "X-Forwarded-For")]
    [InlineData(KnownField.XRealIp, "X-Real-IP")]
    [InlineData(KnownField.Http2Settings, "HTTP2-Settings")]
    [InlineData(KnownField.SecWebSocketKey, "Sec-WebSocket-Key")]
    [InlineData(KnownField.SecChUa, "Sec-CH-UA")]
    [InlineData(KnownField.WwwAuthenticate, "WWW-Authenticate")]
    [InlineData(KnownField.TraceParent, "traceparent")]
    [InlineData(KnownField.BreakwaterRay, "Breakwater-Ray")]
    [InlineData(KnownField.None, "")]
    public void NamesHaveTheirUsualSpelling(KnownField field, string name) => Assert.Equal(name, Wire.Text(KnownFields.Name(field)));

    [Fact]
    public void UnknownNamesAreNone()
    {
        Assert.Equal(KnownField.None, KnownFields.Find(default));
        Assert.Equal(KnownField.None, KnownFields.Find("X"u8));
        Assert.Equal(KnownField.None, KnownFields.Find(new byte[100_000]));
    }

    [Fact]
    public void SetsHoldWhatIsPutIn()
    {
        foreach (KnownField one in Enum.GetValues<KnownField>())
        {
            KnownFieldSet set = KnownFieldSet.Of(one, KnownField.Host);
            foreach (KnownField field in Enum.GetValues<KnownField>())
            {
                Assert.Equal(field != KnownField.None && (field == one || field == KnownField.Host), set.Contains(field));
            }

            Assert.True(set.Overlaps(KnownFieldSet.Of(KnownField.Host)));
            Assert.Equal(one == KnownField.Age, set.Overlaps(KnownFieldSet.Of(KnownField.Age)));
            Assert.Equal(set, KnownFieldSet.Of(KnownField.Host).With(KnownFieldSet.Of(one)));
        }

        Assert.True((int)Enum.GetValues<KnownField>().Max() < 128, "A set has room for 127 fields.");
    }
}
