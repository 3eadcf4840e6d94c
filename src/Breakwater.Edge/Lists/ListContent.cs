using System.Text;
using Breakwater.Matching;

namespace Breakwater.Edge.Lists;

/// <summary>
/// What a list holds, ready to be asked: made from its items in one go, then immutable. Each reader adds what it cannot read to the problems
/// and goes on, so that an operator sees all of them at once.
/// </summary>
internal abstract class ListContent
{
    /// <summary>How many items it was made from.</summary>
    public int Items { get; private init; }

    /// <summary>Whether an address is among them.</summary>
    public virtual bool Contains(IpValue address) => false;

    /// <summary>Whether a number is among them.</summary>
    public virtual bool Contains(long number) => false;

    /// <summary>Whether a host name is among them.</summary>
    public virtual bool Contains(ReadOnlySpan<byte> text) => false;

    /// <summary>Makes the content of a list.</summary>
    /// <param name="kind">What the items are; not <see cref="ListKind.Redirect"/>.</param>
    /// <param name="text">The items, one a line. Behind a comma there may be a description, which is left out.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static ListContent Read(ListKind kind, ReadOnlySpan<byte> text, ListProblems problems) => kind switch
    {
        ListKind.Ip => Addresses.Read(text, problems),
        ListKind.Hostname => HostNames.Read(text, problems),
        ListKind.Asn => Numbers.Read(text, problems),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> item)
    {
        int comma = item.IndexOf((byte)',');
        return comma < 0 ? item : item[..comma].TrimEnd(" \t"u8);
    }

    private static string Show(ReadOnlySpan<byte> item) => $"'{Encoding.UTF8.GetString(item.Length > 60 ? item[..60] : item)}'";

    private sealed class Addresses(IpPrefixSet set) : ListContent
    {
        public override bool Contains(IpValue address) => set.Contains(address);

        public static Addresses Read(ReadOnlySpan<byte> text, ListProblems problems)
        {
            var builder = new IpPrefixSetBuilder();
            int count = 0;
            var items = new ListText(text);
            while (items.MoveNext())
            {
                ReadOnlySpan<byte> value = ValueOf(items.Item);
                if (IpRange.TryParse(value, out IpRange range, out IpTextError error))
                {
                    builder.Add(Unmapped(range));
                    count++;
                }
                else
                {
                    problems.Add(items.Line, $"{Show(value)} {Explain(error)}");
                }
            }

            return new Addresses(builder.Build()) { Items = count };
        }

        /// <summary>Clients that come mapped are IPv4 clients here, and so are items.</summary>
        private static IpRange Unmapped(IpRange range) =>
            range.First.IsV6 && !range.First.Unmapped.IsV6 && !range.Last.Unmapped.IsV6
                && IpRange.TryCreate(range.First.Unmapped, range.Last.Unmapped, out IpRange unmapped) == IpTextError.None ? unmapped : range;

        private static string Explain(IpTextError error) => error switch
        {
            IpTextError.BadPrefixLength => "has a bad prefix length; write 0 to 32 for IPv4, 0 to 128 for IPv6",
            IpTextError.HostBitsSet => "is an address inside a network; write the network's first address, or the address alone",
            IpTextError.MixedFamilies => "goes from IPv4 to IPv6",
            IpTextError.ReversedRange => "ends before it begins",
            _ => "is no address, network (10.0.0.0/8) or range (10.0.0.1..10.0.0.9)",
        };
    }

    private sealed class Numbers(Int64Set set) : ListContent
    {
        public override bool Contains(long number) => set.Contains(number);

        public static Numbers Read(ReadOnlySpan<byte> text, ListProblems problems)
        {
            var numbers = new List<(long, long)>();
            var items = new ListText(text);
            while (items.MoveNext())
            {
                ReadOnlySpan<byte> value = ValueOf(items.Item);
                ReadOnlySpan<byte> digits = value.Length > 2 && Ascii.EqualsIgnoreCase(value[..2], "AS"u8) ? value[2..] : value;
                if (!digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') && uint.TryParse(digits, out uint number))
                {
                    numbers.Add((number, number));
                }
                else
                {
                    problems.Add(items.Line, $"{Show(value)} is no number of an autonomous system (64500 or AS64500)");
                }
            }

            return new Numbers(Int64Set.Create(numbers)) { Items = numbers.Count };
        }
    }

    /// <summary>Names themselves, and those of which all names below are meant.</summary>
    private sealed class HostNames(ByteStringSet exact, ByteStringSet above) : ListContent
    {
        /// <summary>RFC 1035 §2.3.4, as text without the last dot.</summary>
        private const int MaxName = 253;

        public override bool Contains(ReadOnlySpan<byte> text)
        {
            ReadOnlySpan<byte> name = text.EndsWith("."u8) ? text[..^1] : text;
            if (name.Length is 0 or > MaxName)
            {
                return false;
            }

            if (exact.Contains(name))
            {
                return true;
            }

            if (above.Count > 0)
            {
                // At most 126 labels, as the name is no longer than that.
                for (int dot = name.IndexOf((byte)'.'); dot >= 0; dot = name.IndexOf((byte)'.'))
                {
                    name = name[(dot + 1)..];
                    if (above.Contains(name))
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        public static HostNames Read(ReadOnlySpan<byte> text, ListProblems problems)
        {
            List<ReadOnlyMemory<byte>> exact = [], above = [];
            var items = new ListText(text);
            while (items.MoveNext())
            {
                ReadOnlySpan<byte> value = ValueOf(items.Item);
                bool isWildcard = value.StartsWith("*."u8);
                ReadOnlySpan<byte> name = isWildcard ? value[2..] : value;
                name = name.EndsWith("."u8) ? name[..^1] : name;
                if (IsName(name))
                {
                    (isWildcard ? above : exact).Add(name.ToArray());
                }
                else
                {
                    problems.Add(items.Line, $"{Show(value)} is no host name; write name.example, or *.name.example for all names below it, "
                        + "without scheme, port and path, and names in other scripts as xn--");
                }
            }

            return new HostNames(ByteStringSet.Create(exact, ignoreCase: true), ByteStringSet.Create(above, ignoreCase: true))
            {
                Items = exact.Count + above.Count,
            };
        }

        private static bool IsName(ReadOnlySpan<byte> name)
        {
            if (name.Length is 0 or > MaxName)
            {
                return false;
            }

            foreach (Range part in name.Split((byte)'.'))
            {
                ReadOnlySpan<byte> label = name[part];
                foreach (byte value in label)
                {
                    if (!char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'-' or (byte)'_'))
                    {
                        return false;
                    }
                }

                if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
                {
                    return false;
                }
            }

            return true;
        }
    }
}
