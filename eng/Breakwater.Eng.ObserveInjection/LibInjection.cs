using System.Runtime.InteropServices;
using System.Text;

namespace Breakwater.Eng.ObserveInjection;

/// <summary>Calls libinjection where Debian's libmodsecurity3 exports it. One thread.</summary>
internal static unsafe partial class LibInjection
{
    public const string Library = "libmodsecurity.so.3";

    /// <summary>Bytes of the library's own state for SQL (544), and more.</summary>
    private const int StateSize = 1024;
    private const int LookupWord = 1;

    private static readonly byte* State = NewState();

    public static string Version => Marshal.PtrToStringUTF8(libinjection_version())!;

    /// <summary>The type of a word, a phrase, an operator, or of <c>0</c> and a fingerprint in capitals; NUL for none.</summary>
    public static char TypeOf(ReadOnlySpan<byte> word)
    {
        fixed (byte* text = word)
        {
            return (char)libinjection_sqli_lookup_word(State, LookupWord, text, (nuint)word.Length);
        }
    }

    /// <summary>The fingerprint of an SQL injection, or null.</summary>
    public static string? Sqli(ReadOnlySpan<byte> value)
    {
        byte* fingerprint = stackalloc byte[8];
        fixed (byte* text = Terminated(value))
        {
            return libinjection_sqli(text, (nuint)value.Length, fingerprint) != 0 ? Marshal.PtrToStringUTF8((nint)fingerprint) : null;
        }
    }

    public static bool Xss(ReadOnlySpan<byte> value)
    {
        fixed (byte* text = Terminated(value))
        {
            return libinjection_xss(text, (nuint)value.Length) != 0;
        }
    }

    public static bool Xss(string value) => Xss(Encoding.Latin1.GetBytes(value));

    /// <summary>The library reads some bytes past the value: in ModSecurity that is the end of a C++ string.</summary>
    private static byte[] Terminated(ReadOnlySpan<byte> value) => [.. value, 0, 0, 0, 0];

    private static byte* NewState()
    {
        byte* state = (byte*)NativeMemory.AllocZeroed(StateSize);
        libinjection_sqli_init(state, state, 0, 0);
        return state;
    }

    [LibraryImport(Library)]
    private static partial nint libinjection_version();

    [LibraryImport(Library)]
    private static partial void libinjection_sqli_init(byte* state, byte* text, nuint length, int flags);

    [LibraryImport(Library)]
    private static partial byte libinjection_sqli_lookup_word(byte* state, int kind, byte* text, nuint length);

    [LibraryImport(Library)]
    private static partial int libinjection_sqli(byte* text, nuint length, byte* fingerprint);

    [LibraryImport(Library)]
    private static partial int libinjection_xss(byte* text, nuint length);
}
