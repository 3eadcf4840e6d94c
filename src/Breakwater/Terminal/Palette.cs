namespace Breakwater.Terminal;

/// <summary>Colours for a terminal, or none. Immutable.</summary>
internal sealed class Palette(bool isColoured)
{
    /// <summary>For standard output.</summary>
    public static Palette Output { get; } = new(MayColour(Console.IsOutputRedirected));

    /// <summary>For standard error.</summary>
    public static Palette Error { get; } = new(MayColour(Console.IsErrorRedirected));

    /// <summary>Whether there are colours at all.</summary>
    public bool IsColoured => isColoured;

    public string Bold(string text) => Wrap("1", text);

    public string Dim(string text) => Wrap("2", text);

    public string Red(string text) => Wrap("31", text);

    public string Green(string text) => Wrap("32", text);

    public string Yellow(string text) => Wrap("33", text);

    private string Wrap(string code, string text) => isColoured ? $"\x1b[{code}m{text}\x1b[0m" : text;

    // https://no-color.org: set and not empty means no colours, whatever the value.
    private static bool MayColour(bool redirected) =>
        !redirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
}
