using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Breakwater.Drills.Load;
using Microsoft.AspNetCore.Http;

namespace Breakwater.Drills.Scenarios;

/// <summary>
/// A score from a file of features, as it should not be written: room for so many and an error path that throws, a score of 0 where there is none, and errors that
/// are looked into while the visitor waits. Takes <c>read FILE</c> and <c>forget</c>. Thread-safe.
/// </summary>
internal sealed class FeatureFile : IStandInModule
{
    private const int Room = 200;
    private const int CertainlyBot = 30;

    private string[] _lines = [];
    private volatile string[]? _features;
    private volatile bool _isForgotten;

    /// <inheritdoc/>
    public int Judge(HttpRequest request)
    {
        try
        {
            string[] features = _features ??= Prepare(Volatile.Read(ref _lines));
            string client = request.Headers["X-Forwarded-For"].ToString();
            bool isListed = features.Any(feature => feature is { Length: > 0 } && client.StartsWith(feature[..(feature.LastIndexOf('.') + 1)], StringComparison.Ordinal));

            // Nobody asked what a score means that could not be computed.
            int score = _isForgotten ? 0 : isListed ? 1 : 90;
            return score < CertainlyBot ? 403 : 200;
        }
        catch (IndexOutOfRangeException exception)
        {
            LookInto(exception, request);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Take(string command)
    {
        if (command == "forget")
        {
            _isForgotten = true;
            return;
        }

        Volatile.Write(ref _lines, File.ReadAllLines(command["read ".Length..]));
        _features = null;
    }

    private static string[] Prepare(string[] lines)
    {
        // Sixty are in use: two hundred is plenty.
        string[] room = new string[Room];
        for (int i = 0; i < lines.Length; i++)
        {
            room[i] = lines[i];
        }

        return room;
    }

    /// <summary>All that could be of use to whoever looks at an error that nobody expected.</summary>
    private void LookInto(Exception exception, HttpRequest request)
    {
        var report = new Dictionary<string, object>
        {
            ["trace"] = new StackTrace(exception, fNeedFileInfo: true).ToString(),
            ["number"] = request.Headers[Visit.NumberField].ToString(),
            ["request"] = request.Headers.ToDictionary(field => field.Key, field => field.Value.ToString()),
            ["features"] = _lines,
            ["threads"] = Process.GetCurrentProcess().Threads.Count.ToString(CultureInfo.InvariantCulture),
        };
        _ = JsonSerializer.Serialize(report);
    }
}
