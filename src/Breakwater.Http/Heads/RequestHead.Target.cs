using System.Text;

namespace Breakwater.Http;

/// <content>Where a request is for: its target and its Host (RFC 9112 §3.2).</content>
public sealed partial class RequestHead
{
    /// <summary>Takes the target apart: the rest of <paramref name="head"/> from <paramref name="start"/> on.</summary>
    private HttpViolation ReadTarget(ReadOnlySpan<byte> head, int start)
    {
        ReadOnlySpan<byte> target = head[start..];
        if (target.Length > Limits.MaxTarget)
        {
            return HttpViolation.TargetTooLong;
        }

        int forbidden = target.IndexOfAny(Octets.Space, Octets.Tab, (byte)'#');
        if (forbidden >= 0)
        {
            return target[forbidden] == '#' ? HttpViolation.FragmentInTarget : HttpViolation.BadTarget;
        }

        _target = new(start, target.Length);
        if (target.StartsWith((byte)'/'))
        {
            TargetForm = TargetForm.Origin;
            SplitPath(target, start);
            return HttpViolation.None;
        }

        if (target is [(byte)'*'])
        {
            TargetForm = TargetForm.Asterisk;
            return MethodKind == MethodKind.Options ? HttpViolation.None : HttpViolation.BadTarget;
        }

        return ReadAbsoluteTarget(target, start);
    }

    private HttpViolation ReadAbsoluteTarget(ReadOnlySpan<byte> target, int start)
    {
        int colon = target.IndexOf((byte)':');
        if (colon < 0 || !target[colon..].StartsWith("://"u8) || !IsHttpScheme(target[..colon]))
        {
            return HttpViolation.BadTarget;
        }

        TargetForm = TargetForm.Absolute;
        _schemeLength = colon;
        int authorityStart = colon + 3;
        ReadOnlySpan<byte> rest = target[authorityStart..];
        int pathStart = rest.IndexOfAny((byte)'/', (byte)'?');
        ReadOnlySpan<byte> authority = pathStart < 0 ? rest : rest[..pathStart];
        if (authority.Contains((byte)'@'))
        {
            return HttpViolation.UserinfoInTarget;
        }

        if (!UriAuthority.TryParse(authority, out _, out _))
        {
            return HttpViolation.BadHost;
        }

        _targetAuthority = new(start + authorityStart, authority.Length);
        int pathOffset = authorityStart + authority.Length;
        SplitPath(target[pathOffset..], start + pathOffset);
        return HttpViolation.None;
    }

    private static bool IsHttpScheme(ReadOnlySpan<byte> scheme) =>
        Ascii.EqualsIgnoreCase(scheme, "http"u8) || Ascii.EqualsIgnoreCase(scheme, "https"u8);

    private void SplitPath(ReadOnlySpan<byte> pathAndQuery, int start)
    {
        int question = pathAndQuery.IndexOf((byte)'?');
        _hasQuery = question >= 0;
        _path = new(start, _hasQuery ? question : pathAndQuery.Length);
        _query = _hasQuery ? new(start + question + 1, pathAndQuery.Length - question - 1) : default;
    }

    /// <summary>
    /// Exactly one Host in HTTP/1.1, at most one in HTTP/1.0, and never one that contradicts the target (RFC 9112 §3.2).
    /// </summary>
    private HttpViolation ReadHost()
    {
        int host = IndexOf(KnownField.Host);
        if (host < 0)
        {
            if (Version != HttpVersion.Http10)
            {
                return HttpViolation.MissingHost;
            }

            _authority = _targetAuthority;
        }
        else if (IndexOf(KnownField.Host, host + 1) >= 0)
        {
            return HttpViolation.MultipleHost;
        }
        else
        {
            ref readonly FieldLine line = ref LineAt(host);
            _authority = new(line.ValueStart, line.ValueEnd - line.ValueStart);
            if (_authority.Length == 0)
            {
                return HttpViolation.BadHost;
            }

            if (_targetAuthority.Length > 0)
            {
                if (!Ascii.EqualsIgnoreCase(Of(_targetAuthority), Of(_authority)))
                {
                    return HttpViolation.HostMismatch;
                }

                _authority = _targetAuthority;
            }
        }

        if (_authority.Length == 0)
        {
            return HttpViolation.None;
        }

        bool valid = UriAuthority.TryParse(Authority, out _hostNameLength, out int port);
        Port = port;
        return valid ? HttpViolation.None : HttpViolation.BadHost;
    }
}
