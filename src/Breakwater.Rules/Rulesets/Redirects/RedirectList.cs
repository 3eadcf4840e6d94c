using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// A list of redirects that rules name, as <c>from_list</c> and in <c>http.request.full_uri in $name</c>. Thread-safe: its content is
/// swapped as a whole while requests are evaluated.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="content">What it holds at first.</param>
public sealed class RedirectList(string name, RedirectTable content) : NamedList
{
    private volatile RedirectTable _content = content;

    /// <summary>Its name, without the dollar sign.</summary>
    public string Name => name;

    /// <summary>What it holds.</summary>
    public RedirectTable Content
    {
        get => _content;
        set => _content = value;
    }

    /// <inheritdoc/>
    public override TypeKind ItemKind => TypeKind.Bytes;

    /// <summary>Whether the list has a redirect for the URL.</summary>
    public override bool Contains(ReadOnlySpan<byte> text) => _content.TryFind(text, out _);

    /// <summary>The redirect for a URL.</summary>
    public bool TryFind(ReadOnlySpan<byte> url, [NotNullWhen(true)] out RedirectItem? item) => _content.TryFind(url, out item);
}

/// <summary>Compares byte strings, and finds them by spans.</summary>
internal sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static ByteComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    // The keys are the operator's: a client cannot fill the table, so that an unkeyed hash would do; this one is keyed all the same.
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        HashCode hash = new();
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }
}
