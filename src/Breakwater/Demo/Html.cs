using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Breakwater.Demo;

/// <summary>
/// Markup. Immutable. Made from interpolated strings whose holes are encoded, unless they are markup themselves; so no page can forget to.
/// </summary>
internal readonly record struct Html(string Markup)
{
    public static Html Of(Interpolation markup) => new(markup.ToString());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Markup)));

    public override string ToString() => Markup;

    [InterpolatedStringHandler]
    public readonly ref struct Interpolation(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _markup = new(literalLength + (formattedCount * 32));

        public void AppendLiteral(string literal) => _markup.Append(literal);

        public void AppendFormatted(Html markup) => _markup.Append(markup.Markup);

        public void AppendFormatted(string? text) => _markup.Append(HtmlEncoder.Default.Encode(text ?? ""));

        public void AppendFormatted(IFormattable value) => AppendFormatted(value.ToString(null, System.Globalization.CultureInfo.InvariantCulture));

        public override string ToString() => _markup.ToString();
    }
}
