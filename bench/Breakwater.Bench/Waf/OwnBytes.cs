using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Breakwater.Bench.SideBySide;

namespace Breakwater.Bench.Waf;

/// <summary>A text with places for a number (<see cref="Load.Own"/>), so that no two requests are the same. One thread at a time.</summary>
internal sealed class OwnBytes
{
    private readonly byte[] _bytes;
    private readonly int[] _places;

    public OwnBytes(string text)
    {
        _bytes = Encoding.ASCII.GetBytes(text);
        List<int> places = [];
        for (int at = 0; (at = text.IndexOf(Load.Own, at, StringComparison.Ordinal)) >= 0; at += Load.Own.Length) places.Add(at);
        _places = [.. places];
    }

    /// <summary>The text with a number in its places; worth nothing after the next.</summary>
    public ReadOnlySpan<byte> With(int number)
    {
        foreach (int place in _places)
        {
            Utf8Formatter.TryFormat(number % 100_000_000, _bytes.AsSpan(place, Load.Own.Length), out _, new StandardFormat('D', (byte)Load.Own.Length));
        }

        return _bytes;
    }
}
