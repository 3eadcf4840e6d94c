namespace Breakwater.Edge.Tls;

/// <summary>Alerts that the edge sends itself, before a TLS library has the connection (RFC 8446 §6). Immutable.</summary>
internal static class TlsAlert
{
    private const byte UnexpectedMessage = 10, RecordOverflow = 22, IllegalParameter = 47, DecodeError = 50;

    private static readonly byte[][] Records = [Record(UnexpectedMessage), Record(RecordOverflow), Record(IllegalParameter), Record(DecodeError)];

    /// <summary>The record that refuses a ClientHello.</summary>
    public static ReadOnlyMemory<byte> For(ClientHelloError error) => error switch
    {
        ClientHelloError.NotClientHello => Records[0],
        ClientHelloError.BadRecord => Records[1],
        ClientHelloError.DuplicateExtension => Records[2],
        _ => Records[3],
    };

    /// <summary>A fatal alert in a record of its own.</summary>
    private static byte[] Record(byte description) => [21, 3, 3, 0, 2, 2, description];
}
