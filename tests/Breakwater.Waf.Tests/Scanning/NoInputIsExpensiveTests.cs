using System.Diagnostics;
using System.Text;
using Breakwater.Matching;
using Breakwater.Waf.Engine;
using Breakwater.Waf.Operators;
using Breakwater.Waf.Rules;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Scanning;

/// <summary>
/// Whatever is sent, the work grows with its length: for each expression of the rulesets at hand, and for whole rulesets. Work is counted, not
/// timed: steps of simulated automata and of those that are being built, and bytes that operators and transformations read.
/// </summary>
public sealed class NoInputIsExpensiveTests(ITestOutputHelper output)
{
    private const int Short = 8 << 10, Long = 4 * Short;

    /// <summary>Steps that a search may take once, however long the text, for each instruction: an automaton is built while it is first used.</summary>
    private const int StepsOnce = 4000;

    /// <summary>
    /// Runs of what nested and neighbouring quantifiers of published attacks on CRS share (CVE-2019-11387 to CVE-2019-11391, and those that CRS
    /// mended later): blanks, quotes, dots, slashes, word characters, openings that nothing closes.
    /// </summary>
    private static readonly string[] Pieces =
    [
        " ", "\t", "\n", "'", "\"", "`", "\\", "/", "..", "-", "--", "#", "/*", "(", "{", "[", "<", ">", "=", ";", "&", "|", "$", "$(", "${", "@", "!", "~", "^", "%", ",", ":", "?", "*", "+", "0", "a", "A", "\0",
        "\u0080", "\u00ff", "a ", "a'", "a=", "a,", "a.", "a/", "/a'/", "=\t", ";a=", "u r l (", "<a ", "<!--", "a\"b'", "c'a't ", "$a", "{a ", "a||", "1 or ", "and 1", "or ", "alter ", "select ", "union ", "in (", "like ",
        "char(", "@@", "x'1", "1,", "ab\n", "echo ", "; ls ", "| cat ", "`id`", "$IFS", "php://", "${jndi:", "java.lang.", "on a", "style=", "href=", "javascript:", "\\x41", "&#97;", "%27", "+", "http://1",
    ];

    public static TheoryData<string> Rulesets => new(["builtin", .. CoreRuleSets.Folders]);

    [Theory]
    [MemberData(nameof(Rulesets))]
    public void Each_expression_takes_steps_in_proportion_to_the_text(string ruleset)
    {
        Random random = new(11);
        HashSet<string> seen = [];
        foreach ((long rule, Operator of) in Operators(ruleset))
        {
            if (of is not Rx rx || !seen.Add(rx.Regex.Pattern)) continue;
            PatternSamples samples = new(rx.Regex, random);
            List<byte[]> pieces = [.. Enumerable.Range(0, 3).Select(_ => Encoding.Latin1.GetBytes(Pieces[random.Next(Pieces.Length)]))];
            for (int i = 0; i < 3; i++)
            {
                byte[] sample = samples.Next();
                pieces.Add(sample);
                // Nearly a match, again and again.
                pieces.Add(sample[..Math.Min(sample.Length / 2, 40)]);
            }

            foreach (byte[] piece in pieces.Where(static p => p.Length > 0)) AssertLinear(rule, rx, piece);
        }

        Assert.True(seen.Count > 100, $"{seen.Count} expressions");
    }

    [Theory]
    [MemberData(nameof(Rulesets))]
    public void A_whole_ruleset_takes_work_in_proportion_to_the_body(string ruleset)
    {
        using Subject subject = new(ruleset);
        foreach (string piece in Pieces)
        {
            // What is built while it is first used, and grows with variety and not with length, is there after the first.
            subject.Work(piece, Long);
            long small = subject.Work(piece, Short), large = subject.Work(piece, Long);
            Assert.True(large <= 5 * small, $"{piece}: {small} for {Short} bytes, {large} for {Long}");
        }
    }

    [Theory]
    [MemberData(nameof(Rulesets))]
    public void A_body_of_the_largest_size_is_judged_within_the_work_that_a_request_may_do(string ruleset)
    {
        using Subject subject = new(ruleset);
        foreach (string piece in new[] { "a'", "$a", " ", "\\", "<a ", "../", "A" })
        {
            subject.Work(piece, 1 << 20);
            Assert.NotEqual(WafVerdictKind.Exhausted, subject.Verdict);
        }
    }

    /// <summary>
    /// Times, for people, for each MiB of a body: a form, in which most bytes of these pieces take three, and a part, which is as long as the field that it
    /// holds. Not run unless asked for, since what else the machine does counts as well.
    /// </summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Rulesets))]
    public void Milliseconds_for_each_MiB(string ruleset)
    {
        using Subject subject = new(ruleset);
        // The runtime compiles what is hot anew, for a while.
        for (int i = 0; i < 3; i++)
        {
            foreach (string piece in Pieces)
            {
                subject.Judge(Subject.BodyOf(piece, 256 << 10));
                subject.Judge(Subject.PartOf(piece, 256 << 10), Subject.Multipart);
            }
        }

        foreach (string piece in Pieces)
        {
            double form = Least(Subject.BodyOf(piece, 256 << 10), Subject.Form), part = Least(Subject.PartOf(piece, 256 << 10), Subject.Multipart);
            output.WriteLine($"{form,8:F1} ms as a form, {part,8:F1} ms as a part: {piece.ReplaceLineEndings("\\n")}");
        }

        double Least(byte[] body, string type)
        {
            TimeSpan best = TimeSpan.MaxValue;
            for (int i = 0; i < 12; i++)
            {
                long began = Stopwatch.GetTimestamp();
                subject.Judge(body, type);
                TimeSpan took = Stopwatch.GetElapsedTime(began);
                if (took < best) best = took;
            }

            return best.TotalMilliseconds * (1 << 20) / body.Length;
        }
    }

    private static IEnumerable<(long Rule, Operator Operator)> Operators(string ruleset)
    {
        if (ruleset != "builtin") return CoreRuleSets.Operators(ruleset);
        WafProgram program = WafProgram.Compile(BuiltinRules.Load().Ruleset!).Program!;
        return from rule in program.Rules from link in Links(rule.First) select (rule.Id, link.Operator);
    }

    private static IEnumerable<RuleLink> Links(RuleLink? link)
    {
        for (; link is not null; link = link.Next) yield return link;
    }

    private static void AssertLinear(long rule, Rx rx, byte[] piece)
    {
        byte[] small = Repeat(piece, Short), large = Repeat(piece, Long);
        long once = (long)StepsOnce * (rx.Regex.Size + 16);
        long first = Steps(rx, small), second = Steps(rx, large);
        Assert.True(second <= (5 * first) + once, $"rule {rule}: {first} steps for {Short} bytes, {second} for {Long}: {Encoding.Latin1.GetString(piece)}");
    }

    private static long Steps(Rx rx, byte[] text)
    {
        long before = Visits();
        Span<ByteRange> match = stackalloc ByteRange[1];
        rx.IsMatch(text, default);
        rx.TryMatch(text, default, match, out _);
        return Visits() - before;
    }

    /// <summary>Steps of this thread so far.</summary>
    private static long Visits() => NfaScratch.Rent(Any).Visits;

    private static readonly RegexProgram Any = RegexCompiler.Compile([new SetNode(ByteSet.All)], reversed: false, captures: false);

    private static byte[] Repeat(ReadOnlySpan<byte> piece, int length)
    {
        byte[] text = new byte[length];
        for (int at = 0; at < length; at += piece.Length) piece[..Math.Min(piece.Length, length - at)].CopyTo(text.AsSpan(at));
        return text;
    }

    /// <summary>A ruleset at its first paranoia level, and one transaction.</summary>
    private sealed class Subject : IDisposable
    {
        public const string Form = "application/x-www-form-urlencoded", Multipart = "multipart/form-data; boundary=XX";

        private readonly WafOverlay _zone;
        private readonly WafTransaction _transaction = new(new WafEnvironment());

        public Subject(string ruleset)
        {
            string setup = ruleset.StartsWith("/usr", StringComparison.Ordinal) ? "/etc/modsecurity/crs/crs-setup.conf" : $"{ruleset}/crs-setup.conf.example";
            SecLoadResult loaded = ruleset == "builtin" ? BuiltinRules.Load() : EngineDefaults.Load(new DirectoryFileSource(), [setup, $"{ruleset}/rules/*.conf"]);
            Assert.True(loaded.Ruleset is not null, string.Join("\n", loaded.Diagnostics));
            _zone = WafOverlay.Create(WafProgram.Compile(loaded.Ruleset).Program!, new WafZone { Paranoia = 1, Mode = SecEngineMode.DetectionOnly }, []);
        }

        public WafVerdictKind Verdict { get; private set; }

        /// <summary>A form with one field of so many bytes.</summary>
        public static byte[] BodyOf(string piece, int bytes)
        {
            byte[] text = Repeat(Encoding.Latin1.GetBytes(piece), bytes);
            return Encoding.ASCII.GetBytes("text=" + string.Concat(text.Select(static b => char.IsAsciiLetterOrDigit((char)b) ? ((char)b).ToString() : $"%{b:X2}")));
        }

        /// <summary>One part of so many bytes.</summary>
        public static byte[] PartOf(string piece, int bytes) =>
            [.. "--XX\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n"u8, .. Repeat(Encoding.Latin1.GetBytes(piece), bytes), .. "\r\n--XX--\r\n"u8];

        /// <summary>Judges a form with one field of so many bytes; answers the work that it took.</summary>
        public long Work(string piece, int bytes) => Judge(BodyOf(piece, bytes));

        /// <summary>Judges a body; answers the work that it took.</summary>
        public long Judge(byte[] body, string type = Form)
        {
            long before = Visits();
            _transaction.Begin(_zone, new WafConnection { ClientAddress = "192.0.2.7"u8, ClientPort = 40000, UniqueId = "ray"u8 });
            _transaction.SetRequestLine("POST"u8, "/"u8, "HTTP/1.1"u8);
            _transaction.AddRequestHeader("Host"u8, "shop.example"u8);
            _transaction.AddRequestHeader("Content-Type"u8, Encoding.ASCII.GetBytes(type));
            _transaction.Evaluate(SecPhase.RequestHeaders);
            _transaction.AppendRequestBody(body);
            Verdict = _transaction.Evaluate(SecPhase.RequestBody).Kind;
            return _transaction.WorkDone + Visits() - before;
        }

        public void Dispose() => _transaction.Dispose();
    }
}
