using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Fuses;

/// <summary>As <see cref="FusedRequestModule"/>, for modules that look at the heads of responses.</summary>
/// <param name="inner">The module.</param>
/// <param name="fuse">Its fuse.</param>
/// <param name="isClosed">Whether responses of an origin are kept back that it could not look at.</param>
internal sealed class FusedResponseModule(IResponseModule inner, Fuse fuse, bool isClosed) : IResponseModule
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public ModuleId Module => inner.Module;

    /// <summary>The module.</summary>
    public IResponseModule Inner => inner;

    /// <inheritdoc/>
    public LocalResponse? OnResponse(Exchange exchange)
    {
        Admission admission = fuse.Admit();
        if (admission > Admission.Probe)
        {
            return PassBy(exchange, admission);
        }

        FuseCall call = fuse.Begin(exchange);
        LocalResponse? instead;
        try
        {
            fuse.Strike(exchange);
            instead = inner.OnResponse(exchange);
        }
        catch (Exception fault)
        {
            call.Threw(fault);
            exchange.DiscardChanges();
            return PassBy(exchange, Admission.Blown);
        }

        call.End(admission);
        return instead;
    }

    /// <summary>What the edge itself says is no site's secret, and goes out in any case.</summary>
    private LocalResponse? PassBy(Exchange exchange, Admission admission)
    {
        if (admission != Admission.Blown || !isClosed || exchange.Answer is not null)
        {
            return null;
        }

        exchange.KeptBackAs = ExchangeEnd.InspectionFailed;
        return Pipeline.ErrorPage(exchange, ExchangeEnd.InspectionFailed, HttpViolation.None);
    }
}
