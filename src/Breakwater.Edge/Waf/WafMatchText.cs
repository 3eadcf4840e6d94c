using Breakwater.Edge.Events;
using Breakwater.Rules;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <summary>A match of a rule as text for people: cut, and without secrets. Stateless.</summary>
internal static class WafMatchText
{
    private const int MaxMessage = 256, MaxWhere = 256, MaxValue = 256;

    private static readonly string[] Severities = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

    /// <summary>What is told of a match.</summary>
    public static WafMatchFacts Of(WafTransaction transaction, in WafMatch match, Redaction redaction)
    {
        WafTarget target = match.Target;
        ReadOnlySpan<byte> name = target.HasName ? transaction.BytesOf(target.Name) : default;
        string value = Value(target.Variable, name, transaction.BytesOf(target.Value), redaction);
        string message = PlainText.Of(transaction.BytesOf(match.Message), MaxMessage);
        return new WafMatchFacts(
            match.Rule.Id,
            message.Length > 0 ? message : match.Rule.Message,
            match.Rule.Severity is { } severity and >= 0 and < 8 ? Severities[severity] : null,
            match.Score,
            Where(target.Variable, name, target.HasName),
            value);
    }

    /// <summary>A variable and the member's name.</summary>
    public static string Where(SecVariable variable, ReadOnlySpan<byte> name, bool hasName) =>
        hasName ? $"{SecVariables.NameOf(variable)}:{PlainText.Of(name, MaxWhere)}" : SecVariables.NameOf(variable);

    private static string Value(SecVariable variable, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Redaction redaction) => variable switch
    {
        SecVariable.Args or SecVariable.ArgsGet or SecVariable.ArgsPost => redaction.Text(FieldId.HttpRequestUriArgs, name, value, MaxValue),
        SecVariable.RequestCookies => redaction.Text(FieldId.HttpRequestCookies, name, value, MaxValue),
        SecVariable.RequestHeaders => redaction.Text(FieldId.HttpRequestHeaders, name, value, MaxValue),
        SecVariable.ResponseHeaders => redaction.Text(FieldId.HttpResponseHeaders, name, value, MaxValue),

        // What holds all arguments or fields holds the secrets among them.
        SecVariable.RequestUri or SecVariable.RequestUriRaw => redaction.Text(FieldId.RawHttpRequestUri, value, MaxValue),
        SecVariable.QueryString => redaction.Text(FieldId.RawHttpRequestUriQuery, value, MaxValue),
        SecVariable.RequestBody or SecVariable.FullRequest or SecVariable.RequestLine or SecVariable.ResponseBody or SecVariable.Xml
            or SecVariable.AuthType or SecVariable.FilesTmpContent => redaction.Text(FieldId.HttpRequestBodyRaw, value, MaxValue),
        _ => PlainText.Of(value, MaxValue),
    };
}
