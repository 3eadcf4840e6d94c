using System.Buffers.Text;
using Breakwater.Rules.Evaluation;

namespace Breakwater.Rules.Functions;

/// <summary><c>lookup_json_string()</c></summary>
internal sealed class JsonStringFunction(Node<ReadOnlySpan<byte>> source, JsonStep[] path) : TextFunction(source)
{
    public override double Cost => base.Cost + 300;

    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        if (!JsonScanner.TryFind(value, path, out value) || value[0] != '"') return false;
        value = value[1..^1];
        if (!value.Contains((byte)'\\')) return true;
        if (!scratch.TryReserve(value.Length, out Span<byte> result)) return false;
        int length = JsonScanner.Unescape(value, result);
        scratch.Trim(result.Length - length);
        value = result[..length];
        return true;
    }
}

/// <summary><c>lookup_json_integer()</c></summary>
internal sealed class JsonIntegerFunction(Node<ReadOnlySpan<byte>> source, JsonStep[] path) : Node<long>
{
    public override double Cost => source.Cost + 300;

    public override bool IsConstant => source.IsConstant;

    public override bool TryGet(EvaluationContext context, out long value)
    {
        value = 0;
        return source.TryGet(context, out ReadOnlySpan<byte> json)
            && JsonScanner.TryFind(json, path, out ReadOnlySpan<byte> number)
            && Utf8Parser.TryParse(number, out value, out int read) && read == number.Length;
    }
}
