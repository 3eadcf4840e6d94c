using System.Collections.Immutable;

namespace Breakwater.Waf.SecLang;

/// <summary>SecRule, SecAction, SecDefaultAction, SecMarker.</summary>
internal sealed partial class SecParser
{
    internal void Rule(List<SecWord> words)
    {
        List<SecTarget> targets = [];
        SecWord written = words[1];
        if (SecTargetParser.Parse(written.Text, written.PositionAt, limits.PartsPerRule, targets) is { } badTarget)
        {
            Error(written, badTarget);
            CloseBrokenChain();
            return;
        }

        if (Operator(words[2]) is not { } op || Actions(words.Count > 3 ? words[3] : null) is not { } actions)
        {
            CloseBrokenChain();
            return;
        }

        if (targets.TrueForAll(t => t.Mode == SecTargetMode.Exclude))
        {
            Error(written.Position, "a rule whose targets are all left out", "name what it shall look at");
        }

        Add(words[0].Position, targets, op, actions);
    }

    internal void Action(List<SecWord> words)
    {
        SecOperator always = new(SecOperatorKind.UnconditionalMatch, false, SecText.Empty, [], words[0].Position);
        if (Actions(words[1]) is { } actions) Add(words[0].Position, [], always, actions);
        else CloseBrokenChain();
    }

    internal void DefaultAction(List<SecWord> words)
    {
        if (Actions(words[1]) is not { } actions) return;
        SecPosition position = words[1].Position;
        if (actions.Id is not null || actions.Chain || actions.Skip is not null || actions.SkipAfter is not null)
        {
            Error(position, "SecDefaultAction with id, chain or skip", "write them in the rule");
        }
        else if (actions.Disruptive is { IsBlock: true })
        {
            Error(position, "block in SecDefaultAction, which says what block means", "write deny, drop, redirect, allow or pass");
        }
        else if (actions.Phase is not { } phase)
        {
            Error(position, "SecDefaultAction without a phase", "write one for each phase, such as \"phase:2,log,pass\"");
        }
        else
        {
            _defaults[(int)phase] = actions;
        }
    }

    internal void Marker(List<SecWord> words) => _entries.Add(new SecMarker(words[1].Text, words[0].Position));

    private SecActionSet? Actions(SecWord? word)
    {
        SecActionSet actions = new();
        if (word is null || actions.Read(word.Text, word.PositionAt, limits.PartsPerRule) is not { } fault) return actions;
        Error(word, fault);
        return null;
    }

    private void Add(SecPosition position, List<SecTarget> targets, SecOperator op, SecActionSet actions)
    {
        if (_rules++ >= limits.Rules)
        {
            if (_rules == limits.Rules + 1) Error(position, $"more than {limits.Rules} rules", "load fewer");
            return;
        }

        bool isLink = _openChain is not null;
        SecPhase phase = isLink ? First().Actions.Phase ?? SecPhase.RequestBody : actions.Phase ?? SecPhase.RequestBody;
        SecRuleDraft draft = new(position, actions, _defaults[(int)phase]) { Operator = op, Targets = targets };
        if (isLink ? !AddLink(draft, phase) : !AddFirst(draft)) return;
        _openChain = actions.Chain ? draft : null;
    }

    private SecRuleDraft First() => (SecRuleDraft)_entries[^1];

    private bool AddFirst(SecRuleDraft draft)
    {
        _chainLinks = 1;
        _entries.Add(draft);
        if (draft.Id == 0) return Error(draft.Position, "a rule without an id", "add id:NUMBER; own rules use 1 to 99999");
        if (_byId.TryGetValue(draft.Id, out SecRuleDraft? other) && !other.IsRemoved)
        {
            Error(draft.Position, $"the id {draft.Id} is already used at {other.Position}", "give it another one");
            return true; // its chain belongs to it all the same
        }

        _byId[draft.Id] = draft;
        return true;
    }

    private bool AddLink(SecRuleDraft draft, SecPhase phase)
    {
        SecActionSet actions = draft.Actions;
        if (++_chainLinks > limits.ChainLinks) Error(draft.Position, $"a chain of more than {limits.ChainLinks} rules", "split it");
        if (actions.Id is not null) Error(draft.Position, "an id in a chained rule", "remove it: all links have the id of the first");
        if (actions.Phase is { } own && own != phase) Error(draft.Position, "a chained rule of another phase", "remove it: all links run in the phase of the first");
        if (actions.Disruptive is not null) Error(draft.Position, "a disruptive action in a chained rule", "write it in the chain's first rule");
        if (actions.Skip is not null || actions.SkipAfter is not null) Error(draft.Position, "skip in a chained rule", "write it in the chain's first rule");
        _openChain!.Chained = draft;
        return true;
    }

    /// <summary>A chain that no rule continued is an error.</summary>
    private void CloseChain()
    {
        if (_openChain is not null) Error(_openChain.Position, "chain, but no rule follows", "add the rule that continues it, or remove chain");
        _openChain = null;
    }

    /// <summary>After a link that could not be read, what follows cannot be judged: the next rule starts anew, without a second error.</summary>
    private void CloseBrokenChain() => _openChain = null;

    private SecOperator? Operator(SecWord word)
    {
        ReadOnlySpan<char> text = word.Text;
        int at = 0;
        Skip(text, ref at);
        bool negated = at < text.Length && text[at] == '!';
        if (negated) at++;
        Skip(text, ref at);

        SecOperatorKind kind = SecOperatorKind.Rx;
        SecArgumentKind argument = SecArgumentKind.Fixed;
        if (at < text.Length && text[at] == '@')
        {
            int name = ++at;
            while (at < text.Length && char.IsAsciiLetterOrDigit(text[at])) at++;
            if (SecOperators.Find(text[name..at], out kind, out argument) is { } unknown)
            {
                Error(word, unknown.At(name - 1));
                return null;
            }

            Skip(text, ref at);
        }

        // Blanks at the end of an expression count; of anything else they are an accident.
        ReadOnlySpan<char> rest = text[at..];
        if (kind is not (SecOperatorKind.Rx or SecOperatorKind.RxGlobal)) rest = rest.TrimEnd();
        return Operator(word, at, kind, argument, negated, rest.ToString());

        static void Skip(ReadOnlySpan<char> text, ref int at)
        {
            while (at < text.Length && text[at] is ' ' or '\t') at++;
        }
    }

    private SecOperator? Operator(SecWord word, int offset, SecOperatorKind kind, SecArgumentKind argument, bool negated, string text)
    {
        SecText value = SecText.Plain(text);
        ImmutableArray<SecDataFile> files = [];
        if (argument == SecArgumentKind.Text && SecText.Parse(text, out value) is { } fault)
        {
            Error(word, fault.At(offset));
            return null;
        }

        if (argument == SecArgumentKind.Files && (files = DataFiles(word, offset, text)).IsEmpty) return null;
        if (argument == SecArgumentKind.Fixed && text.Length == 0 && kind is not (SecOperatorKind.Rx or SecOperatorKind.RxGlobal))
        {
            Error(word, new SecFault(offset, $"@{SecOperators.NameOf(kind)} needs an argument", "write it after the name"));
            return null;
        }

        if (kind == SecOperatorKind.Rbl)
        {
            Warn(word.PositionAt(offset), "@rbl never matches: a request never waits for DNS", "use an address list of the zone");
        }

        return new SecOperator(kind, negated, value, files, word.Position);
    }

    private ImmutableArray<SecDataFile> DataFiles(SecWord word, int offset, string text)
    {
        ImmutableArray<SecDataFile>.Builder files = ImmutableArray.CreateBuilder<SecDataFile>();
        foreach (string name in text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            string path = source.Resolve(name, word.Position.File);
            if (!_dataFiles.TryGetValue(path, out SecDataFile? file))
            {
                if (!TryRead(path, word.PositionAt(offset), out ReadOnlyMemory<byte> content)) return [];
                _dataFiles[path] = file = new SecDataFile(path, content);
            }

            files.Add(file);
        }

        if (files.Count == 0) Error(word, new SecFault(offset, "the name of a file is missing", "write it after the operator"));
        return files.ToImmutable();
    }
}
