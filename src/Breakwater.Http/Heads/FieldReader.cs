namespace Breakwater.Http;

/// <summary>Reads field lines that stand alone: the trailers of a chunked body.</summary>
internal sealed class FieldReader(HeadLimits limits) : FieldBlock(limits)
{
    public ReadStatus Read(ReadOnlySpan<byte> data, out int consumed) => ReadLines(data, out consumed);
}
