using System.Globalization;
using System.Text;

namespace Breakwater.Drills.Load;

/// <summary>
/// A request that a load sends again and again, and the answer that it should get. Immutable. Each one carries a number, which the origin
/// repeats, so that an answer that belongs to another request is noticed.
/// </summary>
/// <param name="Name">What it is, in a word or two.</param>
internal sealed record Visit(string Name)
{
    /// <summary>The field that carries the number.</summary>
    public const string NumberField = "Drill-Number";

    /// <summary>Any visitor.</summary>
    public static Visit Good { get; } = new("a visitor");

    /// <summary>Somebody at the address that drills have on their lists.</summary>
    public static Visit Blocked { get; } = new("a blocked address") { Client = "203.0.113.9", Expected = 403 };

    /// <summary>The method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The target.</summary>
    public string Target { get; init; } = "/";

    /// <summary>The host.</summary>
    public string Host { get; init; } = "shop.test";

    /// <summary>The address that a trusted proxy names.</summary>
    public string Client { get; init; } = "198.51.100.7";

    /// <summary>Further header lines, each with its end.</summary>
    public string Lines { get; init; } = "";

    /// <summary>The body; empty for none.</summary>
    public string Body { get; init; } = "";

    /// <summary>The status that it should get. 200 has to come from the origin, with the number.</summary>
    public int Expected { get; init; } = 200;

    /// <summary>The request's bytes.</summary>
    public byte[] Message(long number)
    {
        string length = Body.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n") : "";
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{Method} {Target} HTTP/1.1\r\nHost: {Host}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
            + $"Accept: text/plain\r\nX-Forwarded-For: {Client}\r\n{NumberField}: {number}\r\n{Lines}{length}\r\n{Body}"));
    }
}
