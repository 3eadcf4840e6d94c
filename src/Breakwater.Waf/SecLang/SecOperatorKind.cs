#pragma warning disable CS1591 // The names are SecLang's own; SecOperators has one line for each.
namespace Breakwater.Waf.SecLang;

/// <summary>The operators of SecLang, named as SecLang names them.</summary>
public enum SecOperatorKind
{
    BeginsWith,
    Contains,
    ContainsWord,
    DetectSqli,
    DetectXss,
    EndsWith,
    Eq,
    Ge,
    GeoLookup,
    Gt,
    IpMatch,
    IpMatchFromFile,
    Le,
    Lt,
    NoMatch,
    Pm,
    PmFromFile,
    Rbl,
    Rx,
    RxGlobal,
    StrEq,
    StrMatch,
    UnconditionalMatch,
    ValidateByteRange,
    ValidateUrlEncoding,
    ValidateUtf8Encoding,
    VerifyCc,
    VerifyCpf,
    VerifySsn,
    VerifySvnr,
    Within,
}
