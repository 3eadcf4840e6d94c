using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <content>The values of targets that rules themselves may change, looked up anew for each rule.</content>
public sealed partial class WafTransaction
{
    private readonly MemberList _persistent = new();

    /// <summary>Adds the values of a target to what was found; a count is one value.</summary>
    private void Find(WafRule rule, TargetPiece piece)
    {
        int before = _found.Count;
        if (Variables.TryViews(piece.Variable, piece.IsXmlAttributes, out CollectionView first, out CollectionView? second, out bool areNames))
        {
            Find(rule, piece, first.Members, areNames);
            if (second is not null) Find(rule, piece, second.Members, areNames);
        }
        else if (SecVariables.ShapeOf(piece.Variable) == SecVariableShape.Persistent)
        {
            FindPersistent(rule, piece);
        }
        else
        {
            switch (piece.Variable)
            {
                case SecVariable.Tx: FindTx(rule, piece); break;
                case SecVariable.MatchedVars or SecVariable.MatchedVarsNames: FindMatched(rule, piece); break;
                case SecVariable.Rule: FindRule(rule, piece); break;
                default: Add(rule, piece, TransactionMemory.Absent, Variables.Get(piece.Variable)); break;
            }
        }

        if (!piece.IsCount) return;
        int count = _found.Count - before;
        _found.RemoveRange(before, count);
        ByteSlice name = piece.Selector?.Name is { } written ? Memory.Keep(written) : TransactionMemory.Absent;
        _found.Add(new WafTarget(piece.Variable, name, count == 0 ? Program.Zero : count == 1 ? Program.One : Memory.KeepNumber(count)));
    }

    private void Find(WafRule rule, TargetPiece piece, ReadOnlySpan<Member> members, bool areNames)
    {
        foreach (Member member in members)
        {
            if (piece.Includes(Memory[member.Name])) Add(rule, piece, member.Name, areNames ? member.Name : member.Value);
        }
    }

    private void FindTx(WafRule rule, TargetPiece piece)
    {
        if (piece.TxSlot >= 0)
        {
            Add(rule, piece, Program.TxNames[piece.TxSlot], Tx[piece.TxSlot]);
            return;
        }

        foreach (int slot in Program.TxSlotsOf[piece.Id]) Add(rule, piece, Program.TxNames[slot], Tx[slot]);

        for (int i = 0; i < Tx.MadeCount; i++)
        {
            Member made = Tx.MadeAt(i);
            if (TransactionMemory.IsPresent(made.Value) && piece.Includes(Memory[made.Name])) Add(rule, piece, made.Name, made.Value);
        }
    }

    private void FindMatched(WafRule rule, TargetPiece piece)
    {
        foreach (WafTarget target in Matched.All)
        {
            ByteSlice name = FullName(target);
            if (piece.Includes(Memory[name])) Add(rule, piece, name, piece.Variable == SecVariable.MatchedVars ? target.Value : name);
        }
    }

    private void FindPersistent(WafRule rule, TargetPiece piece)
    {
        if (piece.Selector?.Name is { } name)
        {
            ByteSlice value = Collections.Read(piece.Variable, name);
            if (TransactionMemory.IsPresent(value)) Add(rule, piece, Memory.Keep(name), value);
            return;
        }

        _persistent.Clear();
        Collections.ReadAll(piece.Variable, _persistent);
        Find(rule, piece, _persistent.Members, areNames: false);
    }

    private void FindRule(WafRule rule, TargetPiece piece)
    {
        if (piece.Selector is not null) Add(rule, piece, piece.Selector.Name is { } name ? Memory.Keep(name) : TransactionMemory.Absent, RuleValue(piece.Selector));
    }

    private void Add(WafRule rule, TargetPiece piece, ByteSlice name, ByteSlice value)
    {
        if (!TransactionMemory.IsPresent(value)) return;
        if (Controls.HasExclusion(rule.Ordinal) && Controls.IsExcluded(rule.Ordinal, piece, Memory[name])) return;
        _found.Add(new WafTarget(piece.Variable, name, value));
    }
}
