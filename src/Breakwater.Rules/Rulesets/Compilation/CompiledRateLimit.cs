using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Breakwater.Rules.Rulesets;

/// <summary>A rate limit that can count. Immutable, thread-safe; the counters are the caller's.</summary>
public sealed class CompiledRateLimit
{
    /// <summary>Characteristics of one limit.</summary>
    public const int MaxCharacteristics = 16;

    // Longer values are hashed: a client chooses their length, and a key must stay small.
    private const int MaxValueLength = 64;

    // Presence and length before each value.
    private const int Overhead = 3;

    private readonly ImmutableArray<CompiledCharacteristic> _characteristics;

    internal CompiledRateLimit(
        RateLimit limit, ImmutableArray<CompiledCharacteristic> characteristics, Expression? counting, bool countsResponses)
    {
        _characteristics = characteristics;
        (Limit, Counting, CountsResponses) = (limit, counting, countsResponses);
        MaxKeyLength = characteristics.Length * (MaxValueLength + Overhead);
    }

    /// <summary>The limit as it was written.</summary>
    public RateLimit Limit { get; }

    /// <summary>What must hold for a request to be counted, when that is not the rule's filter.</summary>
    public Expression? Counting { get; }

    /// <summary>Whether counting waits for the response.</summary>
    public bool CountsResponses { get; }

    /// <summary>What tells clients apart. Empty = all requests count together.</summary>
    public ImmutableArray<CompiledCharacteristic> Characteristics => _characteristics;

    /// <summary>Bytes that a key needs at most.</summary>
    public int MaxKeyLength { get; }

    /// <summary>
    /// Writes what tells this request's client apart: equal for requests that count together, different for all others. A characteristic
    /// that the request lacks is another value than an empty one. Long values are replaced by their SHA-256.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="key">Takes the key; at least <see cref="MaxKeyLength"/> long.</param>
    /// <returns>The bytes written.</returns>
    public int WriteKey(EvaluationContext context, Span<byte> key)
    {
        ArgumentNullException.ThrowIfNull(context);
        int at = 0;
        foreach (CompiledCharacteristic characteristic in _characteristics)
        {
            if (!characteristic.Value.TryEvaluateKey(context, out ReadOnlySpan<byte> value))
            {
                key[at++] = 0;
                continue;
            }
            Span<byte> target = key[(at + Overhead)..];
            bool isLong = value.Length > MaxValueLength;
            int length = isLong ? SHA256.HashData(value, target) : value.Length;
            if (!isLong) value.CopyTo(target);
            key[at] = (byte)(isLong ? 2 : 1);
            BinaryPrimitives.WriteUInt16LittleEndian(key[(at + 1)..], (ushort)length);
            at += Overhead + length;
        }
        return at;
    }
}

/// <summary>One of the values that tell a rate limit's clients apart. Immutable.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Kind">What it looks at.</param>
/// <param name="Value">Reads it from a request.</param>
public sealed record CompiledCharacteristic(string Text, CharacteristicKind Kind, ValueExpression Value);

/// <summary>What a rate limit's characteristic looks at.</summary>
public enum CharacteristicKind : byte
{
    /// <summary>Anything else: an expression of its own.</summary>
    Other,

    /// <summary>The client's address.</summary>
    Address,

    /// <summary>A fingerprint of the TLS handshake (JA3, JA4).</summary>
    Fingerprint,

    /// <summary>The network's number.</summary>
    Asn,

    /// <summary>The country.</summary>
    Country,

    /// <summary>The host.</summary>
    Host,

    /// <summary>The path.</summary>
    Path,

    /// <summary>A request header.</summary>
    Header,

    /// <summary>A cookie.</summary>
    Cookie,

    /// <summary>A query argument.</summary>
    Argument,

    /// <summary>A part of the request's body.</summary>
    Body,
}
