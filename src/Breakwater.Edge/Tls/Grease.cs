namespace Breakwater.Edge.Tls;

/// <summary>
/// GREASE (RFC 8701): values that clients sprinkle into lists so that servers stay tolerant of the unknown. They mean nothing,
/// change from one connection to the next, and so must not enter a fingerprint. Pure functions.
/// </summary>
internal static class Grease
{
    /// <summary>True for the sixteen reserved codes 0x0A0A, 0x1A1A … 0xFAFA of cipher suites, extensions, groups, versions and
    /// signature algorithms (RFC 8701 §2).</summary>
    public static bool IsGrease(ushort code) => (code & 0x0F0F) == 0x0A0A && (code >> 8) == (code & 0xFF);
}
