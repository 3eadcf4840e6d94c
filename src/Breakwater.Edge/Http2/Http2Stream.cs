using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Security.Authentication;
using System.Text;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Breakwater.Edge.Http2;

/// <summary>
/// One stream of HTTP/2 or HTTP/3 as a <see cref="ClientStream"/>: Kestrel's features on one side, bytes on the other. Owned by the stream's
/// flow; pooled.
/// </summary>
internal sealed partial class Http2Stream : ClientStream
{
    private readonly DataPlane _plane;
    private IFeatureCollection? _features;
    private IHttpResponseFeature _response = null!;
    private IHttpResponseBodyFeature _responseBody = null!;
    private PipeReader? _body;
    private ReadOnlySequence<byte> _read;
    private int _pieceLength;
    private bool _pieceIsLast;
    private bool _bodyEnded;
    private bool _bodyCanceled;
    private ExchangeEnd _failure;
    private PipeWriter? _output;
    private Encodable _text;

    public Http2Stream(DataPlane plane) => _plane = plane;

    /// <summary>The exchange that this stream carries.</summary>
    public Exchange Exchange { get; private set; } = null!;

    /// <summary>Whether the client has reset the stream.</summary>
    public bool IsReset => Gone.IsCancellationRequested;

    /// <inheritdoc/>
    public override CancellationToken Gone => _features?.Get<IHttpRequestLifetimeFeature>()?.RequestAborted ?? default;

    /// <inheritdoc/>
    public override ExchangeEnd Failure => _failure == ExchangeEnd.None && IsReset ? ExchangeEnd.ClientAborted : _failure;

    /// <inheritdoc/>
    public override bool ResponseStarted => _output is not null;

    /// <inheritdoc/>
    public override bool BodyEnded => _bodyEnded;

    /// <summary>Takes up a stream.</summary>
    public void Begin(IFeatureCollection features)
    {
        _features = features;
        _response = features.Get<IHttpResponseFeature>()!;
        _responseBody = features.Get<IHttpResponseBodyFeature>()!;
        _bodyEnded = !(features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false);
        ClientConnection connection = features.Get<ClientConnection>() ?? OverQuic(features);
        Exchange = _plane.Pipeline.Rent(_plane.For(connection));
        Exchange.Client = this;
        Exchange.Connection = connection;
    }

    /// <summary>HTTP/3 comes past the listeners' own middleware, so its connection is described here.</summary>
    private ClientConnection OverQuic(IFeatureCollection features)
    {
        IHttpConnectionFeature connection = features.Get<IHttpConnectionFeature>()!;
        IPEndPoint local = new(connection.LocalIpAddress ?? IPAddress.None, connection.LocalPort);
        return new ClientConnection
        {
            Id = 0,
            Lane = _plane.Lanes.Of(connection.ConnectionId),
            Listener = local.ToString(),
            Peer = new ConnectionPeer(new IPEndPoint(connection.RemoteIpAddress ?? IPAddress.None, connection.RemotePort)),
            PeerPort = connection.RemotePort,
            Local = local,
            IsTls = true,
            TlsProtocol = SslProtocols.Tls13,
            Sni = features.Get<ITlsHandshakeFeature>()?.HostName,
        };
    }

    /// <summary>Lets go of a stream that is over.</summary>
    public void End()
    {
        _plane.Pipeline.Return(Exchange);
        Exchange = null!;
        _features = null;
        _response = null!;
        _responseBody = null!;
        _body = null;
        _trailers?.Reset();
        _output = null;
        _read = default;
        _bodyEnded = _bodyCanceled = false;
        _failure = ExchangeEnd.None;
    }

    /// <summary>Builds the request's head from Kestrel's view of it.</summary>
    public ReadStatus ReadHead()
    {
        IHttpRequestFeature request = _features!.Get<IHttpRequestFeature>()!;
        IHttpExtendedConnectFeature? connect = _features!.Get<IHttpExtendedConnectFeature>();
        RequestHead head = Exchange.Request;
        IHeaderDictionary fields = request.Headers;
        string authority = fields.Host.ToString();
        _text.Reset();
        head.Begin(
            _text.Bytes(request.Method),
            _text.Bytes(request.RawTarget),
            request.Protocol == "HTTP/3" ? Http.HttpVersion.Http3 : Http.HttpVersion.Http2,
            _text.Bytes(authority),
            _text.Bytes(request.Scheme),
            connect is { IsExtendedConnect: true } ? _text.Bytes(connect.Protocol ?? "") : default);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in fields)
        {
            foreach (string? value in values)
            {
                _text.Reset();
                head.Add(_text.Bytes(name), _text.Bytes(value ?? ""));
            }
        }

        return head.End(_bodyEnded);
    }

    /// <inheritdoc/>
    public override async ValueTask<BodyPiece> ReadBodyAsync()
    {
        if (_bodyEnded)
        {
            return new BodyPiece(BodyStatus.End, default);
        }

        _body ??= _features!.Get<IRequestBodyPipeFeature>()!.Reader;
        try
        {
            while (true)
            {
                ReadResult read = await _body.ReadAsync().ConfigureAwait(false);
                if (_bodyCanceled)
                {
                    _body.AdvanceTo(read.Buffer.Start);
                    return new BodyPiece(BodyStatus.Failed, default);
                }

                _read = read.Buffer;
                if (!_read.IsEmpty)
                {
                    ReadOnlyMemory<byte> piece = _read.First;
                    if (piece.IsEmpty)
                    {
                        piece = _read.Slice(_read.GetPosition(0)).First;
                    }

                    _pieceLength = piece.Length;
                    _pieceIsLast = read.IsCompleted && piece.Length == _read.Length;
                    return new BodyPiece(_pieceIsLast ? BodyStatus.End : BodyStatus.Data, piece);
                }

                _body.AdvanceTo(_read.End);
                if (read.IsCompleted)
                {
                    _bodyEnded = true;
                    return new BodyPiece(BodyStatus.End, default);
                }
            }
        }
        catch (BadHttpRequestException exception)
        {
            return Failed(exception.StatusCode == StatusCodes.Status408RequestTimeout ? ExchangeEnd.BodyTimeout : ExchangeEnd.BadRequest);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            return Failed(ExchangeEnd.ClientAborted);
        }
    }

    /// <inheritdoc/>
    public override void AdvanceBody()
    {
        _body!.AdvanceTo(_read.GetPosition(_pieceLength));
        _bodyEnded = _pieceIsLast;
    }

    /// <inheritdoc/>
    public override void CancelBodyRead()
    {
        _bodyCanceled = true;
        _body?.CancelPendingRead();
    }

    /// <inheritdoc/>
    public override bool TryResumeBody()
    {
        _bodyCanceled = false;
        return !_bodyEnded && _failure == ExchangeEnd.None;
    }

    /// <summary>Kestrel sends 100 (Continue) when the body is first read.</summary>
    public override ValueTask<bool> SendContinueAsync() => new(true);

    private static bool IsGone(Exception exception) =>
        exception is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException;

    private BodyPiece Failed(ExchangeEnd reason)
    {
        _failure = reason;
        return new BodyPiece(BodyStatus.Failed, default);
    }

    /// <summary>Turns Kestrel's strings back into the bytes they were made of: it is told to read and write Latin-1, which loses none.</summary>
    private struct Encodable
    {
        private byte[]? _buffer;
        private int _length;

        public void Reset() => _length = 0;

        public ReadOnlySpan<byte> Bytes(string text)
        {
            if (_buffer is null || _buffer.Length - _length < text.Length)
            {
                // Spans that were handed out keep the old buffer alive.
                _buffer = new byte[Math.Max(4096, text.Length)];
                _length = 0;
            }

            int written = Encoding.Latin1.GetBytes(text, _buffer.AsSpan(_length));
            var bytes = new ReadOnlySpan<byte>(_buffer, _length, written);
            _length += written;
            return bytes;
        }
    }
}
