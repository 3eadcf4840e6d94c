using System.Text;
using Breakwater.Matching;
using Breakwater.Waf.Operators.Injection;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Operators;

/// <summary>
/// Makes operators of what rules say. Rules that say the same share one operator. One loading, one thread; what it makes is immutable.
/// </summary>
public sealed class OperatorCompiler
{
    private readonly Dictionary<(SecOperatorKind, string), Operator> _made = [];

    /// <summary>Compiles an operator; null, with the reason added, where it cannot be.</summary>
    public Operator? Compile(SecOperator source, ICollection<SecDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(diagnostics);
        // Files by their paths: the same name is another file in another folder.
        string argument = source.Files.IsEmpty ? source.Argument.Source : string.Join('\n', source.Files.Select(f => f.Path));
        (SecOperatorKind, string) key = (source.Kind, argument);
        if (_made.TryGetValue(key, out Operator? made)) return made;
        (made, string? problem, string remedy) = Make(source);
        if (made is not null) return _made[key] = made;
        diagnostics.Add(new SecDiagnostic(source.Position, SecSeverity.Error, problem ?? "", remedy));
        return null;
    }

    private static (Operator? Made, string? Problem, string Remedy) Make(SecOperator source) => source.Kind switch
    {
        SecOperatorKind.BeginsWith => (new BeginsWith(), null, ""),
        SecOperatorKind.Contains or SecOperatorKind.StrMatch => (new Contains(), null, ""),
        SecOperatorKind.ContainsWord => (new ContainsWord(), null, ""),
        SecOperatorKind.DetectSqli => (new DetectSqli(), null, ""),
        SecOperatorKind.DetectXss => (new DetectXss(), null, ""),
        SecOperatorKind.EndsWith => (new EndsWith(), null, ""),
        SecOperatorKind.Eq => (new Eq(), null, ""),
        SecOperatorKind.Ge => (new Ge(), null, ""),
        SecOperatorKind.Gt => (new Gt(), null, ""),
        SecOperatorKind.Le => (new Le(), null, ""),
        SecOperatorKind.Lt => (new Lt(), null, ""),
        SecOperatorKind.StrEq => (new StrEq(), null, ""),
        SecOperatorKind.Within => (new Within(), null, ""),
        SecOperatorKind.UnconditionalMatch => (new UnconditionalMatch(), null, ""),
        // The loader has said that @rbl never matches.
        SecOperatorKind.NoMatch or SecOperatorKind.Rbl => (new NoMatch(), null, ""),
        SecOperatorKind.IpMatch => Addresses(source.Argument.Source.Split(',').Select(t => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(t))),
        SecOperatorKind.IpMatchFromFile => Addresses(source.Files.SelectMany(f => f.Items())),
        SecOperatorKind.Pm => (Pm.Create(PmPhrases.Of(source.Argument.Source)), null, ""),
        SecOperatorKind.PmFromFile => (Pm.Create(source.Files.SelectMany(f => f.Items())), null, ""),
        SecOperatorKind.Rx => Expression(source, RxEverything.Is(source.Argument.Source) ? static regex => new RxEverything(regex) : Rx.Create),
        SecOperatorKind.RxGlobal => Expression(source, RxGlobal.Create),
        SecOperatorKind.ValidateByteRange => ByteRanges(source),
        SecOperatorKind.ValidateUrlEncoding => (new ValidateUrlEncoding(), null, ""),
        SecOperatorKind.ValidateUtf8Encoding => (new ValidateUtf8Encoding(), null, ""),
        SecOperatorKind.VerifyCc => Expression(source, r => new VerifyCc(r)),
        SecOperatorKind.VerifyCpf => Expression(source, r => new VerifyCpf(r)),
        SecOperatorKind.VerifySsn => Expression(source, r => new VerifySsn(r)),
        SecOperatorKind.VerifySvnr => Expression(source, r => new VerifySvnr(r)),
        _ => (null, $"@{SecOperators.NameOf(source.Kind)} is not available", "remove the rule"),
    };

    private static (Operator?, string?, string) Addresses(IEnumerable<ReadOnlyMemory<byte>> items) =>
        IpMatch.TryCreate(items, out IpMatch? match) is { } wrong
            ? (null, $"{SecNames.Quote(wrong)} is no address and no network", "write 192.0.2.1 or 2001:db8::/32")
            : (match, null, "");

    private static (Operator?, string?, string) ByteRanges(SecOperator source) =>
        ValidateByteRange.TryCreate(source.Argument.Source, out ValidateByteRange? range) is { } wrong
            ? (null, $"{SecNames.Quote(wrong)} is no range of bytes", "write numbers from 0 to 255, such as 9,10,13,32-126")
            : (range, null, "");

    private static (Operator?, string?, string) Expression(SecOperator source, Func<ByteRegex, Operator> make)
    {
        byte[] pattern = Encoding.UTF8.GetBytes(source.Argument.Source);
        return ByteRegex.TryCompile(pattern, Rx.Options, out ByteRegex? regex, out ByteRegexError error)
            ? (make(regex), null, "")
            : (null, $"the expression is wrong at its byte {error.Offset}: {error.Message.TrimEnd('.')}", "mend the expression");
    }
}
