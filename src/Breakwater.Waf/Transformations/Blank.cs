using System.Runtime.CompilerServices;

namespace Breakwater.Waf.Transformations;

/// <summary>The six characters that C calls white space: HT, LF, VT, FF, CR and the blank. Stateless.</summary>
internal static class Blank
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(byte b) => b == ' ' || (uint)(b - '\t') <= '\r' - '\t';
}
