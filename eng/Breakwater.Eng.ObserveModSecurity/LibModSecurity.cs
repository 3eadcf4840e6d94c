using System.Runtime.InteropServices;
using System.Text;

namespace Breakwater.Eng.ObserveModSecurity;

/// <summary>
/// Calls libmodsecurity's transformations as the library's own engine does: C++ methods
/// <c>std::string X::evaluate(const std::string &amp;, Transaction *)</c>, by their exported names, in the x86-64 System V calling convention
/// (the result's address, then <c>this</c>, which none of them reads, then the arguments). One thread.
/// </summary>
internal sealed unsafe class LibModSecurity
{
    private const string Library = "libmodsecurity.so.3";

    /// <summary>SecLang's name and the C++ class of each.</summary>
    public static readonly (string Name, string Class)[] Transformations =
    [
        ("base64Decode", "Base64Decode"), ("base64DecodeExt", "Base64DecodeExt"), ("base64Encode", "Base64Encode"), ("cmdLine", "CmdLine"),
        ("compressWhitespace", "CompressWhitespace"), ("cssDecode", "CssDecode"), ("escapeSeqDecode", "EscapeSeqDecode"),
        ("hexDecode", "HexDecode"), ("hexEncode", "HexEncode"), ("htmlEntityDecode", "HtmlEntityDecode"), ("jsDecode", "JsDecode"),
        ("length", "Length"), ("lowercase", "LowerCase"), ("md5", "Md5"), ("normalizePath", "NormalisePath"),
        ("normalizePathWin", "NormalisePathWin"), ("parityEven7bit", "ParityEven7bit"), ("parityOdd7bit", "ParityOdd7bit"),
        ("parityZero7bit", "ParityZero7bit"), ("removeComments", "RemoveComments"), ("removeCommentsChar", "RemoveCommentsChar"),
        ("removeNulls", "RemoveNulls"), ("removeWhitespace", "RemoveWhitespace"), ("replaceComments", "ReplaceComments"),
        ("replaceNulls", "ReplaceNulls"), ("sha1", "Sha1"), ("sqlHexDecode", "SqlHexDecode"), ("trim", "Trim"), ("trimLeft", "TrimLeft"),
        ("trimRight", "TrimRight"), ("uppercase", "UpperCase"), ("urlDecode", "UrlDecode"), ("urlDecodeUni", "UrlDecodeUni"),
        ("urlEncode", "UrlEncode"), ("utf8toUnicode", "Utf8ToUnicode"),
    ];

    private readonly nint _handle = NativeLibrary.Load(Library);
    private readonly nint _transaction;

    /// <param name="unicodeMap">A file of best-fit characters for SecUnicodeMapFile, or null for none.</param>
    public LibModSecurity(string? unicodeMap)
    {
        nint engine = ((delegate* unmanaged<nint>)Export("msc_init"))();
        nint rules = ((delegate* unmanaged<nint>)Export("msc_create_rules_set"))();
        if (unicodeMap is not null)
        {
            nint error = 0;
            fixed (byte* text = Encoding.UTF8.GetBytes($"SecUnicodeMapFile {unicodeMap} 20127\n\0"))
            {
                int added = ((delegate* unmanaged<nint, byte*, nint*, int>)Export("msc_rules_add"))(rules, text, &error);
                if (added < 0) throw new InvalidOperationException(Marshal.PtrToStringUTF8(error));
            }
        }

        _transaction = ((delegate* unmanaged<nint, nint, nint, nint>)Export("msc_new_transaction"))(engine, rules, 0);
    }

    public byte[] Transform(string type, byte[] input)
    {
        nint evaluate = Export(
            $"_ZN11modsecurity7actions15transformations{type.Length}{type}8evaluateERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEPNS_11TransactionE");
        byte[] terminated = [.. input, 0, 0, 0, 0, 0, 0, 0, 0];
        fixed (byte* data = terminated)
        {
            CxxString argument = new() { Data = data, Length = (nuint)input.Length, Capacity = (nuint)input.Length };
            CxxString result = default;
            long self = 0;
            ((delegate* unmanaged<CxxString*, long*, CxxString*, nint, CxxString*>)evaluate)(&result, &self, &argument, _transaction);
            byte[] output = new ReadOnlySpan<byte>(result.Data, (int)result.Length).ToArray();
            if (result.Data != (byte*)&result.Capacity) NativeMemory.Free(result.Data);
            return output;
        }
    }

    private nint Export(string name) => NativeLibrary.GetExport(_handle, name);

    /// <summary>libstdc++'s std::string: a short text lies in the last 16 bytes of the object itself.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CxxString
    {
        public byte* Data;
        public nuint Length;
        public nuint Capacity;
        public nuint Rest;
    }
}
