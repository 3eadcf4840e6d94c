using System.Text;
using Breakwater.Waf.Bodies;

namespace Breakwater.Waf.Engine;

/// <summary>
/// All fixed texts of a program in one piece, which every transaction has among its segments: so a fixed text and a value of the request are
/// the same kind of thing, a <see cref="ByteSlice"/>. Owned by the compiler.
/// </summary>
internal sealed class LiteralPool
{
    private readonly Dictionary<string, ByteSlice> _slices = new(StringComparer.Ordinal);
    private readonly List<byte> _bytes = [];

    /// <summary>The text's place in the pool; equal texts share it.</summary>
    public ByteSlice Add(string text)
    {
        if (_slices.TryGetValue(text, out ByteSlice slice)) return slice;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        slice = TransactionMemory.In(TransactionMemory.Literals, new ByteSlice(_bytes.Count, bytes.Length));
        _bytes.AddRange(bytes);
        return _slices[text] = slice;
    }

    public byte[] ToArray() => [.. _bytes];
}
