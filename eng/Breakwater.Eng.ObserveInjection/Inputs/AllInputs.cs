using System.Text;

namespace Breakwater.Eng.ObserveInjection.Inputs;

/// <summary>Endless inputs of every kind: attacks, attacks disguised, harmless texts, and pieces of SQL and HTML at random.</summary>
internal sealed class AllInputs(uint seed)
{
    private const int MostPieces = 10;
    private const int MostRandomBytes = 24;

    private readonly Dice _dice = new(seed);
    private readonly Grammar _sql = new("sql.txt");
    private readonly Grammar _markup = new("markup.txt");
    private readonly Grammar _harmless = new("harmless.txt");
    private readonly Grammar _soup = new("soup.txt");
    private readonly string[] _words = [.. LearnedWords()];

    /// <summary>One round gives one of each kind; inputs may repeat.</summary>
    public IEnumerable<byte[]> Endless()
    {
        while (true)
        {
            byte[] sql = _sql.Make(_dice);
            byte[] markup = _markup.Make(_dice);
            byte[] harmless = _harmless.Make(_dice);
            yield return sql;
            yield return markup;
            yield return harmless;
            yield return Mutation.Of(sql, _sql.Make(_dice), _dice);
            yield return Mutation.Of(markup, _markup.Make(_dice), _dice);
            yield return Mutation.Of(harmless, _dice.OneIn(2) ? sql : markup, _dice);
            yield return Pieces("sql");
            yield return Pieces("html");
            yield return Words();
            yield return RandomBytes();
        }
    }

    private static IEnumerable<string> LearnedWords()
    {
        using Stream data = typeof(Waf.Operators.Operator).Assembly.GetManifestResourceStream("sql-words.txt")!;
        using StreamReader reader = new(data);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith("# ", StringComparison.Ordinal)) yield return line[2..];
        }
    }

    private byte[] Pieces(string of) => [.. Enumerable.Range(0, 1 + _dice.Below(MostPieces)).SelectMany(_ => _soup.Make(_dice, of))];

    /// <summary>Known words, with or without blanks and marks between them.</summary>
    private byte[] Words() =>
    [
        .. Enumerable.Range(0, 1 + _dice.Below(MostPieces)).SelectMany(_ =>
            (byte[])[.. _dice.OneIn(2) ? Encoding.ASCII.GetBytes(_dice.Pick(_words)) : _soup.Make(_dice, "sql"), .. _dice.OneIn(3) ? ""u8 : " "u8]),
    ];

    private byte[] RandomBytes() => [.. Enumerable.Range(0, 1 + _dice.Below(MostRandomBytes)).Select(_ => (byte)_dice.Below(256))];
}
