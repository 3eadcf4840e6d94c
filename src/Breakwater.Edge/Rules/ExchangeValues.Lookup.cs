using Breakwater.Edge.Geography;
using Breakwater.Edge.Waf;
using Breakwater.Http;
using Breakwater.Matching;
using Breakwater.Rules;
using Fields = Breakwater.Http.KnownField;

namespace Breakwater.Edge.Rules;

/// <content>Values by the number of their field. What is not named here is missing: other parts will fill it.</content>
internal sealed partial class ExchangeValues
{
    /// <summary>The attack score of a request that no firewall has looked at.</summary>
    private const int Unscored = 100;

    /// <summary>The attack score where there is no firewall; missing where there is one that was left out, or failed.</summary>
    private long? WithoutWaf => _exchange.WafIfAny is { IsAbsent: true } ? null : Unscored;

    /// <inheritdoc/>
    public override bool TryGetBool(FieldId field, out bool value)
    {
        switch (field)
        {
            case FieldId.Ssl:
                value = _exchange.IsHttps;
                return true;
            case FieldId.HttpRequestHeadersTruncated:
                // A head with more fields than the limit is refused before any rule sees it.
                value = false;
                return true;
            case FieldId.CfEdgeClientTcp:
                value = _exchange.Request.Version != HttpVersion.Http3;
                return true;
            case FieldId.IpSrcIsInEuropeanUnion:
                value = Place.IsInEuropeanUnion == true;
                return Place.IsInEuropeanUnion is not null;
            default:
                value = false;
                return false;
        }
    }

    /// <inheritdoc/>
    public override bool TryGetInt(FieldId field, out long value)
    {
        long? found = field switch
        {
            FieldId.HttpRequestTimestampSec => UnixMillis / 1000,
            FieldId.HttpRequestTimestampMsec => UnixMillis % 1000,
            FieldId.HttpRequestBodySize => BodySize,
            FieldId.HttpResponseCode => HasResponse ? _exchange.Record.Status : null,
            FieldId.IpSrcAsnum => Place.AutonomousSystem,
            FieldId.CfEdgeServerPort => _exchange.Connection.Local.Port,
            FieldId.CfEdgeClientPort => _exchange.Connection.PeerPort,
            FieldId.CfTlsClientHelloLength => _exchange.Connection.Hello?.Length,
            FieldId.CfThreatScore => 0,
            FieldId.CfWafScore => _exchange.WafIfAny?.Score is { } waf ? waf.Scale(waf.Total) : WithoutWaf,
            FieldId.CfWafScoreSqli => _exchange.WafIfAny?.Score is { } waf ? waf.Scale(waf.Sqli) : WithoutWaf,
            FieldId.CfWafScoreXss => _exchange.WafIfAny?.Score is { } waf ? waf.Scale(waf.Xss) : WithoutWaf,
            FieldId.CfWafScoreRce => _exchange.WafIfAny?.Score is { } waf ? waf.Scale(waf.Rce) : WithoutWaf,
            FieldId.CfTimingsOriginTtfbMsec => OriginMillis,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }

    /// <inheritdoc/>
    public override bool TryGetIp(FieldId field, out IpValue value)
    {
        switch (field)
        {
            case FieldId.IpSrc when !_exchange.ClientAddress.IsNone:
                value = RuleAddress.Of(_exchange.ClientAddress);
                return true;
            case FieldId.CfEdgeServerIp:
                value = ServerIp;
                return true;
            default:
                value = default;
                return false;
        }
    }

    /// <inheritdoc/>
    public override bool TryGetBytes(FieldId field, out ReadOnlySpan<byte> value)
    {
        switch (field)
        {
            case FieldId.HttpRequestMethod:
                value = _exchange.Request.Method;
                return true;
            case FieldId.HttpRequestUriPath:
                value = Target.Path;
                return true;
            case FieldId.HttpRequestUri:
                value = Target.Uri;
                return true;
            case FieldId.HttpRequestUriPathExtension:
                value = Target.Extension;
                return true;
            case FieldId.HttpRequestUriQuery:
                value = Target.Query;
                return true;
            case FieldId.HttpRequestFullUri:
                value = Target.FullUri;
                return true;
            case FieldId.HttpRequestVersion:
                value = Version;
                return true;
            case FieldId.HttpHost:
                value = Host;
                return true;
            case FieldId.HttpUserAgent:
                value = Joined(Fields.UserAgent, ", "u8, ref _userAgent);
                return true;
            case FieldId.HttpReferer:
                value = Joined(Fields.Referer, ", "u8, ref _referer);
                return true;
            case FieldId.HttpCookie:
                value = Joined(Fields.Cookie, "; "u8, ref _cookie);
                return true;
            case FieldId.HttpXForwardedFor:
                value = Joined(Fields.XForwardedFor, ", "u8, ref _forwardedFor);
                return true;
            case FieldId.RawHttpRequestUri:
                value = RawTarget.Uri;
                return true;
            case FieldId.RawHttpRequestUriPath:
                value = RawTarget.Path;
                return true;
            case FieldId.RawHttpRequestUriPathExtension:
                value = RawTarget.Extension;
                return true;
            case FieldId.RawHttpRequestUriQuery:
                value = RawTarget.Query;
                return true;
            case FieldId.RawHttpRequestFullUri:
                value = RawTarget.FullUri;
                return true;
            case FieldId.HttpResponseContentTypeMediaType:
                value = HasResponse ? ResponseMediaType : default;
                return HasResponse;
            case FieldId.CfWafScoreClass when _exchange.WafIfAny?.Score is { } waf:
                value = WafScore.ClassOf(waf.Scale(waf.Total));
                return true;
            case FieldId.CfRayId:
                value = Ray;
                return true;
            case FieldId.CfRandomSeed:
                value = Seed;
                return true;
            case FieldId.CfZoneName:
                value = ZoneName;
                return !value.IsEmpty;
            case FieldId.CfTlsVersion or FieldId.CfTlsCipher or FieldId.CfBotManagementJa4 or FieldId.CfTlsClientRandom:
                value = OfTls(field);
                return !value.IsEmpty;
            case >= FieldId.IpSrcCountry and <= FieldId.IpSrcSubdivision2IsoCode:
                value = Place.Text(field);
                return !value.IsEmpty;
            default:
                value = default;
                return false;
        }
    }

    /// <inheritdoc/>
    public override int GetCount(FieldId field) => field switch
    {
        FieldId.HttpRequestUriArgs or FieldId.HttpRequestUriArgsNames or FieldId.HttpRequestUriArgsValues => Target.ArgumentCount,
        FieldId.RawHttpRequestUriArgs or FieldId.RawHttpRequestUriArgsNames or FieldId.RawHttpRequestUriArgsValues => RawTarget.ArgumentCount,
        FieldId.HttpRequestHeaders or FieldId.HttpRequestHeadersNames or FieldId.HttpRequestHeadersValues => RequestFields.Count,
        FieldId.HttpRequestCookies => Cookies.Count,
        FieldId.HttpRequestAcceptedLanguages => Languages.Count,
        FieldId.HttpResponseHeaders or FieldId.HttpResponseHeadersNames or FieldId.HttpResponseHeadersValues =>
            HasResponse ? ResponseFields.Count : -1,
        FieldId.RawHttpResponseHeaders or FieldId.RawHttpResponseHeadersNames or FieldId.RawHttpResponseHeadersValues =>
            HasResponse ? RawResponseFields.Count : -1,
        _ => -1,
    };

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetElement(FieldId field, int index) => field switch
    {
        FieldId.HttpRequestUriArgsNames => Target.ArgumentName(index),
        FieldId.HttpRequestUriArgs or FieldId.HttpRequestUriArgsValues => Target.ArgumentValue(index),
        FieldId.RawHttpRequestUriArgsNames => RawTarget.ArgumentName(index),
        FieldId.RawHttpRequestUriArgs or FieldId.RawHttpRequestUriArgsValues => RawTarget.ArgumentValue(index),
        FieldId.HttpRequestHeadersNames => RequestFields.Name(index),
        FieldId.HttpRequestHeaders or FieldId.HttpRequestHeadersValues => RequestFields.Value(index),
        FieldId.HttpRequestCookies => Cookies.Value(index),
        FieldId.HttpRequestAcceptedLanguages => Languages.Tag(index, Joined(Fields.AcceptLanguage, ", "u8, ref _acceptLanguage)),
        FieldId.HttpResponseHeadersNames => ResponseFields.Name(index),
        FieldId.HttpResponseHeaders or FieldId.HttpResponseHeadersValues => ResponseFields.Value(index),
        FieldId.RawHttpResponseHeadersNames => RawResponseFields.Name(index),
        FieldId.RawHttpResponseHeaders or FieldId.RawHttpResponseHeadersValues => RawResponseFields.Value(index),
        _ => default,
    };

    /// <inheritdoc/>
    public override void GetEntry(FieldId field, int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        switch (field)
        {
            case FieldId.HttpRequestUriArgs:
                name = Target.ArgumentName(index);
                value = Target.ArgumentValue(index);
                break;
            case FieldId.RawHttpRequestUriArgs:
                name = RawTarget.ArgumentName(index);
                value = RawTarget.ArgumentValue(index);
                break;
            case FieldId.HttpRequestCookies:
                name = Cookies.Name(index);
                value = Cookies.Value(index);
                break;
            case FieldId.HttpRequestHeaders or FieldId.HttpResponseHeaders or FieldId.RawHttpResponseHeaders:
                FieldIndex fields = FieldsOf(field);
                name = fields.LowerName(index);
                value = fields.Value(index);
                break;
            default:
                name = default;
                value = default;
                break;
        }
    }

    /// <inheritdoc/>
    public override int FindEntry(FieldId field, ReadOnlySpan<byte> name, int from)
    {
        if (field is FieldId.HttpRequestHeaders or FieldId.HttpResponseHeaders or FieldId.RawHttpResponseHeaders && GetCount(field) >= 0)
        {
            // By number where the field is a known one. The keys are lower case, so a name in any other spelling is no key.
            KnownField known = Http.KnownFields.Find(name);
            if (known != KnownField.None)
            {
                return name.SequenceEqual(Http.KnownFields.LowerName(known)) ? FieldsOf(field).IndexOf(known, from) : -1;
            }
        }

        return base.FindEntry(field, name, from);
    }

    private FieldIndex FieldsOf(FieldId field) => field switch
    {
        FieldId.HttpRequestHeaders => RequestFields,
        FieldId.HttpResponseHeaders => ResponseFields,
        _ => RawResponseFields,
    };

    /// <summary>Known without reading the body: what is stated, and nothing where there is none.</summary>
    private long? BodySize => _exchange.Request switch
    {
        { ContentLength: >= 0 and var length } => length,
        { Framing: BodyFraming.None } => 0,
        _ => null,
    };

    private long? OriginMillis => _exchange.Record switch
    {
        { OriginSentMicros: > 0 and var sent, OriginHeadMicros: > 0 and var answered } => (answered - sent) / 1000,
        _ => HasResponse ? 0 : null,
    };
}
