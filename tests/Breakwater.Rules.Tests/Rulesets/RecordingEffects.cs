using Breakwater.Matching;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Rules.Tests.Rulesets;

/// <summary>Notes what rules decide, one word each: <c>id</c> applied, <c>!id</c> ended, <c>#id</c> counted, <c>?id</c> asked for its limit.</summary>
internal sealed class RecordingEffects : IRuleEffects
{
    public List<string> Notes { get; } = [];

    public HashSet<string> Exceeded { get; } = [];

    public HashSet<string> LetPass { get; } = [];

    public string Text => string.Join(' ', Notes);

    public void Apply(CompiledRule rule, EvaluationContext context) => Notes.Add(rule.Id);

    public bool Ends(CompiledRule rule, EvaluationContext context)
    {
        Notes.Add("!" + rule.Id);
        return !LetPass.Contains(rule.Id);
    }

    public bool IsExceeded(CompiledRule rule, EvaluationContext context, bool counts, bool applies)
    {
        Notes.Add($"{(counts ? "#" : "")}{(applies ? "?" : "")}{rule.Id}");
        return Exceeded.Contains(rule.Id);
    }
}

/// <summary>A request of which rules see a path, an address and, later, a status. Everything else is missing.</summary>
internal sealed class FakeRequest : FieldValues
{
    public byte[] Path { get; set; } = "/"u8.ToArray();

    public string Url { get; set; } = "https://example.com/";

    public IpValue Client { get; set; } = IpValue.V4(0x0a000001);

    public int? Status { get; set; }

    public string? Country { get; set; }

    public override bool TryGetBytes(FieldId field, out ReadOnlySpan<byte> value)
    {
        value = field switch
        {
            FieldId.HttpRequestUriPath => Path,
            FieldId.HttpRequestFullUri => System.Text.Encoding.UTF8.GetBytes(Url),
            FieldId.HttpHost => "example.com"u8,
            FieldId.IpSrcCountry when Country is not null => System.Text.Encoding.UTF8.GetBytes(Country),
            _ => default,
        };
        return field is FieldId.HttpRequestUriPath or FieldId.HttpRequestFullUri or FieldId.HttpHost || field == FieldId.IpSrcCountry && Country is not null;
    }

    public override bool TryGetIp(FieldId field, out IpValue value)
    {
        value = Client;
        return field == FieldId.IpSrc;
    }

    public override bool TryGetInt(FieldId field, out long value)
    {
        value = Status ?? 0;
        return field == FieldId.HttpResponseCode && Status is not null;
    }
}
