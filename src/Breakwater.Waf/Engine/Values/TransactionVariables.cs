using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>
/// The variables of a transaction that requests and responses fill: those of one value, and the collections. Owned by one transaction.
/// </summary>
internal sealed class TransactionVariables
{
    private static readonly int Count = Enum.GetValues<SecVariable>().Length;

    private readonly WafTransaction _transaction;
    private readonly TransactionMemory _memory;
    private readonly ByteSlice[] _values = new ByteSlice[Count];
    private readonly int[] _buffers = new int[Count]; // number + 1

    public TransactionVariables(WafTransaction transaction, TransactionMemory memory)
    {
        _transaction = transaction;
        _memory = memory;
        ArgsPost = new CollectionView(memory.Body.Arguments);
        Files = new CollectionView(memory.Body.Files);
        FileSizes = new CollectionView(memory.Body.FileSizes);
        FileContents = new CollectionView(memory.Body.FileContents);
        PartHeaders = new CollectionView(memory.Body.PartHeaders);
        XmlText = new CollectionView(memory.Body.XmlText);
        XmlAttributes = new CollectionView(memory.Body.XmlAttributes);
    }

    public CollectionView RequestHeaders { get; } = new(new MemberList());

    public CollectionView Cookies { get; } = new(new MemberList());

    public CollectionView ArgsGet { get; } = new(new MemberList());

    public CollectionView ArgsPost { get; }

    public CollectionView Files { get; }

    public CollectionView FileSizes { get; }

    public CollectionView FileContents { get; }

    public CollectionView PartHeaders { get; }

    public CollectionView XmlText { get; }

    public CollectionView XmlAttributes { get; }

    public CollectionView ResponseHeaders { get; } = new(new MemberList());

    public CollectionView Geo { get; } = new(new MemberList());

    public void Reset()
    {
        _values.AsSpan().Fill(TransactionMemory.Absent);
        Array.Clear(_buffers);
        RequestHeaders.Clear();
        Cookies.Clear();
        ArgsGet.Clear();
        ResponseHeaders.Clear();
        Geo.Clear();
        ArgsPost.Clear();
        Files.Clear();
        FileSizes.Clear();
        FileContents.Clear();
        PartHeaders.Clear();
        XmlText.Clear();
        XmlAttributes.Clear();
    }

    public void Set(SecVariable variable, ByteSlice value)
    {
        _values[(int)variable] = value;
        _buffers[(int)variable] = 0;
    }

    public void Set(SecVariable variable, ReadOnlySpan<byte> value) => Set(variable, _memory.Keep(value));

    public void Set(SecVariable variable, long number) => Set(variable, _memory.KeepNumber(number));

    /// <summary>The value of a variable of one value; absent where it has none now.</summary>
    public ByteSlice Get(SecVariable variable)
    {
        ByteSlice value = _values[(int)variable];
        return TransactionMemory.IsPresent(value) ? value : Compute(variable);
    }

    /// <summary>The number of a variable's value; -1 where it has none.</summary>
    public int Buffer(SecVariable variable, BufferTable buffers)
    {
        ref int number = ref _buffers[(int)variable];
        if (number > 0) return number - 1;
        ByteSlice value = Get(variable);
        if (!TransactionMemory.IsPresent(value)) return -1;
        number = buffers.Intern(value) + 1;
        return number - 1;
    }

    /// <summary>
    /// Where the members of a collection lie: one or two lists, one after the other, and whether their names are the values. None for those
    /// that rules fill.
    /// </summary>
    public bool TryViews(SecVariable variable, bool isXmlAttributes, out CollectionView first, out CollectionView? second, out bool areNames)
    {
        second = null;
        areNames = false;
        switch (variable)
        {
            case SecVariable.Args:
                (first, second) = (ArgsGet, ArgsPost);
                return true;
            case SecVariable.ArgsNames:
                (first, second, areNames) = (ArgsGet, ArgsPost, true);
                return true;
            case SecVariable.ArgsGet:
                first = ArgsGet;
                return true;
            case SecVariable.ArgsGetNames:
                (first, areNames) = (ArgsGet, true);
                return true;
            case SecVariable.ArgsPost:
                first = ArgsPost;
                return true;
            case SecVariable.ArgsPostNames:
                (first, areNames) = (ArgsPost, true);
                return true;
            case SecVariable.RequestHeaders:
                first = RequestHeaders;
                return true;
            case SecVariable.RequestHeadersNames:
                (first, areNames) = (RequestHeaders, true);
                return true;
            case SecVariable.RequestCookies:
                first = Cookies;
                return true;
            case SecVariable.RequestCookiesNames:
                (first, areNames) = (Cookies, true);
                return true;
            case SecVariable.Files or SecVariable.MultipartFilename:
                first = Files;
                return true;
            case SecVariable.FilesNames:
                (first, areNames) = (Files, true);
                return true;
            case SecVariable.MultipartName:
                (first, second, areNames) = (Files, IsMultipart ? ArgsPost : null, true);
                return true;
            case SecVariable.FilesSizes:
                first = FileSizes;
                return true;
            case SecVariable.FilesTmpContent:
                first = FileContents;
                return true;
            case SecVariable.MultipartPartHeaders:
                first = PartHeaders;
                return true;
            case SecVariable.Xml:
                first = isXmlAttributes ? XmlAttributes : XmlText;
                return true;
            case SecVariable.ResponseHeaders:
                first = ResponseHeaders;
                return true;
            case SecVariable.ResponseHeadersNames:
                (first, areNames) = (ResponseHeaders, true);
                return true;
            case SecVariable.Geo:
                first = Geo;
                return true;
            default:
                first = RequestHeaders;
                return false;
        }
    }

    private bool IsMultipart => _transaction.BodyProcessor == BodyProcessor.Multipart;

    /// <summary>Values that are made when they are asked for.</summary>
    private ByteSlice Compute(SecVariable variable)
    {
        InspectedBody body = _memory.Body;
        switch (variable)
        {
            case SecVariable.ArgsCombinedSize: return Kept(variable, CombinedSize());
            case SecVariable.FilesCombinedSize: return Kept(variable, body.FilesCombinedSize);
            case SecVariable.FullRequest: return FullRequest();
            case SecVariable.FullRequestLength: return Kept(variable, Get(SecVariable.FullRequest).Length);
            case SecVariable.RemoteHost: return Get(SecVariable.RemoteAddr);
            case SecVariable.MatchedVar: return _transaction.Matched.Last.Value;
            case SecVariable.MatchedVarName: return MatchedName();
            case SecVariable.HighestSeverity: return _memory.KeepNumber(_transaction.HighestSeverity);
            case SecVariable.WebAppId: return _transaction.Program.WebAppId;
            case SecVariable.ReqbodyProcessor: return default;
            case SecVariable.ReqbodyErrorMsg or SecVariable.ReqbodyProcessorErrorMsg:
                return _memory.Keep(BodyErrors.TextOf(body.Error));
            case SecVariable.ReqbodyError or SecVariable.ReqbodyProcessorError: return Flag(body.Error != BodyError.None);
            case SecVariable.UrlencodedError: return Flag(body.UrlencodedError);
            case SecVariable.MultipartUnmatchedBoundary: return _memory.KeepNumber(body.UnmatchedBoundary);
            case SecVariable.InboundDataError or SecVariable.OutboundDataError or SecVariable.MscPcreError
                or SecVariable.MscPcreLimitsExceeded:
                return _transaction.Program.Zero;
            case SecVariable.ModsecBuild: return _memory.Keep("03001300"u8);
            default: return MultipartFlag(variable) ?? _transaction.Clock.Value(variable);
        }
    }

    private ByteSlice? MultipartFlag(SecVariable variable)
    {
        const MultipartFlags Mixed = MultipartFlags.LfLine | MultipartFlags.CrlfLine;
        MultipartFlags flags = _memory.Body.Multipart;
        return variable switch
        {
            SecVariable.MultipartStrictError => Flag((flags & MultipartFlags.Strict) != 0),
            SecVariable.MultipartBoundaryQuoted => Flag((flags & MultipartFlags.BoundaryQuoted) != 0),
            SecVariable.MultipartBoundaryWhitespace => Flag((flags & MultipartFlags.BoundaryWhitespace) != 0),
            SecVariable.MultipartCrlfLfLines => Flag((flags & Mixed) == Mixed),
            SecVariable.MultipartDataAfter => Flag((flags & MultipartFlags.DataAfter) != 0),
            SecVariable.MultipartDataBefore => Flag((flags & MultipartFlags.DataBefore) != 0),
            SecVariable.MultipartFileLimitExceeded => Flag((flags & MultipartFlags.FileLimitExceeded) != 0),
            SecVariable.MultipartHeaderFolding => Flag((flags & MultipartFlags.HeaderFolding) != 0),
            SecVariable.MultipartInvalidHeaderFolding => Flag((flags & MultipartFlags.InvalidHeaderFolding) != 0),
            SecVariable.MultipartInvalidPart => Flag((flags & MultipartFlags.InvalidPart) != 0),
            SecVariable.MultipartInvalidQuoting => Flag((flags & MultipartFlags.InvalidQuoting) != 0),
            SecVariable.MultipartLfLine => Flag((flags & MultipartFlags.LfLine) != 0),
            SecVariable.MultipartMissingSemicolon => Flag((flags & MultipartFlags.MissingSemicolon) != 0),
            _ => null,
        };
    }

    private ByteSlice Flag(bool value) => value ? _transaction.Program.One : _transaction.Program.Zero;

    private ByteSlice Kept(SecVariable variable, long number)
    {
        Set(variable, number);
        return _values[(int)variable];
    }

    private long CombinedSize()
    {
        long size = 0;
        foreach (Member member in ArgsGet.Members) size += member.Name.Length + member.Value.Length;
        foreach (Member member in ArgsPost.Members) size += member.Name.Length + member.Value.Length;
        return size;
    }

    private ByteSlice MatchedName()
    {
        WafTarget last = _transaction.Matched.Last;
        return TransactionMemory.IsPresent(last.Value) ? _transaction.FullName(last) : TransactionMemory.Absent;
    }

    /// <summary>The header lines, an empty line, and the body.</summary>
    private ByteSlice FullRequest()
    {
        int start = _memory.Body.Arena.Used;
        bool fits = TryAdd(Get(SecVariable.RequestLine)) && TryAdd("\r\n"u8);
        for (int i = 0; i < RequestHeaders.Count && fits; i++)
        {
            Member header = RequestHeaders.Members[i];
            fits = TryAdd(header.Name) && TryAdd(": "u8) && TryAdd(header.Value) && TryAdd("\r\n"u8);
        }

        fits = fits && TryAdd("\r\n"u8) && TryAdd(_memory.WholeBody(TransactionMemory.RequestBody));
        ByteSlice whole = fits ? new ByteSlice(start, _memory.Body.Arena.Used - start) : default;
        Set(SecVariable.FullRequest, whole);
        return whole;
    }

    private bool TryAdd(ByteSlice value) => !TransactionMemory.IsPresent(value) || _memory.TryAppendCopy(value);

    private bool TryAdd(ReadOnlySpan<byte> text) => _memory.Body.Arena.TryAppend(text, out _);
}
