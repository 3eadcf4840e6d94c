using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Errors;

/// <summary>
/// What is to be said about one way for an exchange to fail. Immutable. The texts are for everyone's eyes: no addresses, no names.
/// </summary>
/// <param name="End">The way.</param>
/// <param name="Party">Whose failure it is.</param>
/// <param name="Status">The status that is sent.</param>
/// <param name="Extended">
/// The status of the vocabulary that operators know from content delivery networks (520 to 526), where it tells more; else
/// <paramref name="Status"/>.
/// </param>
/// <param name="Reason">What happened, in a few words.</param>
/// <param name="Detail">What happened, in a sentence that says who failed.</param>
/// <param name="Visitor">What somebody who meets the page can do.</param>
/// <param name="Operator">What the site's operator should look at.</param>
internal sealed record Failure(
    ExchangeEnd End, FailedParty Party, int Status, int Extended, string Reason, string Detail, string Visitor, string Operator);
