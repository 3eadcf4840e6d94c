using System.Numerics;
using System.Text;
using Breakwater.Edge.Origins.Balancing;

namespace Breakwater.Edge.Tests.Origins.Balancing;

public class StableHashTests
{
    // These are promises: a change of them moves every visitor of every site that hashes, at the next update.
    [Theory]
    [InlineData("", 2286257393965313551UL)]
    [InlineData("a", 18068061411787035851UL)]
    [InlineData("/shop/cart", 9145717254675762702UL)]
    [InlineData("http://10.0.0.5:3000", 6128834665901739967UL)]
    public void IsTheSameForEver(string text, ulong expected) => Assert.Equal(expected, StableHash.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void AChangedBitChangesHalfOfTheHash()
    {
        byte[] bytes = Encoding.ASCII.GetBytes("a session that is 40 bytes long, or more");
        ulong hash = StableHash.Of(bytes);
        int changed = 0;
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            int distance = BitOperations.PopCount(hash ^ StableHash.Of(bytes));
            Assert.InRange(distance, 8, 56);
            changed += distance;
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.InRange(changed / (bytes.Length * 8.0), 31, 33);
    }

    [Fact]
    public void LengthCounts()
    {
        Assert.Equal(20, Enumerable.Range(0, 20).Select(length => StableHash.Of(new byte[length])).Distinct().Count());
    }
}
