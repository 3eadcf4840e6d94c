namespace Breakwater.Waf.SecLang;

/// <summary>When a rule runs. The numbers are SecLang's.</summary>
public enum SecPhase
{
    /// <summary>The request's head is there.</summary>
    RequestHeaders = 1,

    /// <summary>The request's body is there.</summary>
    RequestBody = 2,

    /// <summary>The response's head is there.</summary>
    ResponseHeaders = 3,

    /// <summary>The response's body is there.</summary>
    ResponseBody = 4,

    /// <summary>All is decided; nothing can be refused any more.</summary>
    Logging = 5,
}
