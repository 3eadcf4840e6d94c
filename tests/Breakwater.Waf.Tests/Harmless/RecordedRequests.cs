namespace Breakwater.Waf.Tests.Harmless;

/// <summary>
/// What a real browser sent to real front ends, byte for byte: <c>recorded/*.http</c>, made by RecordHarmlessRequests of Breakwater.Interop.Tests.
/// </summary>
internal static class RecordedRequests
{
    public static IEnumerable<HarmlessRequest> All() =>
        from path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Harmless", "recorded"), "*.http").Order(StringComparer.Ordinal)
        from request in RecordedFile.Read(File.ReadAllText(path))
        select ToHarmless(request);

    private static HarmlessRequest ToHarmless(RecordedRequest request)
    {
        string[] line = request.Line.Split(' ');
        return new HarmlessRequest(request.Name, line[0], line[1], [.. request.Fields.Select(Split)], request.Body) { IsWhole = true };
    }

    private static (string Name, string Value) Split(string field)
    {
        int colon = field.IndexOf(':', StringComparison.Ordinal);
        return (field[..colon], field[(colon + 1)..].TrimStart(' '));
    }
}
