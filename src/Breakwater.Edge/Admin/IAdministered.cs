using System.Buffers;
using Breakwater.Edge.Events;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Waf;

namespace Breakwater.Edge.Admin;

/// <summary>
/// What the admin listener shows and steers: the edge and its life cycle. Thread-safe. Its calls answer while the data plane is in trouble:
/// they wait for no exchange and no origin.
/// </summary>
public interface IAdministered
{
    /// <summary>Where the edge is in its life; <c>/readyz</c> is 200 only for <see cref="EdgeState.Ready"/>.</summary>
    EdgeState State { get; }

    /// <summary>A snapshot.</summary>
    EdgeStatus GetStatus();

    /// <summary>Writes the metrics in the Prometheus text format; false when the configuration turns them off.</summary>
    bool TryWriteMetrics(IBufferWriter<byte> output);

    /// <summary>The security events that are kept and that came after a certain one, the oldest first.</summary>
    EventPage GetEvents(long after, int max);

    /// <summary>What is known of an exchange that had events; null when they are not kept, or not any more.</summary>
    RayExplanation? ExplainRay(string ray);

    /// <summary>What the firewall refused, or would have refused, by rule and path.</summary>
    WafReportPage GetWafReport(int max);

    /// <summary>The time that the firewall's rules take.</summary>
    WafTopPage GetWafTop(int max);

    /// <summary>What would have let a request pass that the firewall refused; null when it is not kept, or not any more.</summary>
    WafExclusionAnswer? FindWafExclusion(string ray);

    /// <summary>Where all generations are; null while the edge starts.</summary>
    GenerationsReport? GetGenerations();

    /// <summary>Reads the configuration again and takes it down the road of every change. One at a time; never throws for a bad one.</summary>
    Task<ReloadResult> ReloadAsync(ReloadOrder order);

    /// <summary>Puts the content of an earlier generation in force, as a new one, and pins it.</summary>
    /// <param name="number">Which; null = the last one that has proved itself.</param>
    /// <param name="confirmed">It is meant, however much it takes away or blocks.</param>
    Task<ReloadResult> RollBackAsync(long? number, bool confirmed);

    /// <summary>Leaves a feed, or everything, as it is, or to itself again.</summary>
    /// <param name="what">A feed's name, or <c>all</c>.</param>
    /// <param name="pins">Whether it is to stay.</param>
    Task<PinAnswer> PinAsync(string what, bool pins);

    /// <summary>Begins to stop; returns at once. With <paramref name="now"/> what is in progress is cut off, even if a drain has begun.</summary>
    /// <returns>The longest time a drain takes; zero with <paramref name="now"/>.</returns>
    TimeSpan RequestStop(bool now);
}
