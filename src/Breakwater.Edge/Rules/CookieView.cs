using Breakwater.Http;

namespace Breakwater.Edge.Rules;

/// <summary>
/// The cookies of a request: names percent-decoded, values as they came, in order, repeated ones included. A piece without an equals sign is
/// a value without a name. Owned by one exchange.
/// </summary>
internal sealed class CookieView(ViewArena arena)
{
    private ViewList<Cookie> _cookies;

    /// <summary>Whether it was read since it was cleared.</summary>
    public bool IsRead { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count => _cookies.Count;

    /// <summary>The name of one.</summary>
    public ReadOnlySpan<byte> Name(int i) => _cookies[i].Name.Span;

    /// <summary>The value of one.</summary>
    public ReadOnlySpan<byte> Value(int i) => _cookies[i].Value.Span;

    /// <summary>Reads all Cookie fields.</summary>
    public void Read(FieldIndex fields)
    {
        IsRead = true;
        for (int i = fields.IndexOf(KnownField.Cookie); i >= 0; i = fields.IndexOf(KnownField.Cookie, i + 1))
        {
            var pairs = new CookiePairs(fields.Value(i));
            while (pairs.MoveNext())
            {
                Span<byte> room = arena.Reserve(pairs.Name.Length);
                ReadOnlySpan<byte> name = RequestTarget.PercentDecode(pairs.Name, room, plusIsSpace: false, out _);
                ViewSlice decoded = name.Overlaps(room) ? arena.Take(name.Length) : arena.Copy(name);
                _cookies.Add(new Cookie(decoded, arena.Copy(pairs.Value)));
            }
        }
    }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        _cookies.Clear();
        IsRead = false;
    }

    private readonly record struct Cookie(ViewSlice Name, ViewSlice Value);
}
