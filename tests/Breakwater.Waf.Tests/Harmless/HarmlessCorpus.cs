namespace Breakwater.Waf.Tests.Harmless;

/// <summary>
/// Requests of ordinary visitors: made from texts in <c>texts/</c> in the forms in which front ends send them, always the same; and recorded from a
/// browser. None is left out because a rule objects to it; then the rule is mended.
/// </summary>
internal static class HarmlessCorpus
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<HarmlessRequest> All { get; } =
    [
        .. SearchRequests.All(), .. PeopleRequests.All(), .. PostRequests.All(), .. ChatRequests.All(), .. LanguageRequests.All(), .. SettingsRequests.All(), .. RichTextRequests.All(), .. ApiRequests.All(),
        .. SignInRequests.All(), .. CookieRequests.All(), .. UploadRequests.All(), .. ProtocolRequests.All(), .. ClientRequests.All(),
        .. RecordedRequests.All(),
    ];
}
