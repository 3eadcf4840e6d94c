using Breakwater.Edge.Clients;
using Breakwater.Edge.Files;
using Breakwater.Edge.Listeners;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

/// <summary>docs/tls.md says what the code does.</summary>
public class TlsDocumentTests
{
    [Fact]
    public void Every_fixed_value_is_the_codes()
    {
        string[] values = [.. RepositoryFiles.Section(RepositoryFiles.Read("docs/tls.md"), "## What is fixed?")
            .Split('\n').Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Split('|')[2].Trim())];
        Assert.Equal(
            [
                KiB(ClientHelloReader.MaxMessageLength),
                $"{ClientHelloReader.MaxRecords}",
                $"{ClientHelloParser.MaxCodes}",
                $"{ClientHelloParser.MaxExtensions}",
                $"{ClientHelloParser.MaxKeyShares}",
                $"{ClientHelloParser.MaxAlpnLength}",
                KiB(HttpOnTlsPort.MaxHeadLength),
                $"{ProxyProtocol.MaxLineLength} bytes",
                KiB(ProxyProtocol.MaxBlockLength),
                $"{ForwardedChain.MaxHops}",
                $"{FileWatch.Interval.TotalSeconds} s",
                $"{(FileWatch.Interval * FileWatch.FullLookEvery).TotalMinutes} min",
                $"{PemFile.MaxLength >> 20} MiB",
                $"{DevelopmentCertificate.Lifetime.TotalDays} days",
                $"{DevelopmentCertificate.RenewBefore.TotalDays} days",
                $"{ProxyProtocolMiddleware.WarningInterval / 60_000_000} min",
            ],
            values);
    }

    private static string KiB(int bytes) => $"{bytes >> 10} KiB";
}
