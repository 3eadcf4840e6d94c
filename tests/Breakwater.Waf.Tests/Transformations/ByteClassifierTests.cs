using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Tests.Transformations;

public sealed class ByteClassifierTests
{
    [Fact]
    public void The_classes_of_a_value_are_those_of_its_bytes_and_of_no_byte_beside_it()
    {
        using GuardedBuffer buffer = new(4096);
        for (int length = 0; length <= 130; length++)
        {
            byte[] value = new byte[length];
            Array.Fill(value, (byte)'0');
            ByteClasses none = Of(value);
            for (int at = 0; at < length; at++)
            {
                foreach (byte one in (byte[])[0, (byte)'%', (byte)'A', (byte)'z', (byte)'"', 0x7F, 0x80, 0xFF])
                {
                    value[at] = one;
                    Assert.Equal(length == 1 ? Of([one]) : none | Of([one]), Of(value));
                    value[at] = (byte)'0';
                }
            }
        }

        ByteClasses Of(byte[] value)
        {
            ByteClasses atEnd = ByteClassifier.Of(buffer.AtEnd(value));
            Assert.Equal(atEnd, ByteClassifier.Of(buffer.AtStart(value)));
            return atEnd;
        }
    }
}
