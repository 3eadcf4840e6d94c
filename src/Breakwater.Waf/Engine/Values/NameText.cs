using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Engine;

/// <summary>Names of members, which are bytes of any kind. Stateless.</summary>
internal static class NameText
{
    /// <summary>Whether two names are the same but for the case of ASCII letters. Other bytes must be equal.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i] && Lowercase.Of(a[i]) != Lowercase.Of(b[i])) return false;
        }

        return true;
    }
}
