using System.Text;
using Breakwater.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Breakwater.Edge.Http2;

/// <content>Trailer fields of requests (RFC 9113 §8.1).</content>
internal sealed partial class Http2Stream
{
    private ChunkedReader? _trailers;

    /// <summary>
    /// Trailer fields that a chunked body could have had: they go through the reader of those, so that the same ones are refused whatever the
    /// protocol. What does not pass is left out as a whole (RFC 9110 §6.5.1 allows that).
    /// </summary>
    public override FieldBlock? RequestTrailers
    {
        get
        {
            if (!_bodyEnded || _features!.Get<IHttpRequestTrailersFeature>() is not { Available: true, Trailers.Count: > 0 } feature)
            {
                return null;
            }

            _trailers ??= new ChunkedReader();
            _trailers.Reset();
            _trailers.Read("0\r\n"u8, out _, out _, out _);
            foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in feature.Trailers)
            {
                foreach (string? value in values)
                {
                    if (value.AsSpan().ContainsAny('\r', '\n'))
                    {
                        return null;
                    }

                    ReadStatus status = _trailers.Read(Encoding.Latin1.GetBytes($"{name}: {value}\r\n"), out _, out _, out _);
                    if (status != ReadStatus.NeedMore)
                    {
                        return null;
                    }
                }
            }

            return _trailers.Read("\r\n"u8, out _, out _, out _) == ReadStatus.Complete ? _trailers.Trailers : null;
        }
    }
}
