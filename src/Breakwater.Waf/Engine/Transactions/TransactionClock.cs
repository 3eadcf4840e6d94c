using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>The variables that tell the time: TIME… in the clock's own time zone, DURATION in milliseconds. Owned by one transaction.</summary>
internal sealed class TransactionClock(TransactionMemory memory, TimeProvider time)
{
    private long _began;

    public void Reset() => _began = time.GetTimestamp();

    /// <summary>The value of a variable; absent for one that is none of these.</summary>
    public ByteSlice Value(SecVariable variable)
    {
        switch (variable)
        {
            case SecVariable.Duration: return memory.KeepNumber((long)time.GetElapsedTime(_began).TotalMilliseconds);
            case SecVariable.TimeEpoch: return memory.KeepNumber(time.GetUtcNow().ToUnixTimeSeconds());
            case SecVariable.Time:
                Span<byte> text = stackalloc byte[8];
                time.GetLocalNow().TryFormat(text, out int length, "HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
                return memory.Keep(text[..length]);
            case SecVariable.TimeDay: return memory.KeepNumber(time.GetLocalNow().Day);
            case SecVariable.TimeHour: return memory.KeepNumber(time.GetLocalNow().Hour);
            case SecVariable.TimeMin: return memory.KeepNumber(time.GetLocalNow().Minute);
            // C's months begin at 0, and so do SecLang's.
            case SecVariable.TimeMon: return memory.KeepNumber(time.GetLocalNow().Month - 1);
            case SecVariable.TimeSec: return memory.KeepNumber(time.GetLocalNow().Second);
            case SecVariable.TimeWday: return memory.KeepNumber((int)time.GetLocalNow().DayOfWeek);
            case SecVariable.TimeYear: return memory.KeepNumber(time.GetLocalNow().Year);
            default: return TransactionMemory.Absent;
        }
    }
}
