using System.Globalization;
using System.Text.RegularExpressions;

namespace Breakwater.Waf.SecLang;

/// <summary>
/// SecRuleRemoveBy…, SecRuleUpdateTargetBy…, SecRuleUpdateActionById. They act on the rules before them, as in ModSecurity 2; where there
/// is none, on those after them, as in ModSecurity 3; where there is none either, they are reported.
/// </summary>
internal sealed partial class SecParser
{
    private readonly List<(SecPosition Position, string What, Func<SecRuleDraft, bool> Apply)> _waiting = [];

    internal void RemoveById(List<SecWord> words)
    {
        foreach (SecWord word in words.Skip(1))
        {
            foreach (string part in word.Text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
            {
                if (SecIdRange.Parse(part, out SecIdRange range) is { } fault) Error(word, fault);
                else Update(word.Position, $"removes rule {range}", draft => range.Contains(draft.Id) && Remove(draft));
            }
        }
    }

    internal void RemoveByTag(List<SecWord> words) => RemoveBy(words[1], "tag", draft => draft.Actions.Tags);

    internal void RemoveByMsg(List<SecWord> words) => RemoveBy(words[1], "message", Messages);

    internal void UpdateTargetById(List<SecWord> words)
    {
        string text = words[1].Text;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        int link = 0;
        if (colon >= 0 && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out link))
        {
            Error(words[1], new SecFault(colon + 1, "no number of a chain's link", "write ID or ID:1 for the second rule of the chain"));
            return;
        }

        if (SecIdRange.Parse(text.AsSpan(0, colon < 0 ? text.Length : colon), out SecIdRange range) is { } fault)
        {
            Error(words[1], fault);
            return;
        }

        UpdateTargets(words, $"updates the targets of rule {text}", draft => range.Contains(draft.Id), link);
    }

    internal void UpdateTargetByTag(List<SecWord> words) => UpdateTargetsBy(words, "tag", draft => draft.Actions.Tags);

    internal void UpdateTargetByMsg(List<SecWord> words) => UpdateTargetsBy(words, "message", Messages);

    internal void UpdateActionById(List<SecWord> words)
    {
        string text = words[1].Text;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        int link = 0;
        if (!SecIdRange.TryId(text.AsSpan(0, colon < 0 ? text.Length : colon), out long id)
            || (colon >= 0 && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out link)))
        {
            Error(words[1], new SecFault($"{SecNames.Quote(text)} is no rule id", "write ID or ID:1 for the second rule of the chain"));
            return;
        }

        if (Actions(words[2]) is not { } actions) return;
        if (actions.Id is not null || actions.Phase is not null || actions.Chain)
        {
            Error(words[2].Position, "id, phase and chain cannot be changed", "remove them from the list");
            return;
        }

        if (link > 0 && actions is not { Disruptive: null, Skip: null, SkipAfter: null })
        {
            Error(words[2].Position, "a disruptive action or skip for a chained rule", $"write it for the chain's first rule, {id}");
            return;
        }

        Update(words[1].Position, $"updates the actions of rule {text}", draft =>
        {
            if (draft.Id != id || draft.Link(link) is not { } rule) return false;
            rule.Actions.Overlay(actions);
            return true;
        });
    }

    private static bool Remove(SecRuleDraft draft)
    {
        draft.IsRemoved = true;
        return true;
    }

    private static IEnumerable<string> Messages(SecRuleDraft draft)
    {
        for (SecRuleDraft? link = draft; link is not null; link = link.Chained)
        {
            if (link.Actions.Msg is { } msg) yield return msg.Source;
        }
    }

    private void RemoveBy(SecWord word, string what, Func<SecRuleDraft, IEnumerable<string>> texts)
    {
        if (Expression(word) is not { } expression) return;
        Update(word.Position, $"removes rules by {what} {SecNames.Quote(word.Text)}", draft => texts(draft).Any(expression.IsMatch) && Remove(draft));
    }

    private void UpdateTargetsBy(List<SecWord> words, string what, Func<SecRuleDraft, IEnumerable<string>> texts)
    {
        if (Expression(words[1]) is not { } expression) return;
        UpdateTargets(words, $"updates targets by {what} {SecNames.Quote(words[1].Text)}", draft => texts(draft).Any(expression.IsMatch), 0);
    }

    private void UpdateTargets(List<SecWord> words, string what, Func<SecRuleDraft, bool> isMeant, int link)
    {
        List<SecTarget> targets = [];
        List<SecTarget> replaced = [];
        if (!Targets(words[2], targets) || (words.Count > 3 && !Targets(words[3], replaced))) return;
        Update(words[1].Position, what, draft =>
        {
            if (!isMeant(draft) || draft.Link(link) is not { } rule) return false;
            rule.Targets.RemoveAll(old => replaced.Exists(gone => gone.IsSameAs(old)));
            foreach (SecTarget target in targets)
            {
                if (!rule.Targets.Exists(target.IsSameAs)) rule.Targets.Add(target);
            }

            return true;
        });
    }

    private bool Targets(SecWord word, List<SecTarget> targets) =>
        SecTargetParser.Parse(word.Text, word.PositionAt, limits.PartsPerRule, targets) is not { } fault || Error(word, fault);

    /// <summary>Tags and messages are chosen by an expression that is searched in them, as ModSecurity's manual says.</summary>
    private Regex? Expression(SecWord word)
    {
        try
        {
            return new Regex(word.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            Error(word.Position, $"{SecNames.Quote(word.Text)} is no regular expression", "mend it; lookaround and backreferences are not possible");
            return null;
        }
    }

    private void Update(SecPosition position, string what, Func<SecRuleDraft, bool> apply)
    {
        if (!ApplyToAll(apply)) _waiting.Add((position, what, apply));
    }

    private void ApplyWaitingUpdates()
    {
        foreach ((SecPosition position, string what, Func<SecRuleDraft, bool> apply) in _waiting)
        {
            if (!ApplyToAll(apply)) Warn(position, $"this {what}, but there is none", "remove it, or mend what it names");
        }
    }

    private bool ApplyToAll(Func<SecRuleDraft, bool> apply)
    {
        bool any = false;
        foreach (object entry in _entries)
        {
            if (entry is SecRuleDraft { IsRemoved: false } draft) any |= apply(draft);
        }

        return any;
    }
}
