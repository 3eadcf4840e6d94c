using System.Runtime.CompilerServices;
using Breakwater.Http;

namespace Breakwater.Edge.Rules;

/// <summary>The languages that a client takes, the most wanted first. Owned by one exchange.</summary>
internal sealed class LanguageView
{
    /// <summary>Languages beyond these are not looked at: people take a few, and sorting is quadratic.</summary>
    public const int MaxLanguages = 64;

    private Languages _languages;
    private int _count;

    /// <summary>Whether it was read since it was cleared.</summary>
    public bool IsRead { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count => _count;

    /// <summary>The tag of one, out of the value that was read.</summary>
    public ReadOnlySpan<byte> Tag(int i, ReadOnlySpan<byte> field) => field.Slice(_languages[i].Start, _languages[i].Length);

    /// <summary>Reads the value of Accept-Language, several lines joined.</summary>
    public void Read(ReadOnlySpan<byte> field)
    {
        IsRead = true;
        _count = AcceptedLanguages.Read(field, _languages);
    }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        _count = 0;
        IsRead = false;
    }

    [InlineArray(MaxLanguages)]
    private struct Languages
    {
        private AcceptedLanguage _first;
    }
}
