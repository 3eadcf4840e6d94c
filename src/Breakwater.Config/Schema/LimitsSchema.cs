using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>Limits toward clients and timeouts toward origins.</summary>
internal static class LimitsSchema
{
    public static Section<LimitsConfig> Limits { get; } = new Section<LimitsConfig>(
        "limits", "'limits'",
        "Bounds on connections and on what comes over them. A request that passes one is refused (400, 408, 414, 431) and counted with "
            + "its reason. The size of request bodies is a zone's: `max_body_size`.",
        () => new())
        .Key("max_connections", Values.Integer(1, 10_000_000), l => l.MaxConnections, (l, v) => l with { MaxConnections = v },
            "Client connections at a time, in all; more are refused.",
            "An idle one costs under 16 KiB, so that this many fit in 1 GiB. The process's limit of open files must allow for them and "
                + "for those to origins.",
            aka: ["maxconn", "worker_connections", "connections"])
        .Key("max_connections_per_client", Values.Integer(0, 10_000_000),
            l => l.MaxConnectionsPerClient, (l, v) => l with { MaxConnectionsPerClient = v },
            "Connections at a time from one IPv4 address or IPv6 /64; 0 = no limit. Trusted proxies are exempt.",
            "A browser opens six; the rest is room for hundreds of people behind one address (CGNAT, offices).",
            aka: ["connections_per_client", "limit_conn"])
        .Key("max_requests_per_connection", Values.Integer(1, int.MaxValue),
            l => l.MaxRequestsPerConnection, (l, v) => l with { MaxRequestsPerConnection = v },
            "Requests on one connection before it is closed politely.",
            "Lets load balancers spread anew now and then, without a busy client noticing.",
            aka: ["keepalive_requests", "requests_per_connection"])
        .Key("max_streams_per_connection", Values.Integer(1, 10_000),
            l => l.MaxStreamsPerConnection, (l, v) => l with { MaxStreamsPerConnection = v },
            "Concurrent streams on one HTTP/2 or HTTP/3 connection.",
            "The least that RFC 9113 §6.5.2 recommends, and the most that a page makes use of.",
            aka: ["max_concurrent_streams", "h2_streams_per_connection"])
        .Key("max_head_size", Values.Size(1024, 1 << 20), l => l.MaxHeadSize, (l, v) => l with { MaxHeadSize = (int)v },
            "A request head in all, request line and header section; 431 above.",
            "Four times what browsers send with many cookies. nginx and Node allow 32 KiB and 16 KiB.",
            aka: ["head_bytes", "max_header_size", "large_client_header_buffers", "max_header_bytes"])
        .Key("max_line_size", Values.Size(256, 1 << 20), l => l.MaxLineSize, (l, v) => l with { MaxLineSize = (int)v },
            "One header line; 431 above.", "The longest cookie lines in use are about 8 KiB.", aka: ["line_bytes"])
        .Key("max_target_size", Values.Size(256, 1 << 20), l => l.MaxTargetSize, (l, v) => l with { MaxTargetSize = (int)v },
            "The request target; 414 above.", "RFC 9112 §3 recommends at least 8,000 octets.", aka: ["max_uri_size", "target_bytes"])
        .Key("max_header_count", Values.Integer(16, 10_000), l => l.MaxHeaderCount, (l, v) => l with { MaxHeaderCount = v },
            "Header lines in one request; 431 above.", "Browsers send about 20, proxies add a dozen.",
            aka: ["max_headers", "header_count", "max_headers_count"])
        .Key("header_timeout", Values.Duration("100ms", "10m"), l => l.HeaderTimeout, (l, v) => l with { HeaderTimeout = v },
            "From the first byte of a request head to its last; 408 above.",
            "Slowloris holds connections by sending heads slowly; an honest head comes in one packet or a few.",
            aka: ["client_header_timeout", "read_header_timeout", "request_header_timeout"])
        .Key("handshake_timeout", Values.Duration("100ms", "10m"), l => l.HandshakeTimeout, (l, v) => l with { HandshakeTimeout = v },
            "From the accepted connection to the end of the TLS handshake, a PROXY protocol header included.",
            "Three round trips over a bad mobile link, with retransmissions.", aka: ["tls_handshake_timeout"])
        .Key("idle_timeout", Values.Duration("1s", "1h"), l => l.IdleTimeout, (l, v) => l with { IdleTimeout = v },
            "Between two requests on a connection (keep-alive).",
            "Longer than the 60 s after which most load balancers give up, so that it is never the edge that closes under a request.",
            aka: ["keepalive_timeout", "keep_alive_timeout"])
        .Key("body_timeout", Values.Duration("1s", "1h"), l => l.BodyTimeout, (l, v) => l with { BodyTimeout = v },
            "Between two reads of a request body; 408 above.", "A mobile client may fall silent for some seconds; half a minute is gone.",
            aka: ["client_body_timeout", "read_body_timeout", "read_timeout"])
        .Key("body_memory", Values.Size(1 << 20, 1L << 40), l => l.BodyMemory, (l, v) => l with { BodyMemory = v },
            "Memory for bodies that are held while they are inspected, of all requests and responses together. When it is used up, a body is "
                + "inspected as far as it was read, or refused, as `waf.fail` says; a quarter is kept for bodies of up to 16 KiB. Never more than an eighth of the memory that the process may use.",
            "A hundred uploads at a time. Bodies that arrive with their head take none of it.")
        .Key("min_read_rate", Values.RateOrZero(1, 1 << 30), l => l.MinReadRate, (l, v) => l with { MinReadRate = v },
            "The slowest that a request body may come, on average after `rate_grace`; 0 = any.",
            "Slower than any modem; stops those who send a byte now and then to stay below the timeouts.")
        .Key("min_write_rate", Values.RateOrZero(1, 1 << 30), l => l.MinWriteRate, (l, v) => l with { MinWriteRate = v },
            "The slowest that a response may be taken while there is something to send, on average after `rate_grace`; 0 = any. "
                + "The edge holds up to 64 KiB for a client and cuts it off when that is not taken in `rate_grace` + 64 KiB / `min_write_rate`.",
            "As for `min_read_rate`.")
        .Key("rate_grace", Values.Duration("1s", "10m"), l => l.RateGrace, (l, v) => l with { RateGrace = v },
            "How long a transfer may be slower than its minimum rate.", "Covers one change of a mobile cell.");

    public static Section<TimeoutsConfig> Timeouts { get; } = new Section<TimeoutsConfig>(
        "timeouts", "'timeouts'",
        "Timeouts toward origins. When one passes, the visitor gets 504 (or a response that breaks off, when it has begun), and the "
            + "origin a mark against it. What a zone does not set, it has from the top level.",
        () => new())
        .Key("connect", Values.Duration("10ms", "10m"), t => t.Connect, (t, v) => t with { Connect = v },
            "Connecting, the TLS handshake included.", "Origins are near; two lost SYN packets (1 s, 2 s) still fit.",
            aka: ["connect_timeout", "proxy_connect_timeout"])
        .Key("first_byte", Values.Duration("10ms", "24h"), t => t.FirstByte, (t, v) => t with { FirstByte = v },
            "From the end of the request to the first byte of the response.", "What nginx made every application expect.",
            aka: ["read", "read_timeout", "proxy_read_timeout", "response", "response_header_timeout", "server"])
        .Key("between_bytes", Values.Duration("10ms", "24h"), t => t.BetweenBytes, (t, v) => t with { BetweenBytes = v },
            "Between two reads of a response. Server-sent events need a heartbeat that is shorter.", "As for `first_byte`.", aka: ["idle"])
        .Key("total", Values.DurationOrZero("10ms", "7d"), t => t.Total, (t, v) => t with { Total = v },
            "The whole exchange with the origin, from choosing it to the last byte; 0 = no bound. Tunnels are exempt.",
            "Long downloads and event streams are legitimate.", aka: ["request", "timeout"])
        .Key("tunnel_idle", Values.Duration("1s", "7d"), t => t.TunnelIdle, (t, v) => t with { TunnelIdle = v },
            "A tunnel (WebSocket) with no byte in either direction.",
            "Most WebSocket libraries ping each minute or less; an hour of silence is a lost peer.",
            aka: ["tunnel", "websocket"]);
}
