using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Tests.Exchanges;

public sealed class HeadEditsTests
{
    [Theory]
    [InlineData("", "A: 1|B: 2|a: 3")]
    [InlineData("-a", "B: 2")]
    [InlineData("=a 4", "B: 2|a: 4")]
    [InlineData("+a 4", "A: 1|B: 2|a: 3|a: 4")]
    [InlineData("=a 4,=A 5", "B: 2|A: 5")]
    [InlineData("+c 4,+c 5", "A: 1|B: 2|a: 3|c: 4|c: 5")]
    [InlineData("+c 4,-C", "A: 1|B: 2|a: 3")]
    [InlineData("+c 4,=c 5,+c 6,+d 7", "A: 1|B: 2|a: 3|c: 5|c: 6|d: 7")]
    [InlineData("=a 4,-a", "B: 2")]
    public void EditsTakeEffectInTheirOrder(string edits, string expected)
    {
        HeadEdits head = new();
        foreach (string edit in edits.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = edit[1..].Split(' ');
            byte[] name = Encoding.ASCII.GetBytes(parts[0]);
            switch (edit[0])
            {
                case '-':
                    head.Remove(name);
                    break;
                case '+':
                    head.Add(name, Encoding.ASCII.GetBytes(parts[1]));
                    break;
                default:
                    head.Set(name, Encoding.ASCII.GetBytes(parts[1]));
                    break;
            }
        }

        RequestHead request = new(HeadLimits.Default);
        request.Read("GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 2\r\na: 3\r\n\r\n"u8, out _);
        byte[] room = new byte[1000];
        HeadWriter writer = new(room);
        writer.Fields(request, KnownFieldSet.Of(KnownField.Host), head);
        Assert.Equal(expected, string.Join('|', Encoding.ASCII.GetString(room.AsSpan(0, writer.Written)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)));
        HeadWriter lines = new(room);
        lines.Lines("A: 1\r\nB: 2\r\na: 3\r\n"u8, head);
        lines.Added(head);
        Assert.Equal(expected, string.Join('|', Encoding.ASCII.GetString(room.AsSpan(0, lines.Written)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)));
        Assert.True(head.AddedBytes >= Enumerable.Range(0, head.AddedCount).Sum(i => head.AddedLine(i).Length));
    }
}
