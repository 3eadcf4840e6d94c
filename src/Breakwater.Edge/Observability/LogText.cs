namespace Breakwater.Edge.Observability;

/// <summary>A way to write text from strangers into a line so that it can never be taken for anything but text.</summary>
internal interface ILogText
{
    /// <summary>What is written behind text that was too long.</summary>
    static abstract ReadOnlySpan<byte> CutMark { get; }

    /// <summary>Writes the text, escaped.</summary>
    static abstract void Append(ref LineBuilder line, scoped ReadOnlySpan<byte> text);
}

/// <summary>What the access log writes of fields, targets and other URLs: bounded, escaped, without secrets.</summary>
internal static class LogText<TText>
    where TText : struct, ILogText
{
    /// <summary>Writes at most so many bytes of a text, before escaping, and says where it cut.</summary>
    public static void AppendCut(ref LineBuilder line, scoped ReadOnlySpan<byte> text, int max)
    {
        if (text.Length <= max)
        {
            TText.Append(ref line, text);
            return;
        }

        TText.Append(ref line, text[..CutAt(text, max)]);
        line.Append(TText.CutMark);
    }

    /// <summary>
    /// Writes at most so many bytes of a request target or a URL, without what is secret in it: the values of arguments of secret names,
    /// user name and password, and the fragment, which browsers never send.
    /// </summary>
    public static void AppendUrl(ref LineBuilder line, scoped ReadOnlySpan<byte> url, SecretNames secrets, int max)
    {
        bool cut = url.Length > max;
        url = cut ? url[..CutAt(url, max)] : url;
        int end = url.IndexOfAny((byte)'?', (byte)'#');
        ReadOnlySpan<byte> path = end < 0 ? url : url[..end];
        int origin = OriginLength(path, out int credentials);
        TText.Append(ref line, path[..origin]);
        TText.Append(ref line, path[(origin + credentials)..]);
        if (end >= 0 && url[end] == '?')
        {
            line.Append((byte)'?');
            ReadOnlySpan<byte> query = url[(end + 1)..];
            int fragment = query.IndexOf((byte)'#');
            AppendQuery(ref line, fragment < 0 ? query : query[..fragment], secrets);
        }

        if (cut)
        {
            line.Append(TText.CutMark);
        }
    }

    /// <summary>
    /// The length of <c>scheme://</c> in an absolute URL, and of user name and password behind it with their @; both 0 elsewhere.
    /// </summary>
    private static int OriginLength(ReadOnlySpan<byte> path, out int credentials)
    {
        credentials = 0;
        int authority = path.IndexOf("//"u8) + 2;
        if (path.StartsWith((byte)'/') || authority < 2)
        {
            return 0;
        }

        int length = path[authority..].IndexOfAny((byte)'/', (byte)'\\');
        credentials = (length < 0 ? path[authority..] : path.Slice(authority, length)).LastIndexOf((byte)'@') + 1;
        return authority;
    }

    private static void AppendQuery(ref LineBuilder line, scoped ReadOnlySpan<byte> query, SecretNames secrets)
    {
        while (!query.IsEmpty)
        {
            int end = query.IndexOfAny((byte)'&', (byte)';');
            ReadOnlySpan<byte> argument = end < 0 ? query : query[..end];
            int equals = argument.IndexOf((byte)'=');
            if (equals >= 0 && secrets.Match(argument[..equals]))
            {
                TText.Append(ref line, argument[..(equals + 1)]);
                line.Append("REDACTED"u8);
            }
            else
            {
                TText.Append(ref line, argument);
            }

            if (end < 0)
            {
                return;
            }

            line.Append(query[end]);
            query = query[(end + 1)..];
        }
    }

    /// <summary>The last place at or before a length that does not split a character of UTF-8.</summary>
    private static int CutAt(ReadOnlySpan<byte> text, int max)
    {
        int cut = max;
        while (cut > max - 3 && (text[cut] & 0xC0) == 0x80)
        {
            cut--;
        }

        return cut;
    }
}
