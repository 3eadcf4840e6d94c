using Breakwater.Matching;

namespace Breakwater.Testing;

/// <summary>
/// Texts that a pattern matches, or nearly: made by walking down its tree and taking each choice by chance. Looks and lookarounds are not
/// obeyed, so that some of the texts do not match.
/// </summary>
internal sealed class PatternSamples(ByteRegex regex, Random random)
{
    private const int MaxBytes = 4096;

    private readonly RegexNode _root = regex.Parse().Root;
    private readonly List<byte> _text = [];

    /// <summary>A text for the pattern, with some bytes of other texts around it or not.</summary>
    public byte[] Next()
    {
        _text.Clear();
        if (random.Next(3) == 0) Around();
        Write(_root);
        if (random.Next(3) == 0) Around();
        return [.. _text];
    }

    private void Around()
    {
        ReadOnlySpan<byte> pieces = " a\n';=\"<x/.0%\0\x80"u8;
        for (int i = random.Next(1, 6); i > 0; i--) _text.Add(pieces[random.Next(pieces.Length)]);
    }

    private void Write(RegexNode node)
    {
        switch (node)
        {
            case SetNode set:
                if (!set.Set.IsEmpty) _text.Add(Member(set.Set));
                break;
            case ConcatNode concat:
                foreach (var item in concat.Items) Write(item);
                break;
            case AlternateNode alternate:
                Write(alternate.Items[random.Next(alternate.Items.Length)]);
                break;
            case CaptureNode capture:
                Write(capture.Item);
                break;
            case RepeatNode repeat:
                int most = _text.Count > MaxBytes ? repeat.Min : (int)Math.Min(repeat.Max, (long)repeat.Min + 2);
                for (int i = random.Next(repeat.Min, most + 1); i > 0; i--) Write(repeat.Item);
                break;
        }
    }

    /// <summary>A member of a set; of a large one, mostly a printable one.</summary>
    private byte Member(ByteSet set)
    {
        if (random.Next(4) != 0 && !(set & ByteSet.Range(' ', '~')).IsEmpty) set &= ByteSet.Range(' ', '~');
        int number = random.Next(set.Count);
        for (int value = 0; ; value++)
        {
            if (set.Contains(value) && number-- == 0) return (byte)value;
        }
    }
}
