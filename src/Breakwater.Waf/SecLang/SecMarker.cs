namespace Breakwater.Waf.SecLang;

/// <summary>A place to which <c>skipAfter</c> leads, in every phase. Immutable.</summary>
/// <param name="Name">Its name; case matters.</param>
/// <param name="Position">Where it stands.</param>
public sealed record SecMarker(string Name, SecPosition Position) : SecEntry(Position);
