namespace Breakwater.Traffic.Tests.Counting;

/// <summary>What a counter has to say, by the definition: parts of equal length, the first of which begins with the first request.</summary>
internal sealed class PartedWindow(long period, int parts)
{
    private readonly long _part = (period + parts - 1) / parts;
    private readonly Dictionary<long, double> _counts = [];
    private long _origin = -1;
    private long _newest;

    public double Count(long now, int amount)
    {
        if (_origin < 0 || (now - _origin) / _part - _newest > parts)
        {
            _counts.Clear();
            _origin = now;
        }

        _newest = (now - _origin) / _part;
        _counts[_newest] = _counts.GetValueOrDefault(_newest) + amount;
        double sum = 0;
        for (int age = 0; age < parts; age++)
        {
            sum += _counts.GetValueOrDefault(_newest - age);
        }

        long elapsed = now - _origin - (_newest * _part);
        double share = Math.Clamp(period - ((parts - 1) * _part) - elapsed, 0, _part) / (double)_part;
        return sum + (share * _counts.GetValueOrDefault(_newest - parts));
    }
}
