using System.Globalization;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;

namespace Breakwater.Edge.Zones;

/// <summary>Tells browsers to come by https only (HSTS, RFC 6797), on answers over https (§7.2: never on plain ones). Immutable.</summary>
internal sealed class StrictTransport : IResponseModule
{
    private readonly byte[] _value;

    public StrictTransport(HstsConfig config)
    {
        var value = new StringBuilder("max-age=").Append(((long)config.MaxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        value.Append(config.IncludeSubdomains ? "; includeSubDomains" : "").Append(config.Preload ? "; preload" : "");
        _value = Encoding.ASCII.GetBytes(value.ToString());
    }

    /// <inheritdoc/>
    public string Name => "hsts";

    /// <inheritdoc/>
    public ModuleId Module => ModuleId.Hsts;

    /// <inheritdoc/>
    public LocalResponse? OnResponse(Exchange exchange)
    {
        if (exchange.IsHttps)
        {
            exchange.ResponseEdits.Set("Strict-Transport-Security"u8, _value);
        }

        return null;
    }
}
