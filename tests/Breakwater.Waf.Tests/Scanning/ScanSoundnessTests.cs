using System.Text;
using Breakwater.Waf.Operators;
using Breakwater.Waf.Scanning;

namespace Breakwater.Waf.Tests.Scanning;

/// <summary>For the rulesets at hand: an operator that matches a value always has its bit, and one that the index calls exact only then.</summary>
public sealed class ScanSoundnessTests
{
    [Fact]
    public void Values_made_from_the_patterns_themselves()
    {
        CoreRuleSets.Need();
        foreach (string folder in CoreRuleSets.Folders)
        {
            Subject subject = new(folder);
            Random random = new(20);
            foreach (Operator of in subject.Operators)
            {
                PatternSamples? samples = of is Rx rx ? new(rx.Regex, random) : null;
                for (int i = 0; i < 8; i++)
                {
                    if (samples is not null) subject.Check(samples.Next());
                    else if (of.Needs.Literals is { Count: > 0 } literals) subject.Check([.. "a "u8, .. literals[(i * 7919) % literals.Count], .. ". "u8]);
                }
            }

            // A test that meets no match shows nothing.
            Assert.True(subject.Matches > 2000, $"{folder}: {subject.Matches} matches");
        }
    }

    [Fact]
    public void Values_of_all_kinds()
    {
        CoreRuleSets.Need();
        foreach (string folder in CoreRuleSets.Folders)
        {
            Subject subject = new(folder);
            foreach (byte[] value in Values.Ordinary) subject.Check(value);
            foreach (byte[] value in Values.Random(new Random(7), 300)) subject.Check(value);
            foreach (byte[] value in CoreRuleSets.RegressionInputs()) subject.Check(value);
        }
    }

    private sealed class Subject
    {
        private readonly List<(long Rule, Operator Operator)> _operators;
        private readonly ScanIndex _index;
        private readonly ulong[] _candidates;
        private readonly ulong[] _some;

        public Subject(string folder)
        {
            _operators = CoreRuleSets.Operators(folder);
            _index = ScanIndex.Create([.. _operators.Select(o => o.Operator)]);
            _candidates = new ulong[_index.WordCount];
            _some = new ulong[_index.WordCount];
            Operators = [.. _operators.Select(o => o.Operator).Distinct()];
        }

        public List<Operator> Operators { get; }

        public int Matches { get; private set; }

        public void Check(byte[] value)
        {
            _index.Scan(value, _candidates);
            // Any choice of operators gives the same answers for these: here every other one, and so by turns.
            ulong wanted = value.Length % 2 == 0 ? 0x5555_5555_5555_5555 : 0xAAAA_AAAA_AAAA_AAAA;
            Array.Fill(_some, wanted);
            _index.Scan(value, _some, _some);
            for (int i = 0; i < _some.Length; i++) Assert.Equal(_candidates[i] & wanted, _some[i]);
            for (int i = 0; i < _operators.Count; i++)
            {
                bool candidate = (_candidates[i >> 6] >> i & 1) != 0;
                bool exact = (_index.Exact[i >> 6] >> i & 1) != 0;
                bool match = _operators[i].Operator.IsMatch(value, default);
                Matches += match ? 1 : 0;
                if (match != candidate && (match || exact)) Assert.Fail($"rule {_operators[i].Rule}, matches: {match}, candidate: {candidate}, value: {Encoding.Latin1.GetString(value)}");
            }
        }
    }
}
