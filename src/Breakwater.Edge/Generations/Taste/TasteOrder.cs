using System.Text.Json;
using System.Text.Json.Serialization;
using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Generations.Taste;

/// <summary>What a taster is to try. Immutable.</summary>
/// <param name="Document">The candidate's document.</param>
/// <param name="Recent">Recent requests.</param>
internal sealed record TasteOrder(GenerationDocument Document, IReadOnlyList<RecentRequest> Recent)
{
    /// <summary>Files whose content is given; the others are read from disk.</summary>
    public IReadOnlyList<FileContent> Given { get; init; } = [];

    /// <summary>Whether there are no other files than those given.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Where a development certificate is kept.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The bounds.</summary>
    public TasteConfig Bounds { get; init; } = new();

    /// <summary>Whether less will do.</summary>
    public bool IsUrgent { get; init; }
}

/// <summary>The beginning of an order on its way to a taster's process. Immutable.</summary>
internal sealed record TasteHeader
{
    public string? DocumentName { get; init; }

    public string? DocumentText { get; init; }

    public required string Directory { get; init; }

    public required IReadOnlyList<GivenSetting> Settings { get; init; }

    public string? DataDirectory { get; init; }

    public bool IsUrgent { get; init; }

    public bool IsComplete { get; init; }

    public required double TimeoutSeconds { get; init; }

    public required IReadOnlyList<TasteFile> Given { get; init; }

    public required int Recent { get; init; }
}

/// <summary>A file whose content is given to a taster. Immutable.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Hash">SHA-256 of its content.</param>
/// <param name="Length">Its length.</param>
/// <param name="KeptIn">Where its content lies; null = it follows in the pipe.</param>
internal sealed record TasteFile(string Path, string Hash, long Length, string? KeptIn);

/// <summary>What a taster found, on its way back. Immutable.</summary>
internal sealed record TasteFindings
{
    /// <summary>What reading and compiling found. With an error among it, nothing else is here.</summary>
    public IReadOnlyList<Admin.DiagnosticLine> Diagnostics { get => field ?? []; init; } = [];

    /// <summary>The content hash of what was compiled; null when that failed.</summary>
    public string? ContentHash { get; init; }

    /// <summary>What becomes of each recent request: <see cref="RehearsedEnd.Packed"/>.</summary>
    public IReadOnlyList<int> Ends { get => field ?? []; init; } = [];

    /// <summary>What becomes of each made-up request.</summary>
    public IReadOnlyList<int> SyntheticEnds { get => field ?? []; init; } = [];

    /// <summary>The first exception that a request ended in; null for none.</summary>
    public string? Fault { get; init; }

    /// <summary>The longest that judging one took, in microseconds.</summary>
    public double SlowestMicros { get; init; }

    /// <summary>Which one that was: the recent requests are counted first, then the made-up ones; -1 without any.</summary>
    public int Slowest { get; init; } = -1;

    /// <summary>Memory in use after everything, in bytes; 0 where it was not measured.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>How much of it came with judging, after what judging takes the first time.</summary>
    public long GrowthBytes { get; init; }
}

/// <summary>JSON between an edge and its taster.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(TasteHeader))]
[JsonSerializable(typeof(TasteFindings))]
internal sealed partial class TasteJson : JsonSerializerContext;

/// <summary>
/// An order as bytes of a pipe: header, contents of files, requests. Both ends are the same program, so there is no version. Stateless.
/// </summary>
internal static class TastePipe
{
    /// <summary>More than any order holds; a bound on what a broken one can ask for.</summary>
    private const int MaxHeader = 64 * 1024 * 1024;

    /// <summary>Writes an order.</summary>
    /// <exception cref="IOException">The other end is gone, or a given file cannot be read.</exception>
    public static void Write(Stream pipe, TasteOrder order)
    {
        using BinaryWriter writer = new(new BufferedStream(pipe, 64 * 1024), System.Text.Encoding.UTF8, leaveOpen: true);
        (FileContent File, byte[]? Bytes)[] given = [.. order.Given.Select(file => (file, file.TryGetBytes(out byte[]? bytes) ? bytes : null))];
        TasteHeader header = new()
        {
            DocumentName = order.Document.Name,
            DocumentText = order.Document.Text,
            Directory = order.Document.Directory,
            Settings = order.Document.Overrides.Given,
            DataDirectory = order.DataDirectory,
            IsUrgent = order.IsUrgent,
            IsComplete = order.IsComplete,
            TimeoutSeconds = order.Bounds.Timeout.TotalSeconds,
            Given = [.. given.Select(one => new TasteFile(one.File.Path, one.File.Hash, one.File.Length, one.Bytes is null ? one.File.KeptIn : null))],
            Recent = order.Recent.Count,
        };
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header, TasteJson.Default.TasteHeader);
        writer.Write(json.Length);
        writer.Write(json);
        foreach ((_, byte[]? bytes) in given)
        {
            writer.Write(bytes ?? []);
        }

        Span<byte> address = stackalloc byte[16];
        foreach (RecentRequest request in order.Recent)
        {
            request.Peer.WriteBytes(address);
            writer.Write(address);
            writer.Write(request.IsTls);
            writer.Write(request.Head.Length);
            writer.Write(request.Head);
        }
    }

    /// <summary>Reads an order.</summary>
    /// <param name="pipe">Where from.</param>
    /// <param name="timeout">The longest that it may take, by the clock.</param>
    /// <exception cref="IOException">It is cut off.</exception>
    public static TasteOrder Read(Stream pipe, out TimeSpan timeout)
    {
        using BinaryReader reader = new(new BufferedStream(pipe, 64 * 1024), System.Text.Encoding.UTF8, leaveOpen: true);
        int length = reader.ReadInt32();
        if (length is < 0 or > MaxHeader)
        {
            throw new IOException("this is no order");
        }

        TasteHeader header = JsonSerializer.Deserialize(reader.ReadBytes(length), TasteJson.Default.TasteHeader) ?? throw new IOException("this is no order");
        timeout = TimeSpan.FromSeconds(header.TimeoutSeconds);
        var given = new List<FileContent>();
        foreach (TasteFile file in header.Given)
        {
            given.Add(file.KeptIn is { } kept
                ? FileContent.Kept(file.Path, file.Hash, file.Length, kept)
                : FileContent.Of(file.Path, reader.ReadBytes(checked((int)file.Length))));
        }

        var recent = new RecentRequest[header.Recent];
        for (int i = 0; i < recent.Length; i++)
        {
            ClientAddress peer = ClientAddress.FromBytes(reader.ReadBytes(16));
            bool isTls = reader.ReadBoolean();
            recent[i] = new RecentRequest(peer, isTls, reader.ReadBytes(reader.ReadInt32()));
        }

        ConfigOverrides overrides = header.Settings.Aggregate(ConfigOverrides.None, (layer, one) => layer.With(one.Setting, one.Value, one.Source));
        return new TasteOrder(GenerationDocument.Of(header.DocumentName, header.DocumentText, overrides, header.Directory), recent)
        {
            Given = given,
            DataDirectory = header.DataDirectory,
            IsUrgent = header.IsUrgent,
            IsComplete = header.IsComplete,
        };
    }
}
