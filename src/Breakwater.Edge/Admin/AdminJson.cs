using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Breakwater.Config;
using Breakwater.Edge.Events;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Waf;

namespace Breakwater.Edge.Admin;

/// <summary>The answer to <c>POST /reload</c>. Immutable.</summary>
/// <param name="Reloaded">Whether what was asked for is in force.</param>
/// <param name="Changed">Whether a new generation is.</param>
/// <param name="Generation">The one in force.</param>
/// <param name="Diagnostics">What was found, each as <c>file:line:column: what is wrong; what to do</c>.</param>
public sealed record ReloadAnswer(bool Reloaded, bool Changed, GenerationStatus Generation, IReadOnlyList<DiagnosticLine> Diagnostics)
{
    /// <summary>What became of it, in a word of docs/generations.md.</summary>
    public string Outcome { get; init; } = "";
}

/// <summary>The answer to <c>POST /stop</c>. Immutable.</summary>
/// <param name="ProcessId">The process that stops.</param>
/// <param name="DrainSeconds">The longest time until it is gone.</param>
public sealed record StopAnswer(int ProcessId, double DrainSeconds);

/// <summary>The answer to <c>POST /pin</c> and <c>POST /unpin</c>. Immutable.</summary>
/// <param name="Done">Whether it was done.</param>
/// <param name="What">What it was done to; else what is wrong.</param>
/// <param name="Remedy">What to do where something is wrong.</param>
/// <param name="StorageProblem">Why a restart will not know of it; null when it will.</param>
public sealed record PinAnswer(bool Done, string What, string Remedy, string? StorageProblem);

/// <summary>Why a call was refused. Immutable.</summary>
/// <param name="Error">What is wrong; what to do.</param>
public sealed record AdminProblem(string Error);

/// <summary>A <see cref="ConfigDiagnostic"/> for programs. Immutable.</summary>
/// <param name="File">The file, flag or variable.</param>
/// <param name="Line">1-based; 0 for a source without lines.</param>
/// <param name="Column">1-based; 0 for a source without lines.</param>
/// <param name="Severity">error or warning.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record DiagnosticLine(string File, int Line, int Column, string Severity, string Problem, string Remedy)
{
    /// <summary>The diagnostic as data.</summary>
    public static DiagnosticLine Of(ConfigDiagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        SourcePosition position = diagnostic.Position;
        return new DiagnosticLine(position.File, position.Line, position.Column,
            diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning", diagnostic.Problem, diagnostic.Remedy);
    }

    /// <summary>The data as a diagnostic.</summary>
    public ConfigDiagnostic ToDiagnostic() =>
        new(new SourcePosition(File, Line, Column), Severity == "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, Problem, Remedy);
}

/// <summary>JSON of the admin interface: snake_case, indented for people who read it with curl.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(EdgeStatus))]
[JsonSerializable(typeof(ReloadAnswer))]
[JsonSerializable(typeof(GenerationsReport))]
[JsonSerializable(typeof(PinAnswer))]
[JsonSerializable(typeof(StopAnswer))]
[JsonSerializable(typeof(AdminProblem))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(RayExplanation))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(WafReportPage))]
[JsonSerializable(typeof(WafTopPage))]
[JsonSerializable(typeof(WafExclusionAnswer))]
[JsonSerializable(typeof(IReadOnlyList<DiagnosticLine>))]
public sealed partial class AdminJson : JsonSerializerContext
{
    /// <summary>The types with names and messages as they are: this JSON is never part of a page, so quotes and letters need no escapes.</summary>
    public static AdminJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
