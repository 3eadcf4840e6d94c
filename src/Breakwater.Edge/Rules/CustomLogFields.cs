using System.Text;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Rules;

/// <summary>What a rule with <c>log_custom_field</c> adds to the access log. Immutable.</summary>
internal sealed class CustomLogFields(LogCustomFieldAction action)
{
    /// <summary>Names of request fields, lower case.</summary>
    public byte[][] RequestHeaders { get; } = [.. action.RequestHeaders.Select(name => Encoding.ASCII.GetBytes(name.ToLowerInvariant()))];

    /// <summary>Names of response fields, lower case.</summary>
    public byte[][] ResponseHeaders { get; } = [.. action.ResponseHeaders.Select(name => Encoding.ASCII.GetBytes(name.ToLowerInvariant()))];

    /// <summary>Names of cookies.</summary>
    public byte[][] Cookies { get; } = [.. action.Cookies.Select(Encoding.UTF8.GetBytes)];
}
