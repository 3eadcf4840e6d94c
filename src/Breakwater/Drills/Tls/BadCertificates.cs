using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Tls;

/// <summary>D44.</summary>
internal sealed class BadCertificates : Drill
{
    public override DrillSheet Sheet { get; } = new("D44", "A certificate that cannot be used")
    {
        Outage = "a fault that every site with TLS meets one day",
        Mechanism = "A renewed certificate comes with another key, is cut off, or is not renewed at all, and takes the site down, sometimes others with it.",
        Fault = "One of two certificates is replaced by one that belongs to another key, by half a file, by nothing, and by one that has expired.",
        Bound = "What cannot be used is refused, and the old one is presented on; the expired one is warned of; the other name is served as ever. (Certificates are not renewed by the edge yet, "
            + "so there are no warnings before they expire.)",
        Guard = "A generation is in force as a whole or not at all; a pair of certificate and key is checked before.",

        // Each request is a handshake of its own.
        Limits = new LoadLimits { P99 = TimeSpan.FromMilliseconds(500) },
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        DrillCertificate shop = DrillCertificate.Make("shop.test"), other = DrillCertificate.Make("other.test"), stranger = DrillCertificate.Make("shop.test");
        ground.Write("shop.pem", shop.Certificate);
        ground.Write("shop.key", shop.Key);
        ground.Write("other.pem", other.Certificate);
        ground.Write("other.key", other.Key);
        PrivateEdge edge = await ground.EdgeAsync($$$"""
            listeners: [{address: "127.0.0.1:0", tls: true, protocols: [h1]}]
            certificates:
              - {cert: shop.pem, key: shop.key}
              - {cert: other.pem, key: other.key}
            trusted_proxies: ["127.0.0.0/8"]
            logging: {access: {to: "off"}}
            zones:
              - name: shop
                hosts: [shop.test, other.test]
                origins: [{url: "{{{origin.Url}}}"}]

            """);

        // New handshakes throughout: a kept-alive connection would not notice.
        Visit once = Visit.Good with { Lines = "Connection: close\r\n" };
        LoadShape shape = new() { Connections = 4, PerSecond = 30 };
        Door door = new(edge.Listeners[0], "shop.test");
        SteadyLoad load = await ground.LoadAsync(door, shape, once);
        _ = await ground.LoadAsync(new Door(edge.Listeners[0], "other.test"), shape, once with { Name = "a visitor of the other name", Host = "other.test" });
        (string What, string Certificate, string Key)[] bad =
        [
            ("a certificate of another key", stranger.Certificate, shop.Key),
            ("half a certificate", shop.Certificate[..(shop.Certificate.Length / 2)], shop.Key),
            ("an empty certificate", "", shop.Key),
            ("an empty key", shop.Certificate, ""),
        ];
        foreach ((string what, string certificate, string key) in bad)
        {
            ground.Write("shop.pem", certificate);
            ground.Write("shop.key", key);
            ReloadAnswer answer = await edge.ReloadAsync();
            ground.Hold(!answer.Reloaded, $"{what} is taken");
            ground.Hold(await door.ThumbprintAsync() == shop.Thumbprint, $"{what}: the old certificate is presented no more");
        }

        ground.Said(await edge.Log.WaitAsync("the new configuration is refused"));
        DrillCertificate expired = DrillCertificate.Make("shop.test", expired: true);
        ground.Write("shop.pem", expired.Certificate);
        ground.Write("shop.key", expired.Key);
        ReloadAnswer late = await edge.ReloadAsync();
        ground.Hold(late.Reloaded && late.Diagnostics.Any(one => one.Problem.Contains("expired", StringComparison.Ordinal)), "nobody is warned of a certificate that has expired");
        await load.SendAsync(30);
    }
}
