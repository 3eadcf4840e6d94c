using System.Buffers;
using System.Collections.Immutable;
using Breakwater.Edge.Compression;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;
using Breakwater.Waf.Engine;

namespace Breakwater.Edge.Waf;

/// <summary>Hands a body that was read ahead to the rules, decoded where its content is coded. Stateless.</summary>
internal static class RequestBodyInspection
{
    /// <summary>
    /// Coded text as good as never has so many printable bytes in a row, unless somebody put a text into it: behind its end, or where the coding
    /// leaves room for names and remarks.
    /// </summary>
    private const int LongestChanceText = 24;

    private static readonly SearchValues<byte> Printable = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(value => (byte)value)]);

    /// <summary>Hands it over. Returns how much of it the rules have.</summary>
    public static WafBody Give(RequestHead head, ReadAheadStream body, WafTransaction transaction)
    {
        ImmutableArray<ContentCoding> codings = head.Has(KnownField.ContentEncoding) ? BodyDecoder.CodingsOf(head) : [];
        if (codings.IsEmpty)
        {
            return GiveAsItIs(body, transaction);
        }

        var coded = new PartsStream(body.PartCount, body.Part);
        DecodeResult result = BodyDecoder.Decode(codings, coded, body.Length, part => transaction.AppendRequestBody(part.Span));
        if (result is DecodeResult.Broken or DecodeResult.Bomb)
        {
            transaction.CutRequestBody();
            bool isCut = result == DecodeResult.Broken && !body.IsWhole;
            return isCut ? Partly(body) : WafBody.Undecodable;
        }

        return result == DecodeResult.Whole && body.IsWhole ? WafBody.Whole : result == DecodeResult.FirstPart ? WafBody.FirstPart : Partly(body, transaction);
    }

    /// <summary>Hands it over as it is, whatever its head says.</summary>
    public static WafBody GiveAsItIs(ReadAheadStream body, WafTransaction transaction)
    {
        for (int i = 0; i < body.PartCount; i++)
        {
            if (!transaction.AppendRequestBody(body.Part(i).Span))
            {
                return WafBody.FirstPart;
            }
        }

        return body.IsWhole ? WafBody.Whole : Partly(body, transaction);
    }

    /// <summary>Whether a body that says that it is coded holds text: an origin that does not decode would see that.</summary>
    public static bool HoldsText(RequestHead head, ReadAheadStream body)
    {
        if (!head.Has(KnownField.ContentEncoding) || BodyDecoder.CodingsOf(head).IsEmpty)
        {
            return false;
        }

        for (int i = 0; i < body.PartCount; i++)
        {
            ReadOnlySpan<byte> part = body.Part(i).Span;
            while (part.Length > LongestChanceText)
            {
                // From a place where a long run would have to be.
                if (!Printable.Contains(part[LongestChanceText]))
                {
                    part = part[(LongestChanceText + 1)..];
                    continue;
                }

                int before = part[..LongestChanceText].LastIndexOfAnyExcept(Printable);
                if (before < 0)
                {
                    return true;
                }

                part = part[(before + 1)..];
            }
        }

        return false;
    }

    private static WafBody Partly(ReadAheadStream body, WafTransaction transaction)
    {
        transaction.CutRequestBody();
        return Partly(body);
    }

    private static WafBody Partly(ReadAheadStream body) => body.IsOutOfMemory ? WafBody.NoMemory : WafBody.FirstPart;
}
