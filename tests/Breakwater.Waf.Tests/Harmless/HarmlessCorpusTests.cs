using System.Text;
using Breakwater.Http;
using Breakwater.Waf.Tests.Rules;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>The built-in rules leave ordinary visitors alone: at most one of a thousand requests is refused at paranoia level 1.</summary>
public sealed class HarmlessCorpusTests(ITestOutputHelper output)
{
    /// <summary>
    /// What is refused all the same, and why that is right: the same bytes are an attack somewhere else, and nothing in the request tells.
    /// </summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["sign-in/password-12/form"] = "a password that ends in a quote and two hyphens, as the value does that signs in as anybody",
        ["sign-in/password-12/json"] = "the same",
        ["mediawiki/api/329"] = "wikitext whose first markup is a whole script, as in the value that tries whether scripts come through",
        ["wordpress/sign-in/16"] = "a password that has a quote and the word or, as the value does that signs in as anybody",
        ["wordpress/settings/30"] = "a list of forbidden words that begins with the beginning of a script",
    };

    [Fact]
    public void At_most_one_of_a_thousand_is_refused()
    {
        using RequestEvaluation evaluation = new(paranoia: 1, detection: 1);
        SortedDictionary<string, (int Count, int Refused)> families = new(StringComparer.Ordinal);
        List<string> wrong = [];
        foreach (HarmlessRequest request in HarmlessCorpus.All)
        {
            RequestEvaluation.Outcome outcome = evaluation.Run(request);
            string family = request.Name.Split('/')[0];
            (int count, int refused) = families.GetValueOrDefault(family);
            families[family] = (count + 1, refused + (outcome.IsRefused ? 1 : 0));
            if (outcome.IsRefused != Refused.ContainsKey(request.Name)) wrong.Add($"{request.Name}: {(outcome.IsRefused ? outcome.Report : "passes and need not be listed")}");
        }

        foreach ((string family, (int count, int refused)) in families) output.WriteLine($"{family,-12} {count,5} {refused,4}");
        output.WriteLine($"{"all",-12} {HarmlessCorpus.All.Count,5} {families.Values.Sum(f => f.Refused),4}");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.InRange(Refused.Count, 0, HarmlessCorpus.All.Count / 1000);
    }

    [Fact]
    public void The_corpus_is_large_and_made_of_whole_requests()
    {
        Assert.InRange(HarmlessCorpus.All.Count, 2000, int.MaxValue);
        Assert.Equal(HarmlessCorpus.All.Count, HarmlessCorpus.All.Select(r => r.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(HarmlessCorpus.All.Count, HarmlessCorpus.All.Select(r => $"{r.Method} {r.Target} {string.Join('\n', r.Headers)} {Convert.ToBase64String(r.Body)}").Distinct(StringComparer.Ordinal).Count());
        foreach (HarmlessRequest request in HarmlessCorpus.All)
        {
            RequestHead head = new(HeadLimits.Default);
            Assert.True(head.Read(request.ToWire(), out _) == ReadStatus.Complete, $"{request.Name}: {head.Violation}\n{Encoding.UTF8.GetString(request.ToWire())}");
        }
    }
}
