namespace Breakwater.Matching;

/// <summary>A literal as a scanner knows it: by a number made of some of its bytes.</summary>
/// <param name="Fingerprint">The number.</param>
/// <param name="Literal">The literal.</param>
/// <param name="Id">Its number in its set.</param>
/// <param name="Offset">Where in it those bytes begin.</param>
internal readonly record struct FingerprintedLiteral(uint Fingerprint, Literal Literal, int Id, int Offset);

/// <summary>
/// What a scanner compares in full once it has met a fingerprint: long literals and short ones, each kind with fingerprints of its own.
/// Immutable.
/// </summary>
internal sealed class FingerprintedLiterals
{
    /// <param name="longs">The long ones; sorted by this.</param>
    /// <param name="shorts">The short ones; sorted by this.</param>
    public FingerprintedLiterals(List<FingerprintedLiteral> longs, List<FingerprintedLiteral> shorts)
    {
        longs.Sort(static (a, b) => a.Fingerprint.CompareTo(b.Fingerprint));
        shorts.Sort(static (a, b) => a.Fingerprint.CompareTo(b.Fingerprint));
        Table = new LiteralTable([.. longs.Concat(shorts).Select(static entry => (entry.Literal, entry.Id, entry.Offset))]);
        Longs = new FingerprintTable([.. longs.Select(static entry => entry.Fingerprint)], 0);
        Shorts = new FingerprintTable([.. shorts.Select(static entry => entry.Fingerprint)], longs.Count);
    }

    /// <summary>All of them, long ones first.</summary>
    public LiteralTable Table { get; }

    /// <summary>From a fingerprint to long ones in the table.</summary>
    public FingerprintTable Longs { get; }

    /// <summary>From a fingerprint to short ones in the table.</summary>
    public FingerprintTable Shorts { get; }

    public long MemoryBytes => Table.MemoryBytes + Longs.MemoryBytes + Shorts.MemoryBytes;

    /// <summary>Compares the literals from one number up to another at a place of the input, and pays for it.</summary>
    public void Compare<TSink>(ReadOnlySpan<byte> input, int place, (int From, int To) literals, ref TSink sink, ref int credit)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        credit--;
        for (int literal = literals.From; literal < literals.To; literal++)
        {
            credit -= Table.Verify(input, place, literal, ref sink);
        }
    }
}
