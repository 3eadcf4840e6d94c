using System.Text;

namespace Breakwater.Http;

/// <summary>Weights in Accept, Accept-Language and their like (RFC 9110 §12.4.2), in thousandths. Stateless.</summary>
public static class QualityValue
{
    /// <summary>The weight of what states none.</summary>
    public const int Full = 1000;

    /// <summary>
    /// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ). What is malformed counts as not stated, which is how most servers
    /// take it.
    /// </summary>
    public static int Read(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] is not ((byte)'0' or (byte)'1') || text.Length > 5 || (text.Length > 1 && text[1] != '.'))
        {
            return Full;
        }

        int value = (text[0] - '0') * Full;
        int weight = Full / 10;
        for (int i = 2; i < text.Length; i++, weight /= 10)
        {
            if (!Octets.IsDigit(text[i]))
            {
                return Full;
            }

            value += (text[i] - '0') * weight;
        }

        return Math.Min(value, Full);
    }

    /// <summary>The weight among the parameters of an element, which is what stands behind its first semicolon.</summary>
    public static int OfParameters(ReadOnlySpan<byte> parameters)
    {
        while (!parameters.IsEmpty)
        {
            int end = parameters.IndexOf((byte)';');
            ReadOnlySpan<byte> parameter = Octets.Trim(end < 0 ? parameters : parameters[..end]);
            parameters = end < 0 ? default : parameters[(end + 1)..];
            if (parameter.Length > 1 && parameter[1] == '=' && Ascii.EqualsIgnoreCase(parameter[..1], "q"u8))
            {
                return Read(parameter[2..]);
            }
        }

        return Full;
    }
}
