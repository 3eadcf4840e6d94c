using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>When the values of a variable are known for good.</summary>
internal enum VariableSource
{
    /// <summary>With the request's head.</summary>
    Head,

    /// <summary>With the request's body.</summary>
    Body,

    /// <summary>With the response.</summary>
    Response,

    /// <summary>Never: rules change it, or it is another at each look.</summary>
    Volatile,
}

/// <summary>The source of each variable. Immutable.</summary>
internal static class VariableSources
{
    private static readonly VariableSource[] Table = [.. Enum.GetValues<SecVariable>().Select(Classify)];

    public const int Count = 4;

    public static VariableSource Of(SecVariable variable) => Table[(int)variable];

    private static VariableSource Classify(SecVariable variable) => variable switch
    {
        SecVariable.Args or SecVariable.ArgsNames or SecVariable.ArgsPost or SecVariable.ArgsPostNames or SecVariable.ArgsCombinedSize
            or SecVariable.Files or SecVariable.FilesCombinedSize or SecVariable.FilesNames or SecVariable.FilesSizes
            or SecVariable.FilesTmpContent or SecVariable.FullRequest or SecVariable.FullRequestLength
            or SecVariable.MultipartFilename or SecVariable.MultipartName or SecVariable.MultipartPartHeaders
            or SecVariable.RequestBody or SecVariable.RequestBodyLength or SecVariable.Xml => VariableSource.Body,
        SecVariable.ResponseBody or SecVariable.ResponseContentLength or SecVariable.ResponseContentType or SecVariable.ResponseHeaders
            or SecVariable.ResponseHeadersNames or SecVariable.ResponseProtocol or SecVariable.ResponseStatus or SecVariable.Status
            or SecVariable.StatusLine => VariableSource.Response,
        SecVariable.ArgsGet or SecVariable.ArgsGetNames or SecVariable.AuthType or SecVariable.PathInfo or SecVariable.QueryString
            or SecVariable.RemoteAddr or SecVariable.RemoteHost or SecVariable.RemotePort or SecVariable.RemoteUser
            or SecVariable.RequestBasename or SecVariable.RequestCookies or SecVariable.RequestCookiesNames or SecVariable.RequestFilename
            or SecVariable.RequestHeaders or SecVariable.RequestHeadersNames or SecVariable.RequestLine or SecVariable.RequestMethod
            or SecVariable.RequestProtocol or SecVariable.RequestUri or SecVariable.RequestUriRaw or SecVariable.ServerAddr
            or SecVariable.ServerName or SecVariable.ServerPort or SecVariable.UniqueId => VariableSource.Head,
        _ => VariableSource.Volatile,
    };
}
