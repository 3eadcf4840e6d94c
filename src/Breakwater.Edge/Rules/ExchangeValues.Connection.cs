using Breakwater.Edge.Clients;
using Breakwater.Edge.Geography;
using Breakwater.Matching;
using Breakwater.Rules;

namespace Breakwater.Edge.Rules;

/// <content>The connection, the client's address and where that is.</content>
internal sealed partial class ExchangeValues
{
    private Place? _place;

    /// <summary>Where the client's address is; <see cref="Geography.Place.Unknown"/> without a database that knows.</summary>
    public Place Place => _place ??= FindPlace();

    private ReadOnlySpan<byte> ZoneName => _exchange.Zone is { } zone ? zone.NameBytes : default;

    private IpValue ServerIp => RuleAddress.Of(ClientAddress.From(_exchange.Connection.Local.Address));

    private ReadOnlySpan<byte> OfTls(FieldId field) => field switch
    {
        FieldId.CfTlsVersion => _exchange.Connection.TlsText.Version,
        FieldId.CfTlsCipher => _exchange.Connection.TlsText.Cipher,
        FieldId.CfBotManagementJa4 => _exchange.Connection.TlsText.Ja4,
        _ => _exchange.Connection.TlsText.Random,
    };

    private Place FindPlace() => _exchange.Generation?.Geography is { } geography
        ? geography.Find(_exchange.ClientAddress, _exchange.Connection.Places)
        : Place.Unknown;

    private void ClearConnection() => _place = null;
}
