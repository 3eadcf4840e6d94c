using System.Globalization;
using System.Text;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Connections;

/// <summary>The Date field (RFC 9110 §6.6.1) of answers of the edge, made once a second. Thread-safe.</summary>
internal sealed class DateField(EdgeClock clock)
{
    private Stamp _stamp = new(-1, []);

    /// <summary>The line, <c>Date: …\r\n</c>.</summary>
    public ReadOnlySpan<byte> Line
    {
        get
        {
            DateTimeOffset now = clock.UtcNow;
            long second = now.ToUnixTimeSeconds();
            Stamp stamp = Volatile.Read(ref _stamp);
            if (stamp.Second != second)
            {
                stamp = new Stamp(second, Encoding.ASCII.GetBytes($"Date: {now.ToString("R", CultureInfo.InvariantCulture)}\r\n"));
                Volatile.Write(ref _stamp, stamp);
            }

            return stamp.Line;
        }
    }

    private sealed record Stamp(long Second, byte[] Line);
}
