using Breakwater.Rules.Evaluation;

namespace Breakwater.Rules.Functions;

/// <summary>
/// What takes the place of a match: text, and references such as <c>${1}</c> to what parts of the pattern matched. Immutable.
/// </summary>
internal sealed class ReplacementTemplate
{
    /// <summary>References a template may have, and the highest number of one.</summary>
    public const int MostReferences = 8;

    // Text before each reference, and behind the last.
    private readonly byte[][] _texts;
    private readonly int[] _references;

    private ReplacementTemplate(byte[][] texts, int[] references)
    {
        _texts = texts;
        _references = references;
    }

    /// <summary>
    /// Reads a template: <c>${1}</c> refers to part 1, <c>$$</c> is a dollar sign; null, and the reason, when it is wrong.
    /// </summary>
    public static ReplacementTemplate? Parse(ReadOnlySpan<byte> template, int parts, out string error)
    {
        List<byte[]> texts = [];
        List<int> references = [];
        List<byte> text = [];
        error = "";
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i] != '$')
            {
                text.Add(template[i]);
            }
            else if (i + 1 < template.Length && template[i + 1] == '$')
            {
                text.Add((byte)'$');
                i++;
            }
            else if (i + 3 < template.Length && template[i + 1] == '{' && char.IsAsciiDigit((char)template[i + 2])
                && template[i + 3] == '}')
            {
                int number = template[i + 2] - '0';
                if (number > parts) error = $"the replacement refers to part {number}, and the pattern has {parts}";
                references.Add(number);
                texts.Add([.. text]);
                text.Clear();
                i += 3;
            }
            else
            {
                error = "in a replacement a dollar sign is written $$, and a reference ${1} to ${8}";
            }
        }

        if (references.Count > MostReferences) error = $"a replacement has at most {MostReferences} references";
        texts.Add([.. text]);
        return error.Length > 0 ? null : new ReplacementTemplate([.. texts], [.. references]);
    }

    /// <summary>
    /// Writes the template with the parts of <paramref name="source"/> in their places; a part that took no part is empty.
    /// </summary>
    public void WriteTo(ref ScratchWriter writer, scoped ReadOnlySpan<byte> source, scoped ReadOnlySpan<ByteRange> parts)
    {
        for (int i = 0; i < _references.Length; i++)
        {
            writer.Append(_texts[i]);
            ByteRange part = parts[_references[i]];
            if (part.Start >= 0) writer.Append(source[part.Start..part.End]);
        }

        writer.Append(_texts[^1]);
    }
}

/// <summary><c>regex_replace()</c>: the first match is replaced.</summary>
internal sealed class RegexReplaceFunction(Node<ReadOnlySpan<byte>> source, ByteRegex regex, ReplacementTemplate template)
    : TextFunction(source)
{
    public override double Cost => base.Cost + 300;

    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        Span<ByteRange> groups = stackalloc ByteRange[ReplacementTemplate.MostReferences + 2];
        if (!regex.TryMatch(value, 0, groups)) return true;
        var writer = new ScratchWriter(scratch);
        writer.Append(value[..groups[0].Start]);
        template.WriteTo(ref writer, value, groups);
        writer.Append(value[groups[0].End..]);
        value = writer.Written;
        return !writer.Failed;
    }
}

/// <summary><c>wildcard_replace()</c>: the whole value is replaced when it matches.</summary>
internal sealed class WildcardReplaceFunction(Node<ReadOnlySpan<byte>> source, Wildcard wildcard, ReplacementTemplate template)
    : TextFunction(source)
{
    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        // Part 0 is the whole, as in a regular expression.
        Span<ByteRange> parts = stackalloc ByteRange[Wildcard.MaxStars + 1];
        if (!wildcard.TryMatch(value, parts[1..])) return true;
        parts[0] = new ByteRange(0, value.Length);
        var writer = new ScratchWriter(scratch);
        template.WriteTo(ref writer, value, parts);
        value = writer.Written;
        return !writer.Failed;
    }
}
