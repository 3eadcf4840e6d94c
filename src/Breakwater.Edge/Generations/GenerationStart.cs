using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Generations;

/// <summary>What an edge starts with: the road of a change at a time when nothing is in force. Owned by the start.</summary>
internal sealed class GenerationStart(GenerationCompiler compiler, EdgeClock clock, string? dataDirectory)
{
    /// <summary>Compiles a document, and has it in force.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; all the reasons are in it.</exception>
    public RoadStart Choose(GenerationDocument document)
    {
        BreakwaterConfig config = document.Config ?? throw new ConfigurationException(document.Diagnostics);
        IReadOnlyDictionary<string, FileStamp> stamps = FilesInForce.Look(config);
        CompileResult compiled = compiler.Compile(new CompileOrder(config, Number: 1) { DataDirectory = dataDirectory });
        Generation generation = compiled.Generation ?? throw new ConfigurationException(compiled.Diagnostics);
        GenerationRecord record = GenerationRecord.SetOut(ChangeOrigin.Start, clock.UtcNow) with { Number = generation.Number, ContentHash = generation.ContentHash };
        foreach (RoadStage stage in new[] { RoadStage.Validate, RoadStage.Compile, RoadStage.Taste, RoadStage.Bake })
        {
            record = record.Enter(stage, clock.UtcNow);
        }

        return new RoadStart(generation, document, record) { Stamps = stamps, Doubts = compiled.Diagnostics };
    }
}
