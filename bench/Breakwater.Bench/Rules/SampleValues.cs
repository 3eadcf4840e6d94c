using System.Text;
using Breakwater.Matching;
using Breakwater.Rules;

namespace Breakwater.Bench.Rules;

/// <summary>The values of a browser's request, in arrays: reading them costs what reading slices of a request head does.</summary>
internal sealed class SampleValues : FieldValues
{
    private static readonly (byte[] Name, byte[] Value)[] Headers =
    [
        Pair("host", "shop.example.com"), Pair("accept", "text/html,application/xhtml+xml"), Pair("accept-language", "en-GB,en;q=0.9"),
        Pair("accept-encoding", "gzip, deflate, br, zstd"), Pair("cookie", "session=8c1f0f6be2; theme=dark; consent=1"),
        Pair("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36"),
        Pair("sec-fetch-mode", "navigate"), Pair("sec-fetch-site", "same-origin"), Pair("referer", "https://shop.example.com/catalogue/shoes"),
        Pair("upgrade-insecure-requests", "1"),
    ];

    private readonly byte[]?[] _texts = new byte[KnownFields.All.Count][];
    private readonly IpValue _address = IpValue.V4(0xCB007107);

    public SampleValues()
    {
        Set(FieldId.HttpHost, "shop.example.com");
        Set(FieldId.HttpRequestMethod, "GET");
        Set(FieldId.HttpRequestUriPath, "/catalogue/shoes/running/trail-42.html");
        Set(FieldId.HttpRequestUriQuery, "colour=blue&size=42&sort=price");
        Set(FieldId.HttpRequestUri, "/catalogue/shoes/running/trail-42.html?colour=blue&size=42&sort=price");
        Set(FieldId.HttpUserAgent, Encoding.ASCII.GetString(Headers[5].Value));
        Set(FieldId.HttpReferer, Encoding.ASCII.GetString(Headers[8].Value));
        Set(FieldId.IpSrcCountry, "PT");
        Set(FieldId.HttpRequestVersion, "HTTP/2");
    }

    public override bool TryGetBytes(FieldId field, out ReadOnlySpan<byte> value)
    {
        byte[]? text = _texts[(int)field];
        value = text;
        return text is not null;
    }

    public override bool TryGetBool(FieldId field, out bool value)
    {
        value = field == FieldId.Ssl;
        return value;
    }

    public override bool TryGetInt(FieldId field, out long value)
    {
        value = field switch
        {
            FieldId.IpSrcAsnum => 64496,
            FieldId.CfBotManagementScore => 92,
            _ => -1,
        };
        return value >= 0;
    }

    public override bool TryGetIp(FieldId field, out IpValue value)
    {
        value = _address;
        return field == FieldId.IpSrc;
    }

    public override int GetCount(FieldId field) => field == FieldId.HttpRequestHeaders ? Headers.Length : -1;

    public override void GetEntry(FieldId field, int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = Headers[index].Name;
        value = Headers[index].Value;
    }

    private static (byte[] Name, byte[] Value) Pair(string name, string value) => (Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(value));

    private void Set(FieldId field, string text) => _texts[(int)field] = Encoding.ASCII.GetBytes(text);
}
