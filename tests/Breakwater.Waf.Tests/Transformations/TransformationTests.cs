using System.Text;
using Breakwater.Waf.Transformations;
using CsCheck;

namespace Breakwater.Waf.Tests.Transformations;

public sealed class TransformationTests
{
    /// <summary>Rows that eng/Breakwater.Eng.ObserveModSecurity wrote: transformation, input, output.</summary>
    private static readonly Lazy<(string Name, byte[] Input, byte[] Output)[]> Observed = new(() => Rows("observed.tsv", 3)
        .Select(r => (r[0], Unescape(r[1]), Unescape(r[2]))).ToArray());

    /// <summary>Rows where we differ on purpose: transformation, input, our output, why.</summary>
    private static readonly Lazy<Dictionary<string, byte[]>> Differences = new(() => Rows("differences.tsv", 4)
        .ToDictionary(r => $"{r[0]}\t{r[1]}", r => Unescape(r[2])));

    public static TheoryData<TransformationKind> Kinds => [.. Enum.GetValues<TransformationKind>()];

    [Fact]
    public void The_table_is_large_and_covers_every_transformation()
    {
        Assert.True(Observed.Value.Length > 1000);
        Assert.Equal(Transformation.Names.Order(StringComparer.Ordinal), Observed.Value.Select(r => r.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Differences.Value.Keys, key => Assert.Contains(Observed.Value, r => $"{r.Name}\t{Escape(r.Input)}" == key));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Values_become_what_libmodsecurity_makes_of_them(TransformationKind kind)
    {
        StringBuilder wrong = new();
        foreach ((string name, byte[] input, byte[] output) in Observed.Value)
        {
            if (name != Transformation.NameOf(kind)) continue;
            string row = $"{name}\t{Escape(input)}";
            byte[] expected = Differences.Value.GetValueOrDefault(row, output);
            byte[] actual = Run(kind, input, out bool changed);
            if (!actual.AsSpan().SequenceEqual(expected)) wrong.AppendLine($"{row}\t{Escape(actual)}\tnot {Escape(expected)}");
            if (changed == actual.AsSpan().SequenceEqual(input)) wrong.AppendLine($"{row}: says changed={changed}");
        }

        Assert.Equal("", wrong.ToString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_input_breaks_a_transformation_and_without_its_trigger_bytes_nothing_changes(TransformationKind kind) =>
        Gen.OneOf(Gen.Byte.Array[0, 80], Gen.Int[0, Tokens.Length - 1].Select(i => Tokens[i]).Array[0, 20].Select(t => Encoding.Latin1.GetBytes(string.Concat(t))))
            .Sample(
                input =>
                {
                    byte[] output = Run(kind, input, out bool changed);
                    bool mayChange = (Transformation.TriggersOf(kind) & ByteClassifier.Of(input)) != 0;
                    return (mayChange || !changed) && changed != output.AsSpan().SequenceEqual(input);
                },
                iter: 3000, seed: "0000KN3ovL9f");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_allocated(TransformationKind kind)
    {
        byte[] input = Encoding.Latin1.GetBytes(string.Concat(Tokens));
        byte[] output = new byte[Transformation.MaxLength(kind, input.Length)];
        Transformation.Apply(kind, input, output, out _);
        Assert.Equal(0, LeastAllocated.By(() =>
        {
            for (int i = 0; i < 10; i++) Transformation.Apply(kind, input, output, out _);
        }));
    }

    [Fact]
    public void Classes_found_sixteen_bytes_at_a_time_are_those_found_one_by_one() =>
        Gen.Byte.Array[0, 100].Sample(
            value =>
            {
                ByteClasses one = value.Aggregate(ByteClasses.Always, (found, b) => found | ByteClassifier.Of([b]));
                return ByteClassifier.Of(value) == one;
            },
            iter: 5000, seed: "0000KN3ovL9f");

    [Theory]
    [InlineData("%", ByteClasses.Percent)]
    [InlineData("a\0", ByteClasses.Nul | ByteClasses.Small | ByteClasses.Blank)]
    [InlineData("Z", ByteClasses.Capital)]
    [InlineData("\u00ff", ByteClasses.High)]
    [InlineData("0123456789", ByteClasses.None)]
    public void Classes_of_a_value(string value, ByteClasses classes) =>
        Assert.Equal(classes | ByteClasses.Always, ByteClassifier.Of(Encoding.Latin1.GetBytes(value)));

    private static readonly string[] Tokens =
        ["%", "%u", "41", "ff", "\\", "x", "u", "0041", "&", "#", ";", "lt", "/", "..", ".", "*", "-", "--", "/*", "*/", "<!--", "=", "\0", " ", "\t", "A", "z", "\u00c3", "\u00a9", "\u00f0", "\u009f", "7", "0x"];

    private static byte[] Run(TransformationKind kind, byte[] input, out bool changed)
    {
        byte[] output = new byte[Transformation.MaxLength(kind, input.Length)];
        changed = Transformation.Apply(kind, input, output, out int written);
        return changed ? output[..written] : input;
    }

    private static IEnumerable<string[]> Rows(string file, int fields)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Transformations", file);
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith('#') || line.Length == 0) continue;
            string[] row = line.Split('\t');
            Assert.Equal(fields, row.Length);
            yield return row;
        }
    }

    private static byte[] Unescape(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
            }
            else if (text[i + 1] == '\\')
            {
                bytes.Add((byte)'\\');
                i++;
            }
            else
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 2, 2), 16));
                i += 3;
            }
        }

        return [.. bytes];
    }

    private static string Escape(byte[] bytes) =>
        string.Concat(bytes.Select(b => b == '\\' ? @"\\" : b is > 0x20 and < 0x7F ? ((char)b).ToString() : $"\\x{b:x2}"));
}
