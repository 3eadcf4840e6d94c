using System.Buffers;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <content>Heads that the edge refused by itself: rules see them, and decide nothing.</content>
internal sealed partial class WafRun
{
    // Rented; null where the head was not refused, or nobody is to see it.
    private byte[]? _refused;
    private int _refusedLength;

    private ReadOnlySpan<byte> RefusedHead => _refused.AsSpan(0, _refusedLength).TrimStart("\r\n"u8);

    /// <summary>Keeps a head to show it to the rules when the exchange is over.</summary>
    /// <param name="waf">The firewall.</param>
    /// <param name="buffer">Rented; owned from now on.</param>
    /// <param name="length">How much of it is the head.</param>
    public void KeepRefusedHead(ZoneWaf waf, byte[] buffer, int length)
    {
        ReturnRefusedHead();
        _waf = waf;
        _refused = buffer;
        _refusedLength = length;
    }

    /// <summary>The rules see the head, of which nothing is passed on, and no body.</summary>
    private void ExamineRefusedHead()
    {
        try
        {
            WafTransaction transaction = Begin();
            if (!transaction.IsActive)
            {
                Drop();
                return;
            }

            transaction.Evaluate(SecPhase.RequestHeaders);
            transaction.Evaluate(SecPhase.RequestBody);
            Score = WafScore.Of(transaction);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Log.Fault(_waf!.Stores.Log, exchange.Ray, fault);
            _transaction?.Dispose();
            _transaction = null;
        }
    }

    private void ReturnRefusedHead()
    {
        if (_refused is { } buffer)
        {
            _refused = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
