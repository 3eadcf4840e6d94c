using System.Text.Json.Serialization;

namespace Breakwater.Demo;

/// <summary>A thing for sale. Immutable.</summary>
/// <param name="Slug">Its name in URLs.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Text">What it is.</param>
/// <param name="Cents">Its price.</param>
/// <param name="Tint">The hue of its tile, degrees.</param>
internal sealed record Product(string Slug, string Name, string Text, int Cents, [property: JsonIgnore] int Tint);

/// <summary>What the demo shop sells. Immutable.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Product> Products { get; } =
    [
        new("storm-lantern", "Storm lantern", "Burns through a gale. Brass, with a wick that lasts a winter.", 4900, 38),
        new("tide-clock", "Tide clock", "One hand, two tides a day. Set it once, at high water.", 8900, 200),
        new("signal-flags", "Signal flags", "Forty flags in a canvas roll, and a card to read them by.", 12900, 350),
        new("deck-brush", "Deck brush", "Stiff bristles, long handle. Salt does not stay.", 1900, 24),
        new("brass-compass", "Brass compass", "Knows where north is. Fits a pocket.", 6400, 46),
        new("mooring-rope", "Mooring rope, 20 m", "Three strands that hold when the wind turns.", 3400, 160),
        new("oilskin-jacket", "Oilskin jacket", "Keeps the sea on the outside.", 14900, 52),
        new("enamel-mug", "Enamel mug", "Falls overboard at most once.", 1200, 220),
    ];

    public static Product? Find(string slug) => Products.FirstOrDefault(product => product.Slug == slug);

    /// <summary>The products whose name or text contains every word.</summary>
    public static IEnumerable<Product> Search(string words)
    {
        string[] wanted = words.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return wanted.Length == 0
            ? []
            : Products.Where(product => wanted.All(word =>
                product.Name.Contains(word, StringComparison.OrdinalIgnoreCase) || product.Text.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }
}
