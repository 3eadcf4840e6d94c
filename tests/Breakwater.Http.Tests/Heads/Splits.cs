namespace Breakwater.Http.Tests.Heads;

/// <summary>Reads the same input whole and in pieces, and demands the same outcome.</summary>
internal static class Splits
{
    /// <summary>The outcome of reading an input given in pieces that end at these offsets.</summary>
    public delegate string Reading(byte[] input, IEnumerable<int> ends);

    public static Reading Request(HeadLimits limits)
    {
        RequestHead head = new(limits);
        return (input, ends) =>
        {
            head.Clear();
            return Outcome(input, ends, data => (head.Read(data, out int consumed), consumed), () => head.Violation, () => Views.Describe(head));
        };
    }

    public static Reading Response(MethodKind method)
    {
        ResponseHead head = new(HeadLimits.Default);
        return (input, ends) =>
        {
            head.Clear();
            return Outcome(
                input, ends, data => (head.Read(data, method, out int consumed), consumed), () => head.Violation, () => Views.Describe(head));
        };
    }

    /// <summary>Whole, byte by byte, and in two parts at each place (at some, for long inputs).</summary>
    public static void AssertSame(byte[] input, Reading read)
    {
        string whole = read(input, [input.Length]);
        Assert.Equal(whole, read(input, Enumerable.Range(1, input.Length)));
        for (int split = 0; split < input.Length; split += input.Length < 1000 ? 1 : 509)
        {
            Assert.Equal(whole, read(input, [split, input.Length]));
        }
    }

    private static string Outcome(
        byte[] input,
        IEnumerable<int> ends,
        Func<byte[], (ReadStatus Status, int Consumed)> read,
        Func<HttpViolation> violation,
        Func<string> describe)
    {
        int at = 0;
        ReadStatus status = ReadStatus.NeedMore;
        foreach (int end in ends)
        {
            (status, int consumed) = read(input[at..end]);
            if (status == ReadStatus.NeedMore)
            {
                Assert.Equal(end - at, consumed);
            }

            at += consumed;
            if (status != ReadStatus.NeedMore)
            {
                break;
            }
        }

        return status switch
        {
            ReadStatus.Complete => $"complete at {at}: {describe()}",
            ReadStatus.Invalid => $"invalid: {violation()}",
            _ => "more",
        };
    }
}
