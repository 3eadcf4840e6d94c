using System.Globalization;
using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Http;

namespace Breakwater.Edge.Zones;

/// <summary>
/// Sends plain requests to https, with 308 so that method and body stay (RFC 9110 §15.4.9). A module of zones that ask for it, and used by
/// listeners that exist for nothing else. Immutable.
/// </summary>
/// <param name="port">The port of https.</param>
internal sealed class HttpsRedirect(int port) : IRequestModule
{
    private readonly byte[] _port = port == 443 ? [] : Encoding.ASCII.GetBytes(port.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public string Name => "https_redirect";

    /// <inheritdoc/>
    public ModuleId Module => ModuleId.HttpsRedirect;

    /// <inheritdoc/>
    public RequestPhase Phase => RequestPhase.Admit;

    /// <inheritdoc/>
    public Verdict OnRequest(Exchange exchange)
    {
        RequestHead request = exchange.Request;
        return exchange.IsHttps || request.HostName.IsEmpty || request.TargetForm == TargetForm.Asterisk
            ? Verdict.Continue
            : Verdict.Answer(new LocalResponse { Status = 308, Fields = Location(request) });
    }

    private byte[] Location(RequestHead request)
    {
        // The host and the target are the client's own and were checked byte by byte; neither can hold a line end.
        var room = new byte[request.HostName.Length + request.Path.Length + request.Query.Length + 64];
        var writer = new HeadWriter(room);
        writer.Raw("Location: https://"u8);
        writer.Raw(request.HostName);
        if (_port.Length > 0)
        {
            writer.Raw(":"u8);
            writer.Raw(_port);
        }

        writer.Raw(request.Path);
        if (request.HasQuery)
        {
            writer.Raw("?"u8);
            writer.Raw(request.Query);
        }

        writer.Raw("\r\nCache-Control: no-store\r\n"u8);
        return room[..writer.Written];
    }
}
