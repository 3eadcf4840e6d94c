using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Breakwater.Waf.Ftw;

/// <summary>How a test ended. Immutable.</summary>
/// <param name="Test">The test.</param>
/// <param name="Failure">Why it failed; null where it passed.</param>
/// <param name="Answers">What came back, by stage.</param>
public sealed record FtwResult(FtwTest Test, string? Failure, IReadOnlyList<FtwAnswer> Answers)
{
    /// <summary>Whether all stages were as expected.</summary>
    public bool Passed => Failure is null;
}

/// <summary>
/// Judges answers as go-ftw does, and one thing more: a test that expects a rule not to match must have reached the rules, or it would pass
/// in front of a wall too. Stateless.
/// </summary>
public static partial class FtwJudge
{
    /// <summary>Why an answer is not as expected; null where it is.</summary>
    public static string? Judge(FtwOutput expected, FtwAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(answer);
        if (expected.ExpectError) return answer.IsError ? null : Invariant($"the connection was expected to end without an answer, and there was status {answer.Status}");
        if (answer.IsError) return "the connection ended without an answer";
        if (expected.IsEmpty) return "the test expects nothing";
        if (!expected.Status.IsEmpty && !expected.Status.Contains(answer.Status)) return Invariant($"status {answer.Status}, expected {string.Join(" or ", expected.Status)}");
        if (expected.ResponseContains is { } body && !IsMatch(body, answer.Body)) return $"the body does not match {body}";

        HashSet<long> ids = Ids(answer.Log);
        string log = string.Join('\n', answer.Log);
        if (expected.MatchRegex is { } match && !IsMatch(match, log)) return $"the log does not match {match}{Reached(answer)}";
        if (expected.ExpectIds.Where(id => !ids.Contains(id)).ToArray() is { Length: > 0 } missing) return $"expected {string.Join(", ", missing)}{Reached(answer)}";
        if (expected.NoMatchRegex is { } noMatch && IsMatch(noMatch, log)) return $"the log matches {noMatch}";
        if (expected.NoExpectIds.Where(ids.Contains).ToArray() is { Length: > 0 } unwanted) return $"did not expect {string.Join(", ", unwanted)}";
        bool looksAtRules = expected.NoMatchRegex is not null || !expected.NoExpectIds.IsEmpty;
        return looksAtRules && !answer.EngineReached ? Invariant($"the request never reached the rules (status {answer.Status})") : null;
    }

    /// <summary>The ids in a log.</summary>
    public static HashSet<long> Ids(IEnumerable<string> log) =>
        [.. log.SelectMany(line => Id().Matches(line)).Select(m => long.Parse(m.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))];

    private static string Reached(FtwAnswer answer) => answer.EngineReached ? "" : Invariant($" (never reached the rules, status {answer.Status})");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static bool IsMatch(string expression, string text) => Regex.IsMatch(text, expression, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(2));

    [GeneratedRegex("""\[id "(\d{1,18})"\]""")]
    private static partial Regex Id();
}

/// <summary>Runs tests against a target. Stateless.</summary>
public static class FtwRunner
{
    /// <summary>Tests at a time.</summary>
    private const int Parallel = 4;

    /// <summary>Runs tests, some at a time. Their results come in the order of the tests.</summary>
    public static async Task<FtwResult[]> RunAsync(ImmutableArray<FtwTest> tests, IFtwTarget target, CancellationToken cancel)
    {
        var results = new FtwResult[tests.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel };
        await System.Threading.Tasks.Parallel.ForAsync(
            0, tests.Length, options, async (i, stop) => results[i] = await RunAsync(tests[i], target, stop).ConfigureAwait(false)).ConfigureAwait(false);
        return results;
    }

    /// <summary>Runs one test: its stages in order, up to the first that fails.</summary>
    public static async ValueTask<FtwResult> RunAsync(FtwTest test, IFtwTarget target, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(target);
        List<FtwAnswer> answers = [];
        if (test.Stages.IsEmpty) return new FtwResult(test, "the test has no stages", answers);
        foreach (FtwStage stage in test.Stages)
        {
            FtwAnswer answer = await target.SendAsync(FtwRequest.Build(stage.Input), cancel).ConfigureAwait(false);
            answers.Add(answer);
            if (FtwJudge.Judge(stage.Output, answer) is { } failure) return new FtwResult(test, failure, answers);
        }

        return new FtwResult(test, null, answers);
    }
}
