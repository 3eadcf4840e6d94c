namespace Breakwater.Http;

/// <summary>Content-Type (RFC 9110 §8.3). Stateless.</summary>
public static class MediaTypes
{
    /// <summary>Type and subtype as they came, without parameters: <c>text/html</c> of <c>text/html; charset=utf-8</c>.</summary>
    public static ReadOnlySpan<byte> WithoutParameters(ReadOnlySpan<byte> contentType)
    {
        int semicolon = contentType.IndexOf((byte)';');
        return Octets.Trim(semicolon < 0 ? contentType : contentType[..semicolon]);
    }
}
