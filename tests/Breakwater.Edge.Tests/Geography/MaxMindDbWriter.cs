using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Edge.Tests.Geography;

/// <summary>
/// Writes small databases by MaxMind's public specification ("MaxMind DB File Format", version 2.0): a binary tree of 32-bit records, the data
/// section, the metadata. Enough for tests: no pointers, and every network once.
/// </summary>
internal sealed class MaxMindDbWriter
{
    private static readonly byte[] MetadataMarker = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];

    private readonly int _ipVersion;
    private readonly Node _root = new();
    private readonly MemoryStream _data = new();

    public MaxMindDbWriter(int ipVersion = 6) => _ipVersion = ipVersion;

    /// <summary>Adds a network with a record: maps, lists, strings, numbers, doubles, Booleans.</summary>
    public MaxMindDbWriter Add(string network, Dictionary<string, object> record)
    {
        IPNetwork parsed = IPNetwork.Parse(network);
        byte[] address = parsed.BaseAddress.GetAddressBytes();
        int length = parsed.PrefixLength;
        if (_ipVersion == 6 && parsed.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
        {
            // IPv4 lives at ::/96.
            address = [.. new byte[12], .. address];
            length += 96;
        }

        Node node = _root;
        for (int i = 0; i < length; i++)
        {
            int bit = address[i / 8] >> (7 - i % 8) & 1;
            node = node.Children[bit] ??= new Node();
        }

        node.DataAt = (int)_data.Position;
        Write(_data, record);
        return this;
    }

    /// <summary>The whole file.</summary>
    public byte[] Build(string type = "Test-City")
    {
        List<Node> nodes = [];
        Number(_root, nodes);
        MemoryStream file = new();
        Span<byte> record = stackalloc byte[4];
        foreach (Node node in nodes)
        {
            foreach (Node? child in node.Children)
            {
                // What is known beyond the tree is found behind its 16 bytes of zeros.
                uint value = child switch
                {
                    null => (uint)nodes.Count,
                    { DataAt: >= 0 } => (uint)(nodes.Count + 16 + child.DataAt),
                    _ => (uint)child.Number,
                };
                BinaryPrimitives.WriteUInt32BigEndian(record, value);
                file.Write(record);
            }
        }

        file.Write(new byte[16]);
        _data.WriteTo(file);
        file.Write(MetadataMarker);
        Write(file, new Dictionary<string, object>
        {
            ["binary_format_major_version"] = (ushort)2,
            ["binary_format_minor_version"] = (ushort)0,
            ["build_epoch"] = 1_700_000_000UL,
            ["database_type"] = type,
            ["description"] = new Dictionary<string, object> { ["en"] = "For tests" },
            ["ip_version"] = (ushort)_ipVersion,
            ["languages"] = new List<object> { "en" },
            ["node_count"] = (uint)nodes.Count,
            ["record_size"] = (ushort)32,
        });
        return file.ToArray();
    }

    private static void Number(Node node, List<Node> nodes)
    {
        node.Number = nodes.Count;
        nodes.Add(node);
        foreach (Node? child in node.Children)
        {
            if (child is { DataAt: < 0 })
            {
                Number(child, nodes);
            }
        }
    }

    private static void Write(Stream stream, object value)
    {
        switch (value)
        {
            case string text:
                Control(stream, 2, Encoding.UTF8.GetByteCount(text));
                stream.Write(Encoding.UTF8.GetBytes(text));
                break;
            case double number:
                Control(stream, 3, 8);
                Span<byte> eight = stackalloc byte[8];
                BinaryPrimitives.WriteDoubleBigEndian(eight, number);
                stream.Write(eight);
                break;
            case ushort number:
                Unsigned(stream, 5, number, 2);
                break;
            case uint number:
                Unsigned(stream, 6, number, 4);
                break;
            case ulong number:
                Unsigned(stream, 9, number, 8);
                break;
            case bool flag:
                Control(stream, 14, flag ? 1 : 0);
                break;
            case List<object> list:
                Control(stream, 11, list.Count);
                list.ForEach(item => Write(stream, item));
                break;
            case Dictionary<string, object> map:
                Control(stream, 7, map.Count);
                foreach ((string key, object item) in map)
                {
                    Write(stream, key);
                    Write(stream, item);
                }

                break;
            default:
                throw new ArgumentException($"No type of the format: {value.GetType()}.");
        }
    }

    private static void Unsigned(Stream stream, int type, ulong number, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        Control(stream, type, size);
        stream.Write(bytes[(8 - size)..]);
    }

    /// <summary>Type and size: three bits and five, types beyond 7 in a byte of their own, sizes from 29 in another.</summary>
    private static void Control(Stream stream, int type, int size)
    {
        int shown = size < 29 ? size : 29;
        stream.WriteByte((byte)((type < 8 ? type : 0) << 5 | shown));
        if (type >= 8)
        {
            stream.WriteByte((byte)(type - 7));
        }

        if (size >= 29)
        {
            stream.WriteByte(checked((byte)(size - 29)));
        }
    }

    private sealed class Node
    {
        public Node?[] Children { get; } = new Node?[2];

        public int DataAt { get; set; } = -1;

        public int Number { get; set; }
    }
}
