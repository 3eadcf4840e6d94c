using System.Globalization;

namespace Breakwater.Edge.Observability;

/// <summary>
/// The part of a time stamp that is the same for all lines of a second, formatted once a second. Owned by one stripe of the access log.
/// </summary>
internal sealed class LogSeconds(string format)
{
    private readonly byte[] _text = new byte[40];
    private long _second = -1;
    private int _length;

    /// <summary>The time, to the second.</summary>
    public ReadOnlySpan<byte> Text(DateTime utc)
    {
        long second = utc.Ticks / TimeSpan.TicksPerSecond;
        if (second != _second)
        {
            utc.TryFormat(_text, out _length, format, CultureInfo.InvariantCulture);
            _second = second;
        }

        return _text.AsSpan(0, _length);
    }
}
