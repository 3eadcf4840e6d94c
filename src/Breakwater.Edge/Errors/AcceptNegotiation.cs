using System.Text;
using Breakwater.Http;

namespace Breakwater.Edge.Errors;

/// <summary>
/// Chooses the form of an answer by the request's Accept fields (RFC 9110 §12.5.1): the highest quality wins; then the form that is named
/// more exactly; then the one that is named first; then plain text. Linear in the field's length, allocates nothing. What accepts none
/// of the forms gets plain text: an error in the wrong form is more use than an error about forms.
/// </summary>
internal static class AcceptNegotiation
{
    /// <summary>The form for this request.</summary>
    public static PageFormat Choose(RequestHead request)
    {
        int at = request.IndexOf(KnownField.Accept);
        if (at < 0 || request.Value(at).SequenceEqual("*/*"u8))
        {
            return PageFormat.Plain;
        }

        // What every browser sends. Named exactly, in the first place, with full weight: nothing that follows can beat it.
        if (request.Value(at).StartsWith("text/html,"u8))
        {
            return PageFormat.Html;
        }

        Candidate plain = new(), html = new(), json = new();
        int position = 0;
        for (; at >= 0; at = request.IndexOf(KnownField.Accept, at + 1))
        {
            foreach (ReadOnlySpan<byte> element in HeaderTokens.Enumerate(request.Value(at)))
            {
                ReadOnlySpan<byte> range = Take(element, out ReadOnlySpan<byte> parameters);
                int quality = Quality(parameters, out bool isPlainRange);
                int anyType = range.SequenceEqual("*/*"u8) ? 1 : 0;
                int anyText = Ascii.EqualsIgnoreCase(range, "text/*"u8) ? 2 : anyType;
                int anyApplication = Ascii.EqualsIgnoreCase(range, "application/*"u8) ? 2 : anyType;
                bool exact = isPlainRange;
                plain.Offer(exact && Ascii.EqualsIgnoreCase(range, "text/plain"u8) ? 3 : anyText, quality, position);
                html.Offer(exact && Ascii.EqualsIgnoreCase(range, "text/html"u8) ? 3 : anyText, quality, position);
                json.Offer(exact && IsJson(range) ? 3 : anyApplication, quality, position);
                position++;
            }
        }

        PageFormat best = PageFormat.Plain;
        Candidate winner = plain;
        if (html.IsBetterThan(winner))
        {
            (best, winner) = (PageFormat.Html, html);
        }

        return json.IsBetterThan(winner) ? PageFormat.Json : best;
    }

    private static bool IsJson(ReadOnlySpan<byte> range) =>
        Ascii.EqualsIgnoreCase(range, "application/json"u8) || Ascii.EqualsIgnoreCase(range, "application/problem+json"u8);

    /// <summary>
    /// The weight in thousandths: 1000 where there is none or it is malformed. A parameter before it narrows the range to something that
    /// none of our forms is, except for charset, which says what they are anyway.
    /// </summary>
    private static int Quality(ReadOnlySpan<byte> parameters, out bool isPlainRange)
    {
        isPlainRange = true;
        while (!parameters.IsEmpty)
        {
            ReadOnlySpan<byte> parameter = Take(parameters, out parameters);
            int equals = parameter.IndexOf((byte)'=');
            ReadOnlySpan<byte> name = equals < 0 ? parameter : parameter[..equals];
            if (Ascii.EqualsIgnoreCase(name, "q"u8))
            {
                return equals < 0 ? QualityValue.Full : QualityValue.Read(parameter[(equals + 1)..]);
            }

            isPlainRange &= name.IsEmpty || Ascii.EqualsIgnoreCase(name, "charset"u8);
        }

        return QualityValue.Full;
    }

    /// <summary>What stands before the next semicolon, trimmed, and the rest.</summary>
    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest)
    {
        int end = text.IndexOf((byte)';');
        rest = end < 0 ? default : text[(end + 1)..];
        return (end < 0 ? text : text[..end]).Trim(" \t"u8);
    }

    /// <summary>What the most exact range that fits one form says about it.</summary>
    private struct Candidate
    {
        private int _exactness;
        private int _quality;
        private int _position;

        public void Offer(int exactness, int quality, int position)
        {
            if (exactness > _exactness)
            {
                (_exactness, _quality, _position) = (exactness, quality, position);
            }
        }

        public readonly bool IsBetterThan(in Candidate other) =>
            _quality != 0 && (_quality != other._quality ? _quality > other._quality
                : _exactness != other._exactness ? _exactness > other._exactness
                : _position < other._position);
    }
}
