namespace Breakwater.Waf.Engine;

/// <summary>Who reads a request's body (REQBODY_PROCESSOR).</summary>
public enum BodyProcessor : byte
{
    /// <summary>Nobody: its type is none that is read, and no rule chose one.</summary>
    None,

    /// <summary>A form.</summary>
    Urlencoded,

    /// <summary>A form with files.</summary>
    Multipart,

    /// <summary>XML.</summary>
    Xml,

    /// <summary>JSON.</summary>
    Json,
}
