using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Fuses;

/// <summary>A module behind its fuse: whatever it does wrong, the request goes on as the zone says. As immutable as the module.</summary>
/// <param name="inner">The module.</param>
/// <param name="fuse">Its fuse.</param>
/// <param name="isClosed">Whether requests are refused that it could not look at.</param>
internal sealed class FusedRequestModule(IRequestModule inner, Fuse fuse, bool isClosed) : IRequestModule
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public ModuleId Module => inner.Module;

    /// <inheritdoc/>
    public RequestPhase Phase => inner.Phase;

    /// <summary>The module.</summary>
    public IRequestModule Inner => inner;

    /// <inheritdoc/>
    public Verdict OnRequest(Exchange exchange)
    {
        Admission admission = fuse.Admit();
        if (admission > Admission.Probe)
        {
            return PassBy(exchange, admission);
        }

        FuseCall call = fuse.Begin(exchange);
        Verdict verdict;
        try
        {
            fuse.Strike(exchange);
            verdict = inner.OnRequest(exchange);
        }
        catch (Exception fault)
        {
            call.Threw(fault);
            return PassBy(exchange, Admission.Blown);
        }

        call.End(admission);
        return verdict;
    }

    /// <inheritdoc/>
    public void Abandon(Exchange exchange) => inner.Abandon(exchange);

    private Verdict PassBy(Exchange exchange, Admission admission)
    {
        try
        {
            inner.Abandon(exchange);
        }
        catch (Exception fault)
        {
            // What it leaves behind is the collector's.
            fuse.Threw(fault, exchange);
        }

        return admission == Admission.Blown && isClosed ? Verdict.Refuse(ExchangeEnd.InspectionFailed) : Verdict.Continue;
    }
}
