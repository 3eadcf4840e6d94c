using System.Globalization;
using System.Text;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>Finds the requests in what a browser wrote on one connection (RFC 9112): heads, and bodies of a given length. Owned by one connection.</summary>
/// <param name="seen">Called with the bytes of each whole request.</param>
internal sealed class RequestSplitter(Action<byte[]> seen)
{
    private readonly MemoryStream _pending = new();
    private bool _isUpgraded;

    /// <summary>Takes what was read.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_isUpgraded) return;
        _pending.Write(bytes);
        while (TakeOne())
        {
        }
    }

    private bool TakeOne()
    {
        ReadOnlySpan<byte> pending = _pending.GetBuffer().AsSpan(0, (int)_pending.Length);
        int head = pending.IndexOf("\r\n\r\n"u8) + 4;
        if (head < 4) return false;
        string[] fields = Encoding.Latin1.GetString(pending[..head]).Split("\r\n");
        if (Value(fields, "Transfer-Encoding") is { } coding) throw new NotSupportedException($"a browser sent Transfer-Encoding: {coding}");
        int length = head + int.Parse(Value(fields, "Content-Length") ?? "0", CultureInfo.InvariantCulture);
        if (pending.Length < length) return false;

        seen(pending[..length].ToArray());
        _isUpgraded = Value(fields, "Upgrade") is not null;
        byte[] rest = pending[length..].ToArray();
        _pending.SetLength(0);
        _pending.Write(rest);
        return !_isUpgraded;
    }

    private static string? Value(string[] fields, string name) =>
        fields.FirstOrDefault(f => f.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}
