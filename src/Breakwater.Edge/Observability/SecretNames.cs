using System.Buffers;
using System.Text;
using Breakwater.Http;

namespace Breakwater.Edge.Observability;

/// <summary>
/// Names of query arguments whose values are secrets. Immutable. A name matches as it is, percent-decoded, in any case; of a name with
/// parts, as frameworks write nested ones (<c>user[password]</c>, <c>login.token</c>, <c>x-amz-signature</c>), each part does.
/// </summary>
internal sealed class SecretNames
{
    // A longer name is not looked into but taken for a secret.
    private const int MaxName = 512;

    private static readonly SearchValues<byte> Separators = SearchValues.Create("[].-"u8);

    private readonly byte[][][] _byLength;

    public SecretNames(IEnumerable<string> names)
    {
        byte[][] all = [.. names.Where(name => name.Length > 0).Select(Encoding.UTF8.GetBytes)];
        int longest = all.Length == 0 ? 0 : all.Max(name => name.Length);
        _byLength = [.. Enumerable.Range(0, longest + 1).Select(length => all.Where(name => name.Length == length).ToArray())];
    }

    /// <summary>Whether the value of this argument is a secret.</summary>
    /// <param name="encoded">The argument's name as it stands in the query.</param>
    public bool Match(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length > MaxName)
        {
            return true;
        }

        return encoded.IndexOfAny((byte)'%', (byte)'+') < 0 ? MatchDecoded(encoded) : MatchEncoded(encoded);
    }

    private bool MatchEncoded(ReadOnlySpan<byte> encoded)
    {
        Span<byte> buffer = stackalloc byte[MaxName];
        return MatchDecoded(RequestTarget.PercentDecode(encoded, buffer, plusIsSpace: true, out _).Trim(" \t\0"u8));
    }

    private bool MatchDecoded(ReadOnlySpan<byte> name)
    {
        if (Contains(name))
        {
            return true;
        }

        int end = name.IndexOfAny(Separators);
        if (end < 0)
        {
            return false;
        }

        for (; end >= 0; end = name.IndexOfAny(Separators))
        {
            if (Contains(name[..end]))
            {
                return true;
            }

            name = name[(end + 1)..];
        }

        return Contains(name);
    }

    private bool Contains(ReadOnlySpan<byte> name)
    {
        if (name.Length >= _byLength.Length)
        {
            return false;
        }

        foreach (byte[] secret in _byLength[name.Length])
        {
            if (Ascii.EqualsIgnoreCase(secret, name))
            {
                return true;
            }
        }

        return false;
    }
}
