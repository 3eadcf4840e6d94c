namespace Breakwater.Edge.Tests.Desync;

/// <summary>
/// The desync suite: raw requests and raw origin responses on which two HTTP parsers may disagree, each with the verdict that the RFCs
/// demand of an edge. Where they leave a choice, the safe ones are allowed.
/// </summary>
internal static class DesyncTables
{
    public static IReadOnlyDictionary<string, RequestCase> Requests { get; } =
        RequestLineCases.All.Concat(FieldCases.All).Concat(FramingCases.All).Concat(ChunkCases.All).ToDictionary(one => one.Name);

    public static IReadOnlyDictionary<string, ResponseCase> Responses { get; } = ResponseCases.All.ToDictionary(one => one.Name);
}
