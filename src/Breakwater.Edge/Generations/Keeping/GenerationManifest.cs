using System.Text.Json;
using System.Text.Json.Serialization;
using Breakwater.Config;

namespace Breakwater.Edge.Generations.Keeping;

/// <summary>What a generation that is kept on disk was made from. Immutable. Contents are named by their SHA-256.</summary>
internal sealed record GenerationManifest
{
    /// <summary>Its number.</summary>
    public required long Number { get; init; }

    /// <summary>Its content hash.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Who wanted it, for people.</summary>
    public required string Origin { get; init; }

    /// <summary>The program that it served in.</summary>
    public required string Program { get; init; }

    /// <summary>When it was put in force.</summary>
    public required DateTimeOffset PromotedAt { get; init; }

    /// <summary>When it had proved itself; null while it has not.</summary>
    public DateTimeOffset? GoodAt { get; init; }

    /// <summary>The document's file, as the operator named it; null when there was none.</summary>
    public string? DocumentName { get; init; }

    /// <summary>The document's text; null when there was none.</summary>
    public string? DocumentHash { get; init; }

    /// <summary>The working directory.</summary>
    public required string Directory { get; init; }

    /// <summary>Flags and variables.</summary>
    public IReadOnlyList<GivenSetting> Settings { get => field ?? []; init; } = [];

    /// <summary>The files that the document names.</summary>
    public IReadOnlyList<KeptFile> Files { get => field ?? []; init; } = [];

    /// <summary>All contents that it needs.</summary>
    [JsonIgnore]
    public IEnumerable<string> Hashes => DocumentHash is null ? Files.Select(file => file.Hash) : Files.Select(file => file.Hash).Prepend(DocumentHash);

    /// <summary>The first digits of its hash, for people.</summary>
    [JsonIgnore]
    public string Hash => ContentHash[..12];
}

/// <summary>A file of a generation. Immutable.</summary>
/// <param name="Path">The file, as the document names it; absolute.</param>
/// <param name="Hash">SHA-256 of its content.</param>
/// <param name="Length">Its length in bytes.</param>
internal sealed record KeptFile(string Path, string Hash, long Length);

/// <summary>JSON of what is kept in the data directory. A list that is not there, as in what another version wrote, is empty (its property sees to it).</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GenerationManifest))]
[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class KeepingJson : JsonSerializerContext
{
    /// <summary>Opens a sealed text; null for one that is damaged, or of another version.</summary>
    public static T? Open<T>(string kind, ReadOnlySpan<byte> content, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return SealedText.TryOpen(kind, content, out ReadOnlySpan<byte> text) ? JsonSerializer.Deserialize(text, type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
