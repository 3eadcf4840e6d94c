using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Breakwater.Drills.Reports;

/// <summary>What <c>breakwater drill --json FILE</c> writes. Immutable.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Machine">What it ran on, in a line.</param>
/// <param name="Date">The day.</param>
/// <param name="Drills">How each drill ended.</param>
internal sealed record DrillRun(string Version, string Machine, string Date, IReadOnlyList<DrillResult> Drills)
{
    /// <summary>Reads what was written.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static DrillRun Read(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return JsonSerializer.Deserialize(stream, DrillJson.Plain.DrillRun) ?? throw new JsonException($"{file} is empty");
    }

    /// <summary>Writes it.</summary>
    public void Write(string file) => File.WriteAllText(file, JsonSerializer.Serialize(this, DrillJson.Plain.DrillRun) + "\n");
}

/// <summary>The JSON of drills: snake_case, indented, since a file of it is kept in the repository and its changes are read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(DrillRun))]
internal sealed partial class DrillJson : JsonSerializerContext
{
    /// <summary>With names and messages as they are: it is never part of a page.</summary>
    public static DrillJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
