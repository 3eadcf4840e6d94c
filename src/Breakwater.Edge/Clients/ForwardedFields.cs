using System.Buffers;

namespace Breakwater.Edge.Clients;

/// <summary>
/// Writes the header fields that tell an origin about the client. They replace what the client sent under these names: a chain is
/// continued only as far as it is believed, so that an origin that reads the first address of <c>X-Forwarded-For</c> gets the client
/// and not the client's claim. Each method writes whole field lines, CRLF included, and returns the bytes written; 0 means that
/// there is nothing to say or no room, and nothing was written. Pure functions; nothing is allocated.
/// </summary>
internal static class ForwardedFields
{
    /// <summary>Room that suffices for every field together; add three times the length of the host.</summary>
    public const int MaxLength = 2 * MaxChainLength + 256;

    private const int MaxElementLength = 16 + ClientAddress.MaxTextLength;   // , for="[address]"
    private const int MaxChainLength = (ForwardedChain.MaxHops + 1) * MaxElementLength;

    /// <summary>Bytes of a host that may stand in these fields: RFC 3986 §3.2.2 and a port, without the comma and the semicolon
    /// that separate elements. A valid Host field with others is not passed on here.</summary>
    private static readonly SearchValues<byte> HostBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%!$&'()*+=:[]"u8);

    /// <summary><c>X-Forwarded-For: client, proxies…, peer</c>.</summary>
    /// <param name="peer">Who the connection comes from: always the last address.</param>
    /// <param name="chain">What is believed of the hops before; null where the peer is no proxy.</param>
    /// <param name="destination">Where to write.</param>
    public static int WriteForwardedFor(ConnectionPeer peer, ForwardedChain? chain, Span<byte> destination)
    {
        var writer = new Writer(destination);
        writer.Append("X-Forwarded-For: "u8);
        if (chain is not null)
        {
            var hops = chain.Believed;
            for (int i = hops.Length - 1; i >= 0; i--)
            {
                writer.Append(hops[i]);
                writer.Append(", "u8);
            }
        }
        writer.Append(peer.Text);
        return writer.EndLine();
    }

    /// <summary><c>X-Real-IP: client</c>.</summary>
    public static int WriteRealIp(ConnectionPeer peer, ForwardedChain? chain, Span<byte> destination)
    {
        var writer = new Writer(destination);
        writer.Append("X-Real-IP: "u8);
        if (chain is null || chain.Believed.IsEmpty) writer.Append(peer.Text);
        else writer.Append(chain.Client);
        return writer.EndLine();
    }

    /// <summary><c>X-Forwarded-Proto</c>: what a trusted proxy said, else how this connection came in.</summary>
    public static int WriteForwardedProto(ForwardedChain? chain, bool isTls, Span<byte> destination)
    {
        var writer = new Writer(destination);
        writer.Append("X-Forwarded-Proto: "u8);
        writer.Append(Scheme(chain, isTls));
        return writer.EndLine();
    }

    /// <summary><c>X-Forwarded-Host</c>: the host that the client asked for, as it wrote it.</summary>
    public static int WriteForwardedHost(ReadOnlySpan<byte> host, Span<byte> destination)
    {
        if (host.IsEmpty || host.ContainsAnyExcept(HostBytes)) return 0;
        var writer = new Writer(destination);
        writer.Append("X-Forwarded-Host: "u8);
        writer.Append(host);
        return writer.EndLine();
    }

    /// <summary><c>Forwarded</c> (RFC 7239): the same chain; scheme and host with the element of the client.</summary>
    public static int WriteForwarded(ConnectionPeer peer, ForwardedChain? chain, bool isTls, ReadOnlySpan<byte> host, Span<byte> destination)
    {
        var writer = new Writer(destination);
        writer.Append("Forwarded: for="u8);
        var hops = chain is null ? default : chain.Believed;
        writer.AppendNode(hops.IsEmpty ? peer.Address : hops[^1]);
        if (!host.IsEmpty && !host.ContainsAnyExcept(HostBytes))
        {
            writer.Append(";host=\""u8);
            writer.Append(host);
            writer.Append("\""u8);
        }
        writer.Append(";proto="u8);
        writer.Append(Scheme(chain, isTls));
        for (int i = hops.Length - 2; i >= -1; i--)
        {
            writer.Append(", for="u8);
            writer.AppendNode(i < 0 ? peer.Address : hops[i]);
        }
        return writer.EndLine();
    }

    private static ReadOnlySpan<byte> Scheme(ForwardedChain? chain, bool isTls)
    {
        var scheme = chain?.Scheme ?? ForwardedScheme.None;
        if (scheme == ForwardedScheme.None) scheme = isTls ? ForwardedScheme.Https : ForwardedScheme.Http;
        return scheme == ForwardedScheme.Https ? "https"u8 : "http"u8;
    }

    private ref struct Writer(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;
        private int _at;
        private bool _full;

        public void Append(ReadOnlySpan<byte> text)
        {
            if (_full || !text.TryCopyTo(_destination[_at..])) _full = true;
            else _at += text.Length;
        }

        public void Append(ClientAddress address)
        {
            int length = _full ? 0 : address.Format(_destination[_at..]);
            if (length == 0) _full = true;
            else _at += length;
        }

        /// <summary>RFC 7239 §6: IPv6 in brackets and quotes.</summary>
        public void AppendNode(ClientAddress address)
        {
            bool quoted = !address.IsIPv4 && !address.IsNone;
            if (quoted) Append("\"["u8);
            Append(address);
            if (quoted) Append("]\""u8);
        }

        public int EndLine()
        {
            Append("\r\n"u8);
            return _full ? 0 : _at;
        }
    }
}
