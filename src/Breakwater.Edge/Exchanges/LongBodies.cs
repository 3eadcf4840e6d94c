using Breakwater.Http;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// Where modules look at long bodies: on few threads of the pool, in turn, so that the threads that serve connections go on serving. A form of
/// 1 MiB keeps a firewall busy for some ten milliseconds; many of them at once would keep every other visitor waiting. One per edge; thread-safe.
/// </summary>
internal sealed class LongBodies
{
    /// <summary>A body of so many bytes is long. Less is looked at sooner than another thread takes over.</summary>
    public const int MinBytes = 32 * 1024;

    /// <summary>How many are looked at at a time: half of the processors are left to everybody else.</summary>
    public static int Places { get; } = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly SemaphoreSlim _places = new(Places);

    /// <summary>Places that nobody has now.</summary>
    public int Free => _places.CurrentCount;

    /// <summary>Whether the body that an exchange has read ahead is long, or may be: a few bytes that are coded become many.</summary>
    public static bool Has(Exchange exchange) => exchange.ReadAhead!.Length >= MinBytes || exchange.Request.Has(KnownField.ContentEncoding);

    /// <summary>Waits for a place, and goes on on a thread of the pool. <see cref="Leave"/> follows.</summary>
    public async ValueTask EnterAsync() => await _places.WaitAsync().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    /// <summary>Gives the place to the next one.</summary>
    public void Leave() => _places.Release();
}
