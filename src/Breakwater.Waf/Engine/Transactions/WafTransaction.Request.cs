using System.Text;
using Breakwater.Http;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <content>The request: its line, its header, its body.</content>
public sealed partial class WafTransaction
{
    private bool _bodyParsed;
    private bool _bodyIsPartial;
    private bool _hasContentType;
    private ByteSlice _contentType;

    internal BodyProcessor BodyProcessor { get; private set; }

    /// <summary>
    /// Whether the body is to be handed over: after phase 1, until <see cref="AppendRequestBody"/> says otherwise.
    /// </summary>
    public bool InspectsRequestBody => IsActive && Controls.RequestBodyAccess && Controls.Allow < AllowScope.Request && _verdict.IsContinue && !_bodyParsed;

    /// <summary>How many bytes of the body are inspected, at most.</summary>
    public long RequestBodyLimit => Controls.RequestBodyLimit;

    /// <summary>The request line, raw.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The request target.</param>
    /// <param name="protocol">The protocol, such as <c>HTTP/1.1</c>.</param>
    public void SetRequestLine(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, ReadOnlySpan<byte> protocol)
    {
        ByteArena arena = Memory.Body.Arena;
        if (!arena.TryReserve(method.Length + target.Length + protocol.Length + 2, out Span<byte> room))
        {
            _work.Exhaust();
            return;
        }

        method.CopyTo(room);
        room[method.Length] = (byte)' ';
        target.CopyTo(room[(method.Length + 1)..]);
        room[method.Length + 1 + target.Length] = (byte)' ';
        protocol.CopyTo(room[(method.Length + target.Length + 2)..]);
        ByteSlice line = arena.Commit(room.Length);
        ByteSlice raw = new(line.Offset + method.Length + 1, target.Length);
        Variables.Set(SecVariable.RequestLine, line);
        Variables.Set(SecVariable.RequestMethod, line with { Length = method.Length });
        Variables.Set(SecVariable.RequestUriRaw, raw);
        Variables.Set(SecVariable.RequestProtocol, new ByteSlice(raw.Offset + raw.Length + 1, protocol.Length));
        SetTarget(raw);
    }

    /// <summary>A header field, raw: name and value as they came, in the order they came.</summary>
    public void AddRequestHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ByteSlice keptName = Memory.Keep(name);
        ByteSlice keptValue = Memory.Keep(value);
        Variables.RequestHeaders.List.Add(keptName, keptValue);
        switch (name.Length)
        {
            case 4 when Ascii.EqualsIgnoreCase(name, "host"u8):
                Variables.Set(SecVariable.ServerName, keptValue with { Length = HostLength(value) });
                break;
            case 6 when Ascii.EqualsIgnoreCase(name, "cookie"u8):
                AddCookies(keptValue);
                break;
            case 12 when Ascii.EqualsIgnoreCase(name, "content-type"u8) && !_hasContentType:
                _hasContentType = true;
                _contentType = keptValue;
                ChooseProcessor(value);
                break;
            case 13 when Ascii.EqualsIgnoreCase(name, "authorization"u8):
                int end = value.IndexOf((byte)' ');
                Variables.Set(SecVariable.AuthType, keptValue with { Length = end < 0 ? value.Length : end });
                break;
        }
    }

    /// <summary>The whole head of a request.</summary>
    public void SetRequest(RequestHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        SetRequestLine(head.Method, head.Target, ProtocolOf(head.Version));
        for (int i = 0; i < head.Count; i++) AddRequestHeader(head.Name(i), head.Value(i));
    }

    /// <summary>
    /// A request whose head the edge refuses, read as far as it can be: so that rules tell what came, though nothing of it is passed on. The
    /// caller runs phases 1 and 5 and keeps to its own refusal.
    /// </summary>
    /// <param name="head">What came, at most up to the end of the head.</param>
    public void SetRefusedRequest(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> line = TakeLine(ref head);
        int target = line.IndexOf((byte)' ');
        int protocol = line.LastIndexOf((byte)' ');
        if (protocol <= target) SetRequestLine(line[..Math.Max(target, 0)], line[(target + 1)..], default);
        else SetRequestLine(line[..target], line[(target + 1)..protocol], line[(protocol + 1)..]);
        while (!head.IsEmpty)
        {
            line = TakeLine(ref head);
            if (line.IsEmpty) return;
            int colon = line.IndexOf((byte)':');
            AddRequestHeader(colon < 0 ? line : line[..colon], colon < 0 ? default : line[(colon + 1)..].Trim(" \t"u8));
        }
    }

    /// <summary>
    /// Hands over a piece of the body; the bytes are copied. False: no more is wanted, because the limit is reached. Then
    /// <see cref="Verdict"/> says whether the request is refused for that.
    /// </summary>
    public bool AppendRequestBody(ReadOnlySpan<byte> bytes)
    {
        if (!InspectsRequestBody) return false;
        ByteArena body = Memory.RequestBytes;
        long room = Controls.RequestBodyLimit - body.Used;
        if (bytes.Length <= room) return body.TryAppend(bytes, out _);
        body.TryAppend(bytes[..(int)Math.Max(room, 0)], out _);
        _bodyIsPartial = true;
        SecLimitAction action = Overlay.Zone.RequestBodyBytes <= Program.Configuration.RequestBodyLimit
            ? Overlay.Zone.LongRequestBody : Program.Configuration.RequestBodyLimitAction;
        if (action == SecLimitAction.Reject) Decide(new WafVerdict(WafVerdictKind.Deny, 413, null, SecPhase.RequestBody));
        return false;
    }

    /// <summary>Says that there is more of the body than is handed over, so that its end is no mistake of the client's.</summary>
    public void CutRequestBody() => _bodyIsPartial = true;

    /// <summary>A line as the most careless reader has it: any of CRLF, LF and CR ends it.</summary>
    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
        int next = end < 0 ? text.Length : text[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1;
        text = text[next..];
        return line;
    }

    internal void SetBodyProcessor(string name)
    {
        BodyProcessor = Enum.TryParse(name, ignoreCase: true, out BodyProcessor processor) ? processor : BodyProcessor.None;
        Variables.Set(SecVariable.ReqbodyProcessor, ProcessorName(BodyProcessor));
    }

    private void ResetRequest()
    {
        (_bodyParsed, _bodyIsPartial, _hasContentType, _contentType) = (false, false, false, default);
        Variables.Set(SecVariable.RequestBodyLength, Program.Zero);
        BodyProcessor = BodyProcessor.None;
    }

    private static ReadOnlySpan<byte> ProtocolOf(Breakwater.Http.HttpVersion version) => version switch
    {
        Breakwater.Http.HttpVersion.Http10 => "HTTP/1.0"u8,
        Breakwater.Http.HttpVersion.Http11 => "HTTP/1.1"u8,
        Breakwater.Http.HttpVersion.Http2 => "HTTP/2"u8,
        _ => "HTTP/3"u8,
    };

    private static ReadOnlySpan<byte> ProcessorName(BodyProcessor processor) => processor switch
    {
        BodyProcessor.Urlencoded => "URLENCODED"u8,
        BodyProcessor.Multipart => "MULTIPART"u8,
        BodyProcessor.Xml => "XML"u8,
        BodyProcessor.Json => "JSON"u8,
        _ => default,
    };

    private static int HostLength(ReadOnlySpan<byte> host)
    {
        int port = host.LastIndexOf((byte)':');
        return port < 0 || host[port..].Contains((byte)']') ? host.Length : port;
    }

    /// <summary>The target's parts. The fragment, which should not be there, belongs to none; an unreadable target loses no argument.</summary>
    private void SetTarget(ByteSlice raw)
    {
        ReadOnlySpan<byte> target = Memory[raw];
        int fragment = target.IndexOf((byte)'#');
        ByteSlice whole = raw with { Length = fragment < 0 ? raw.Length : fragment };
        target = target[..whole.Length];
        int query = target.IndexOf((byte)'?');
        int pathEnd = query < 0 ? target.Length : query;
        int pathStart = PathStart(target[..pathEnd]);
        ByteSlice uri = new(whole.Offset + pathStart, whole.Length - pathStart);
        ByteSlice path = new(whole.Offset + pathStart, pathEnd - pathStart);
        Variables.Set(SecVariable.RequestUri, uri);
        if (query >= 0)
        {
            ByteSlice arguments = new(whole.Offset + query + 1, whole.Length - query - 1);
            Variables.Set(SecVariable.QueryString, arguments);
            ReadQuery(arguments);
        }

        ByteSlice decoded = DecodePath(path);
        Variables.Set(SecVariable.RequestFilename, decoded);
        Variables.Set(SecVariable.PathInfo, decoded);
        int name = Memory[decoded].LastIndexOfAny((byte)'/', (byte)'\\') + 1;
        Variables.Set(SecVariable.RequestBasename, new ByteSlice(decoded.Offset + name, decoded.Length - name));
    }

    /// <summary>Where the path begins: an absolute target has its scheme and authority before it.</summary>
    private static int PathStart(ReadOnlySpan<byte> target)
    {
        if (target.StartsWith((byte)'/')) return 0;
        int scheme = target.IndexOf("://"u8);
        if (scheme < 0) return 0;
        int slash = target[(scheme + 3)..].IndexOf((byte)'/');
        return slash < 0 ? target.Length : scheme + 3 + slash;
    }

    private void ReadQuery(ByteSlice query)
    {
        // The parser reads while the arena grows, so it reads a copy.
        byte[] copy = System.Buffers.ArrayPool<byte>.Shared.Rent(query.Length);
        Memory[query].CopyTo(copy);
        UrlencodedBody.Parse(copy.AsSpan(0, query.Length), Memory.Body, Variables.ArgsGet.List);
        System.Buffers.ArrayPool<byte>.Shared.Return(copy);
    }

    private ByteSlice DecodePath(ByteSlice path)
    {
        if (!Memory[path].Contains((byte)'%')) return path;
        if (!Memory.Body.Arena.TryReserve(path.Length, out Span<byte> room)) return path;
        ReadOnlySpan<byte> decoded = RequestTarget.PercentDecode(Memory[path], room, plusIsSpace: false, out _);
        if (!room.Overlaps(decoded)) decoded.CopyTo(room);
        return Memory.Body.Arena.Commit(decoded.Length);
    }

    private void AddCookies(ByteSlice header)
    {
        ReadOnlySpan<byte> text = Memory[header];
        int at = 0;
        while (at < text.Length)
        {
            int length = text[at..].IndexOf((byte)';');
            int end = length < 0 ? text.Length : at + length;
            AddCookie(header, text, at, length < 0 ? at + text[at..].TrimEnd(" \t"u8).Length : end);
            at = end + 1;
        }
    }

    private void AddCookie(ByteSlice header, ReadOnlySpan<byte> text, int start, int end)
    {
        while (start < end && text[start] is (byte)' ' or (byte)'\t') start++;
        int equals = text[start..end].IndexOf((byte)'=');
        int nameEnd = equals < 0 ? end : start + equals;
        if (nameEnd == start) return;
        ByteSlice name = new(header.Offset + start, nameEnd - start);
        int valueStart = equals < 0 ? end : nameEnd + 1;
        Variables.Cookies.List.Add(name, new ByteSlice(header.Offset + valueStart, end - valueStart));
    }

    private void ChooseProcessor(ReadOnlySpan<byte> contentType)
    {
        if (StartsWith(contentType, "multipart/form-data"u8)) BodyProcessor = BodyProcessor.Multipart;
        else if (StartsWith(contentType, "application/x-www-form-urlencoded"u8)) BodyProcessor = BodyProcessor.Urlencoded;
        if (BodyProcessor != BodyProcessor.None) Variables.Set(SecVariable.ReqbodyProcessor, ProcessorName(BodyProcessor));
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) =>
        text.Length >= start.Length && Ascii.EqualsIgnoreCase(text[..start.Length], start);

    /// <summary>Reads the body, once, before the rules of phase 2.</summary>
    private void ParseBody()
    {
        _bodyParsed = true;
        if (!Controls.RequestBodyAccess) return;
        InspectedBody body = Memory.Body;
        ReadOnlySpan<byte> text = Memory.RequestBytes[new ByteSlice(0, Memory.RequestBytes.Used)];
        if (text.IsEmpty) return;
        Variables.Set(SecVariable.RequestBodyLength, text.Length);
        Parse(text, body);
        if (Overlay.Zone.GraphQl) GraphQlPass.Parse(body);
        if (Overlay.Zone.Base64Arguments) Base64Pass.Parse(body);
        // ModSecurity 2's rule, on which CRS relies: what another processor reads is not seen a second time as a whole.
        bool isWhole = BodyProcessor == BodyProcessor.Urlencoded || (BodyProcessor == BodyProcessor.None && Controls.ForceRequestBody);
        if (isWhole) Variables.Set(SecVariable.RequestBody, Memory.WholeBody(TransactionMemory.RequestBody));
        CheckNoFilesLimit(text.Length);
        NextEpoch(VariableSource.Body);
    }

    private void Parse(ReadOnlySpan<byte> text, InspectedBody body)
    {
        switch (BodyProcessor)
        {
            case BodyProcessor.Urlencoded:
                UrlencodedBody.Parse(text, body);
                break;
            case BodyProcessor.Multipart:
                byte[] type = System.Buffers.ArrayPool<byte>.Shared.Rent(_contentType.Length);
                Memory[_contentType].CopyTo(type);
                MultipartBody.Parse(type.AsSpan(0, _contentType.Length), text, _bodyIsPartial, body);
                System.Buffers.ArrayPool<byte>.Shared.Return(type);
                break;
            case BodyProcessor.Xml:
                XmlBody.Parse(text, _bodyIsPartial, body);
                break;
            case BodyProcessor.Json:
                JsonBody.Parse(text, _bodyIsPartial, body);
                break;
        }
    }

    /// <summary>SecRequestBodyNoFilesLimit: a longer body without its files is an error for rules to judge; it is inspected all the same.</summary>
    private void CheckNoFilesLimit(int length)
    {
        if (length - Memory.Body.FilesCombinedSize <= Program.Configuration.RequestBodyNoFilesLimit) return;
        Variables.Set(SecVariable.InboundDataError, Program.One);
        Variables.Set(SecVariable.ReqbodyError, Program.One);
        Variables.Set(SecVariable.ReqbodyErrorMsg, "Request body excluding files is bigger than the maximum expected."u8);
    }
}
