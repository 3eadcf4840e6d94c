using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Observability;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Generations.Keeping;

/// <summary>A generation that was kept, whole and read. Immutable.</summary>
/// <param name="Manifest">What is known of it.</param>
/// <param name="Document">Its document.</param>
/// <param name="Files">Its files.</param>
internal sealed record KeptGeneration(GenerationManifest Manifest, GenerationDocument Document, ConfigurationFiles Files);

/// <summary>
/// The generations that an edge can start from without anyone's help: the one in force, and the newest that have proved themselves, each with
/// its document and all files. Nothing in it expires. Written by one at a time; thread-safe to read. A disk that does not take it stops
/// nothing: <see cref="Problem"/> says so.
/// </summary>
/// <remarks>
/// <code>
/// generations/road.json          where all generations are (RoadJournal)
/// generations/000042.json        one generation: its document, flags and files, by SHA-256
/// generations/files/HASH         a content, once, however many generations have it
/// </code>
/// Every file is checked against a hash when it is read: what is damaged or cut off is recognised, and passed over.
/// </remarks>
internal sealed partial class GenerationStore
{
    /// <summary>Generations that have proved themselves and are kept.</summary>
    public const int KeptGood = 3;

    private const string Kind = "generation";

    private readonly string _directory;
    private readonly string _contents;
    private readonly DurableFiles _files;
    private readonly ILogger _log;
    private volatile string? _problem;

    private GenerationStore(string directory, DurableFiles files, ILogger log)
    {
        _directory = directory;
        _contents = Path.Combine(directory, "files");
        _files = files;
        _log = log;
        Journal = RoadJournal.Open(directory, files, log);
    }

    /// <summary>Where all generations are, on disk.</summary>
    public RoadJournal Journal { get; }

    /// <summary>Why something could not be kept last; null when all could.</summary>
    public string? Problem => _problem ?? Journal.Problem;

    /// <summary>Opens the store of a data directory.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="loggers">For what goes wrong.</param>
    /// <param name="files">Writes; null = to the disk.</param>
    public static GenerationStore Open(string dataDirectory, ILoggerFactory loggers, DurableFiles? files = null)
    {
        files ??= new DurableFiles();
        string directory = DirectoryIn(dataDirectory);
        ILogger log = loggers.CreateLogger("Breakwater.Generations");
        string? problem = null;
        try
        {
            files.MakeDirectory(directory);
            files.MakeDirectory(Path.Combine(directory, "files"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"{directory} cannot be made: {exception.Message}";
            Log.Unwritable(log, problem);
        }

        return new GenerationStore(directory, files, log) { _problem = problem };
    }

    /// <summary>Whether a data directory has something that an edge might start from.</summary>
    public static bool HasAny(string dataDirectory)
    {
        try
        {
            return Directory.EnumerateFiles(DirectoryIn(dataDirectory)).Any(path => NumberOf(path) is not null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The generations that are there, the newest first. What cannot be read is left out, and told.</summary>
    public IReadOnlyList<GenerationManifest> List()
    {
        var found = new List<GenerationManifest>();
        foreach ((long number, string path) in Manifests())
        {
            try
            {
                if (ReadManifest(path) is { } manifest)
                {
                    found.Add(manifest);
                    continue;
                }

                Log.Damaged(_log, number, $"{path} is not what was written");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Log.Damaged(_log, number, exception.Message);
            }
        }

        return found;
    }

    /// <summary>The highest number that is taken, readable or not; 0 for none.</summary>
    public long HighestNumber => Manifests().Select(one => one.Number).FirstOrDefault();

    /// <summary>Reads a generation with everything that it needs. False when something of it is missing or damaged.</summary>
    public bool TryOpen(GenerationManifest manifest, [NotNullWhen(true)] out KeptGeneration? kept, [NotNullWhen(false)] out string? problem)
    {
        kept = null;
        try
        {
            string? text = manifest.DocumentHash is { } hash ? Encoding.UTF8.GetString(FileContent.Kept("the document", hash, -1, ContentPath(hash)).Read()) : null;
            FileContent[] files = [.. manifest.Files.Select(file => FileContent.Kept(file.Path, file.Hash, file.Length, ContentPath(file.Hash)))];
            foreach (FileContent file in files)
            {
                file.Read();
            }

            ConfigOverrides overrides = manifest.Settings.Aggregate(ConfigOverrides.None, (layer, one) => layer.With(one.Setting, one.Value, one.Source));
            GenerationDocument document = GenerationDocument.Of(manifest.DocumentName, text, overrides, manifest.Directory);
            kept = new KeptGeneration(manifest, document, new ConfigurationFiles(files, isComplete: true));
            problem = null;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = exception.Message;
            Log.Damaged(_log, manifest.Number, problem);
            return false;
        }
    }

    /// <summary>A file of a generation that was kept. False when it is missing or damaged.</summary>
    public bool TryOpen(KeptFile file, [NotNullWhen(true)] out FileContent? content)
    {
        content = FileContent.Kept(file.Path, file.Hash, file.Length, ContentPath(file.Hash));
        if (IsWhole(ContentPath(file.Hash), content))
        {
            return true;
        }

        content = null;
        return false;
    }

    /// <summary>Keeps a generation that is in force; the same content under another number is given up for it, and so is what is too old.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="document">Its document.</param>
    /// <param name="promotedAt">When it was put in force.</param>
    /// <param name="goodAt">When it had proved itself; null while it has not.</param>
    /// <param name="also">Others that must stay, besides those that have proved themselves.</param>
    /// <returns>False when it cannot be kept; <see cref="Problem"/> says why, unless it was made by a program.</returns>
    public bool Keep(Generation generation, GenerationDocument document, DateTimeOffset promotedAt, DateTimeOffset? goodAt, IReadOnlyCollection<long> also)
    {
        if (document.IsMade)
        {
            return false;
        }

        try
        {
            foreach (FileContent file in generation.Files)
            {
                KeepContent(file);
            }

            FileContent? text = document.Text is null ? null : FileContent.Of("", Encoding.UTF8.GetBytes(document.Text));
            if (text is not null)
            {
                KeepContent(text);
            }

            GenerationManifest manifest = new()
            {
                Number = generation.Number,
                ContentHash = generation.ContentHash,
                Origin = generation.Origin.ToString(),
                Program = EdgeVersion.Text,
                PromotedAt = promotedAt,
                GoodAt = goodAt,
                DocumentName = document.Name,
                DocumentHash = text?.Hash,
                Directory = document.Directory,
                Settings = document.Overrides.Given,
                Files = [.. generation.Files.Select(file => new KeptFile(file.Path, file.Hash, file.Length))],
            };
            _files.Write(
                ManifestPath(manifest.Number), SealedText.Seal(Kind, JsonSerializer.SerializeToUtf8Bytes(manifest, KeepingJson.Default.GenerationManifest)));
            _problem = null;
            Prune(manifest, also);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (_problem is null)
            {
                Log.NotKept(_log, generation.Number, exception.Message);
            }

            _problem = $"generation {generation.Number} cannot be kept in {_directory}: {exception.Message}";
            return false;
        }
    }

    private static string DirectoryIn(string dataDirectory) => Path.Combine(dataDirectory, "generations");

    private static long? NumberOf(string path) =>
        path.EndsWith(".json", StringComparison.Ordinal)
        && long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private string ManifestPath(long number) => Path.Combine(_directory, number.ToString("D6", CultureInfo.InvariantCulture) + ".json");

    private string ContentPath(string hash) => Path.Combine(_contents, hash);

    /// <summary>The manifests by number, the highest first.</summary>
    private IReadOnlyList<(long Number, string Path)> Manifests()
    {
        try
        {
            return [.. Directory.EnumerateFiles(_directory)
                .Select(path => (Number: NumberOf(path), Path: path)).Where(one => one.Number is not null)
                .Select(one => (one.Number!.Value, one.Path)).OrderByDescending(one => one.Value)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Reads a manifest; null for one that is damaged.</summary>
    private static GenerationManifest? ReadManifest(string path) =>
        KeepingJson.Open(Kind, File.ReadAllBytes(path), KeepingJson.Default.GenerationManifest);

    /// <summary>Writes a content, unless it is there and whole.</summary>
    private void KeepContent(FileContent file)
    {
        string path = ContentPath(file.Hash);
        if (file.KeptIn == path && new FileInfo(path) is { Exists: true } there && there.Length == file.Length)
        {
            return;
        }

        if (!IsWhole(path, file))
        {
            _files.Write(path, file.Read());
        }

        file.MoveTo(path);
    }

    private static bool IsWhole(string path, FileContent file)
    {
        try
        {
            using FileStream there = new(path, FileMode.Open, FileAccess.Read);
            return there.Length == file.Length && Convert.ToHexStringLower(SHA256.HashData(there)) == file.Hash;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Gives up what is not needed: all but the newest that have proved themselves, the one in force and some that are named.</summary>
    private void Prune(GenerationManifest live, IReadOnlyCollection<long> also)
    {
        // One that cannot be read now may be whole: then this ends here, with an exception, and nothing is given up.
        GenerationManifest[] all = [.. Manifests().Select(one => ReadManifest(one.Path)).OfType<GenerationManifest>()];
        GenerationManifest[] others = [.. all.Where(one => one.Number != live.Number && one.ContentHash != live.ContentHash)];
        GenerationManifest[] good = [.. others.Prepend(live).Where(one => one.GoodAt is not null).OrderByDescending(one => one.Number).Take(KeptGood)];
        GenerationManifest[] keep = [.. others.Prepend(live).Where(one => one.Number == live.Number || also.Contains(one.Number) || good.Contains(one))];
        var numbers = keep.Select(one => one.Number).ToHashSet();
        foreach ((long number, string path) in Manifests())
        {
            if (!numbers.Contains(number))
            {
                _files.TryDelete(path);
            }
        }

        var hashes = keep.SelectMany(one => one.Hashes).ToHashSet(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(_contents))
        {
            if (!hashes.Contains(Path.GetFileName(path)))
            {
                _files.TryDelete(path);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 711, Level = LogLevel.Error, Message = "{Problem}; serving goes on, but nothing is kept to start from")]
        public static partial void Unwritable(ILogger log, string problem);

        [LoggerMessage(EventId = 712, Level = LogLevel.Error, Message = "generation {Number} cannot be kept to start from: {Reason}; serving goes on")]
        public static partial void NotKept(ILogger log, long number, string reason);

        [LoggerMessage(EventId = 713, Level = LogLevel.Error, Message = "what was kept of generation {Number} is damaged, and passed over: {Problem}")]
        public static partial void Damaged(ILogger log, long number, string problem);
    }
}
