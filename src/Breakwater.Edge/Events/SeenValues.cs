using System.Globalization;
using System.Text;
using Breakwater.Rules;

namespace Breakwater.Edge.Events;

/// <summary>
/// What an expression sees of a request, as text for people: the fields that it reads, and of maps the names that it asks for. Bounded, without
/// secrets. Stateless.
/// </summary>
internal static class SeenValues
{
    /// <summary>Values of one expression.</summary>
    public const int MaxValues = 16;

    /// <summary>Bytes of one value, before escaping.</summary>
    public const int MaxLength = 256;

    /// <summary>Elements of an array or a map.</summary>
    private const int MaxElements = 8;

    /// <summary>The values, in the order in which they stand in the expression; null where one is missing.</summary>
    public static IReadOnlyDictionary<string, string?> Of(Expression expression, FieldValues values, Redaction redaction)
    {
        var seen = new Dictionary<string, string?>(Math.Min(expression.Fields.Count, MaxValues));
        foreach (FieldId id in expression.Fields)
        {
            FieldDefinition field = KnownFields.Get(id);
            if (seen.Count == MaxValues)
            {
                break;
            }

            if (field.Type.Kind != TypeKind.Map)
            {
                seen[field.Name] = Text(field, values, redaction);
                continue;
            }

            List<string> names = NamesOf(expression.Text, field.Name);
            if (names.Count == 0)
            {
                seen[field.Name] = Map(field, values, redaction);
            }

            foreach (string name in names.Take(MaxValues - seen.Count))
            {
                seen[$"{field.Name}[\"{name}\"]"] = Entry(field, name, values, redaction);
            }
        }

        return seen;
    }

    private static string? Text(FieldDefinition field, FieldValues values, Redaction redaction)
    {
        switch (field.Type.Kind)
        {
            case TypeKind.Bool:
                return values.TryGetBool(field.Id, out bool truth) ? truth ? "true" : "false" : null;
            case TypeKind.Int:
                return values.TryGetInt(field.Id, out long number) ? number.ToString(CultureInfo.InvariantCulture) : null;
            case TypeKind.Ip:
                return values.TryGetIp(field.Id, out Matching.IpValue address) ? address.ToString() : null;
            case TypeKind.Bytes:
                return values.TryGetBytes(field.Id, out ReadOnlySpan<byte> bytes) ? redaction.Text(field.Id, bytes, MaxLength) : null;
            default:
                return Array(field, values, redaction);
        }
    }

    private static string? Array(FieldDefinition field, FieldValues values, Redaction redaction)
    {
        int count = values.GetCount(field.Id);
        if (count < 0)
        {
            return null;
        }

        // What is secret among the values of all headers or arguments, their names say.
        FieldId named = MapOf(field.Id);
        bool isInt = field.Type.Scalar == TypeKind.Int;
        var text = new StringBuilder("[");
        int each = MaxLength / Math.Clamp(count, 1, MaxElements);
        for (int i = 0; i < Math.Min(count, MaxElements); i++)
        {
            text.Append(i == 0 ? "" : ", ");
            if (isInt)
            {
                text.Append(values.GetIntElement(field.Id, i));
            }
            else if (named == field.Id)
            {
                Quote(text, redaction.Text(field.Id, values.GetElement(field.Id, i), each));
            }
            else
            {
                values.GetEntry(named, i, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
                Quote(text, redaction.Text(named, name, value, each));
            }
        }

        return text.Append(count > MaxElements ? ", \u2026]" : "]").ToString();
    }

    private static string? Map(FieldDefinition field, FieldValues values, Redaction redaction)
    {
        int count = values.GetCount(field.Id);
        if (count < 0)
        {
            return null;
        }

        var text = new StringBuilder("{");
        int each = MaxLength / Math.Clamp(count, 1, MaxElements);
        for (int i = 0; i < Math.Min(count, MaxElements); i++)
        {
            values.GetEntry(field.Id, i, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            Quote(text.Append(i == 0 ? "" : ", "), PlainText.Of(name, each));
            Quote(text.Append(": "), redaction.Text(field.Id, name, value, each));
        }

        return text.Append(count > MaxElements ? ", \u2026}" : "}").ToString();
    }

    private static string? Entry(FieldDefinition field, string key, FieldValues values, Redaction redaction)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        var found = new List<string>();
        bool isInt = field.Type.Scalar == TypeKind.Int;
        for (int i = values.FindEntry(field.Id, name, 0); i >= 0 && found.Count < MaxElements; i = values.FindEntry(field.Id, name, i + 1))
        {
            values.GetEntry(field.Id, i, out _, out ReadOnlySpan<byte> value);
            found.Add(isInt ? values.GetIntElement(field.Id, i).ToString(CultureInfo.InvariantCulture) : redaction.Text(field.Id, name, value, MaxLength / (found.Count + 1)));
        }

        if (found.Count <= 1)
        {
            return found.Count == 0 ? null : found[0];
        }

        var text = new StringBuilder("[");
        foreach (string value in found)
        {
            Quote(text.Append(text.Length == 1 ? "" : ", "), value);
        }

        return text.Append(']').ToString();
    }

    /// <summary>The names by which an expression asks for entries of a map: <c>http.request.headers["host"]</c>.</summary>
    private static List<string> NamesOf(string expression, string field)
    {
        var names = new List<string>();
        string start = field + "[\"";
        for (int at = expression.IndexOf(start, StringComparison.Ordinal); at >= 0; at = expression.IndexOf(start, at, StringComparison.Ordinal))
        {
            at += start.Length;
            int end = expression.IndexOf("\"]", at, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            string name = expression[at..end];
            if (!names.Contains(name))
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <summary>The map whose values an array holds; the field itself where there is none.</summary>
    private static FieldId MapOf(FieldId field) => field switch
    {
        FieldId.HttpRequestHeadersValues => FieldId.HttpRequestHeaders,
        FieldId.HttpResponseHeadersValues => FieldId.HttpResponseHeaders,
        FieldId.RawHttpResponseHeadersValues => FieldId.RawHttpResponseHeaders,
        FieldId.HttpRequestUriArgsValues => FieldId.HttpRequestUriArgs,
        FieldId.RawHttpRequestUriArgsValues => FieldId.RawHttpRequestUriArgs,
        FieldId.HttpRequestBodyFormValues => FieldId.HttpRequestBodyForm,
        FieldId.HttpRequestBodyMultipartValues => FieldId.HttpRequestBodyMultipart,
        _ => field,
    };

    private static void Quote(StringBuilder text, string value) =>
        text.Append('"').Append(value.Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
}
