using Breakwater.Edge.Compression;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Waf;

namespace Breakwater.Edge.Exchanges;

/// <summary>What happens to a response's head before it goes out, wherever it comes from. Stateless.</summary>
internal static class ResponseModules
{
    /// <summary>Lets the zone's modules look at the head. Returns what is to be sent in its place; null = it goes out.</summary>
    public static LocalResponse? Run(Exchange exchange)
    {
        if (exchange.Zone is not { } zone)
        {
            return null;
        }

        foreach (IResponseModule module in zone.ResponseModules)
        {
            if (module.OnResponse(exchange) is { } instead)
            {
                return instead;
            }
        }

        return null;
    }

    /// <summary>
    /// As <see cref="Run"/>, for an origin's response, whose body may be coded on its way: then <see cref="Exchange.Client"/> is another
    /// from here on.
    /// </summary>
    public static LocalResponse? RunOnOrigin(Exchange exchange)
    {
        if (exchange.WafIfAny is { AwaitsResponse: true } waf && waf.JudgeResponse() is { } refused)
        {
            exchange.AnswerWith(refused);
            return Run(exchange) ?? refused;
        }

        if (Run(exchange) is { } instead)
        {
            return instead;
        }

        if (exchange.RulesIfAny?.Compression is not null)
        {
            Fuse? fuse = exchange.Zone?.Fuses?[ModuleId.Compression];
            Fuse.Run(fuse, exchange, fuse, static (exchange, fuse) => Compress(exchange, fuse));
        }

        if (exchange.WafIfAny is { WantsResponseBody: true })
        {
            exchange.Cover(new InspectingStream(exchange));
        }

        return null;
    }

    private static void Compress(Exchange exchange, Fuse? fuse)
    {
        ContentCoding coding = ChooseCoding(exchange);
        if (coding != ContentCoding.Identity)
        {
            exchange.Cover(new CompressingStream(exchange, coding, fuse));
        }
    }

    /// <summary>
    /// How the body of an origin's response is to be coded, as rules say and the client takes it; notes in the head that another client may
    /// get it otherwise.
    /// </summary>
    public static ContentCoding ChooseCoding(Exchange exchange)
    {
        if (exchange.RulesIfAny?.Compression is not { } compression || !ContentCodings.IsSuitable(exchange.Request, exchange.Response)
            || !ContentCodings.AreCodings(compression.Algorithms))
        {
            return ContentCoding.Identity;
        }

        // Whether coded or not, the answer depends on what the client takes (RFC 9110 §12.5.5).
        exchange.ResponseEdits.Add("Vary"u8, "Accept-Encoding"u8);
        return ContentCodings.Choose(exchange.Request, compression.Algorithms);
    }
}
