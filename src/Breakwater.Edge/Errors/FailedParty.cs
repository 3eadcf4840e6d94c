namespace Breakwater.Edge.Errors;

/// <summary>Whose failure it is that an exchange ended without the origin's answer.</summary>
internal enum FailedParty : byte
{
    /// <summary>The client: what it sent, or how.</summary>
    Client,

    /// <summary>The edge.</summary>
    Edge,

    /// <summary>The site's own server, or the way to it.</summary>
    Origin,
}
