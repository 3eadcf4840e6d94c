using System.Net;
using Breakwater.Edge.Admin;
using Breakwater.Terminal;

namespace Breakwater.Hosting;

/// <summary>What <c>breakwater run</c> says when it serves. Stateless.</summary>
internal static class StartupReport
{
    /// <summary>A few lines: where it listens, what it protects, where its state is.</summary>
    public static IEnumerable<string> Lines(EdgeStatus status, EndPoint? admin, Palette palette)
    {
        yield return $"{palette.Green("breakwater")} {status.Version} is ready: generation {status.Generation.Number} ({status.Generation.Hash}), protection {status.Protection}";
        if (status.StartedInstead is { } instead)
        {
            yield return palette.Red($"! {instead}: this is generation {status.Generation.Number}, with the content of the last one that could be used. See breakwater generations");
        }

        foreach (ListenerStatus listener in status.Listeners)
        {
            yield return Line(palette, "listens on", $"{listener.Address}  ({string.Join(", ", listener.Protocols)})");
        }

        foreach (ZoneStatus zone in status.Zones)
        {
            yield return Line(palette, "protects", $"{zone.Name}: {string.Join(", ", zone.Hosts)} → {string.Join(", ", zone.Origins.Select(origin => origin.Url))}");
        }

        yield return Line(palette, "data", status.DataDirectory ?? "");
        if (admin is not null)
        {
            yield return Line(palette, "admin", $"http://{admin}");
        }
    }

    /// <summary>What to try with the demo shop.</summary>
    /// <param name="url">Where a browser on this machine finds it.</param>
    /// <param name="palette">Colours or none.</param>
    public static IEnumerable<string> DemoLines(string url, Palette palette)
    {
        string insecure = url.StartsWith("https:", StringComparison.Ordinal) ? "k" : "";
        yield return "";
        yield return $"No origin was named, so a demo shop inside this program is protected. Look at {palette.Bold(url)}, or try";
        yield return Line(palette, "a visit", $"curl -i{insecure} {url}/api/products");
        yield return Line(palette, "an attack", $"curl -i{insecure} --http1.1 {url}/ -H 'Content-Length: 6' -H 'Transfer-Encoding: chunked' --data 'ahoy'");
        yield return "The attack states its length in two ways, so that two servers read it differently; it is refused with 400 and the reason.";
        yield return "To protect a site of yours: breakwater run --origin http://127.0.0.1:3000";
        yield return "";
    }

    /// <summary>Where a browser on this machine finds a listener: a wildcard address is no address to go to.</summary>
    public static string? LocalUrl(IReadOnlyList<ListenerStatus> listeners)
    {
        foreach (ListenerStatus listener in listeners)
        {
            if (Uri.TryCreate(listener.Address, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
            {
                bool any = IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
                return any ? $"{url.Scheme}://localhost:{url.Port}" : url.GetLeftPart(UriPartial.Authority);
            }
        }

        return null;
    }

    private static string Line(Palette palette, string title, string text) => $"  {palette.Dim(title.PadRight(11))}{text}";
}
