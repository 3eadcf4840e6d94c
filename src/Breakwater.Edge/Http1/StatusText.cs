using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Breakwater.Edge.Http1;

/// <summary>Reason phrases of the edge's own answers, as bytes. Immutable.</summary>
internal static class StatusText
{
    private static readonly byte[][] Phrases = Build();

    /// <summary>The phrase for a status of three digits; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Of(int status) => (uint)status < (uint)Phrases.Length ? Phrases[status] : default;

    private static byte[][] Build()
    {
        var phrases = new byte[600][];
        for (int status = 0; status < phrases.Length; status++)
        {
            phrases[status] = Encoding.ASCII.GetBytes(ReasonPhrases.GetReasonPhrase(status));
        }

        // RFC 9110's names where the platform still has older ones, and the vocabulary that operators know for failing origins.
        phrases[413] = "Content Too Large"u8.ToArray();
        phrases[422] = "Unprocessable Content"u8.ToArray();
        phrases[520] = "Origin Returned an Unknown Error"u8.ToArray();
        phrases[521] = "Origin Is Down"u8.ToArray();
        phrases[522] = "Connection to Origin Timed Out"u8.ToArray();
        phrases[523] = "Origin Is Unreachable"u8.ToArray();
        phrases[524] = "Origin Timed Out"u8.ToArray();
        phrases[525] = "TLS Handshake with Origin Failed"u8.ToArray();
        phrases[526] = "Invalid Origin Certificate"u8.ToArray();
        return phrases;
    }
}
