using System.Text;
using Breakwater.Http;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <content>The response.</content>
public sealed partial class WafTransaction
{
    private ByteSlice _responseType;
    private bool _responseEnded;

    /// <summary>Whether the response's body is to be handed over: after phase 3, for the types that SecResponseBodyMimeType names.</summary>
    public bool InspectsResponseBody =>
        IsActive && Controls.ResponseBodyAccess && Controls.Allow < AllowScope.All && _verdict.IsContinue && !_responseEnded && IsInspectedType();

    /// <summary>How many bytes of the response's body are inspected, at most.</summary>
    public long ResponseBodyLimit => Controls.ResponseBodyLimit;

    /// <summary>The response's status line.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="protocol">The protocol, such as <c>HTTP/1.1</c>.</param>
    /// <param name="reason">The reason phrase, if there is one.</param>
    public void SetResponse(int status, ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> reason = default)
    {
        NextEpoch(VariableSource.Response);
        ByteSlice code = Memory.KeepNumber(status);
        Variables.Set(SecVariable.ResponseStatus, code);
        Variables.Set(SecVariable.Status, code);
        Variables.Set(SecVariable.ResponseProtocol, protocol);
        ByteArena arena = Memory.Body.Arena;
        int start = arena.Used;
        bool fits = arena.TryAppend(protocol, out _) && arena.TryAppend(" "u8, out _) && Memory.TryAppendCopy(code);
        if (fits && !reason.IsEmpty) fits = arena.TryAppend(" "u8, out _) && arena.TryAppend(reason, out _);
        if (fits) Variables.Set(SecVariable.StatusLine, new ByteSlice(start, arena.Used - start));
    }

    /// <summary>A header field of the response, raw.</summary>
    public void AddResponseHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ByteSlice keptValue = Memory.Keep(value);
        Variables.ResponseHeaders.List.Add(Memory.Keep(name), keptValue);
        if (Ascii.EqualsIgnoreCase(name, "content-type"u8))
        {
            _responseType = keptValue;
            Variables.Set(SecVariable.ResponseContentType, keptValue);
        }
        else if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            Variables.Set(SecVariable.ResponseContentLength, keptValue);
        }
    }

    /// <summary>The whole head of a response.</summary>
    public void SetResponse(ResponseHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        SetResponse(head.StatusCode, ProtocolOf(head.Version), head.Reason);
        for (int i = 0; i < head.Count; i++) AddResponseHeader(head.Name(i), head.Value(i));
    }

    /// <summary>Hands over a piece of the response's body, decoded from its content coding. False: no more is wanted.</summary>
    public bool AppendResponseBody(ReadOnlySpan<byte> bytes)
    {
        if (!InspectsResponseBody) return false;
        ByteArena body = Memory.ResponseBytes;
        long room = Controls.ResponseBodyLimit - body.Used;
        if (bytes.Length <= room) return body.TryAppend(bytes, out _);
        body.TryAppend(bytes[..(int)Math.Max(room, 0)], out _);
        Variables.Set(SecVariable.OutboundDataError, Program.One);
        if (Program.Configuration.ResponseBodyLimitAction == SecLimitAction.Reject && Overlay.Zone.ResponseBodies is null)
        {
            Decide(new WafVerdict(WafVerdictKind.Deny, 502, null, SecPhase.ResponseBody));
        }

        return false;
    }

    private void ResetResponse()
    {
        _responseType = default;
        _responseEnded = false;
    }

    private bool IsInspectedType()
    {
        ReadOnlySpan<byte> type = Memory[_responseType];
        int end = type.IndexOf((byte)';');
        if (end >= 0) type = type[..end];
        type = type.Trim(" \t"u8);
        if (type.IsEmpty) type = "null"u8;
        foreach (string inspected in Program.Configuration.ResponseBodyMimeTypes)
        {
            if (Ascii.EqualsIgnoreCase(type, inspected)) return true;
        }

        return false;
    }

    private void EndResponseBody()
    {
        if (_responseEnded) return;
        _responseEnded = true;
        if (Memory.ResponseBytes.Used == 0) return;
        Variables.Set(SecVariable.ResponseBody, Memory.WholeBody(TransactionMemory.ResponseBody));
        if (!TransactionMemory.IsPresent(Variables.Get(SecVariable.ResponseContentLength)))
        {
            Variables.Set(SecVariable.ResponseContentLength, Memory.ResponseBytes.Used);
        }

        NextEpoch(VariableSource.Response);
    }
}
