using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>An action that changes variables; runs for each value that its link matches. Immutable.</summary>
internal abstract class RuleAction
{
    public abstract void Run(WafTransaction transaction);

    /// <summary>Adds to a number or takes from it; what is no number counts as 0, and what would overflow stays at the end of the range.</summary>
    protected static long Combine(SetVarMode mode, ReadOnlySpan<byte> old, ReadOnlySpan<byte> operand)
    {
        Int128 left = Operators.WholeNumber.Of(old);
        Int128 right = Operators.WholeNumber.Of(operand);
        return (long)Int128.Clamp(mode == SetVarMode.Add ? left + right : left - right, long.MinValue, long.MaxValue);
    }
}

/// <summary><c>setvar</c> on TX. Immutable.</summary>
internal sealed class SetTxAction(int slot, MacroText key, SetVarMode mode, MacroText value, bool isScore) : RuleAction
{
    public override void Run(WafTransaction transaction)
    {
        ByteSlice name = slot >= 0 ? default : transaction.Expand(key);
        if (mode == SetVarMode.Unset)
        {
            Store(transaction, name, TransactionMemory.Absent);
            return;
        }

        ByteSlice operand = transaction.Expand(value);
        if (mode == SetVarMode.Set)
        {
            Store(transaction, name, operand);
            return;
        }

        TransactionMemory memory = transaction.Memory;
        ByteSlice old = slot >= 0 ? transaction.Tx[slot] : transaction.Tx.Get(memory[name]);
        if (isScore) transaction.Log.AddScore(Operators.WholeNumber.Of(memory[operand]) * (mode == SetVarMode.Add ? 1 : -1));
        Store(transaction, name, memory.KeepNumber(Combine(mode, memory[old], memory[operand])));
    }

    private void Store(WafTransaction transaction, ByteSlice name, ByteSlice value)
    {
        if (slot >= 0) transaction.Tx.Set(slot, value);
        else transaction.Tx.Set(name, value);
    }
}

/// <summary><c>setvar</c> on a persistent collection. Immutable.</summary>
internal sealed class SetPersistentAction(SecVariable collection, MacroText key, SetVarMode mode, MacroText value) : RuleAction
{
    public override void Run(WafTransaction transaction)
    {
        if (transaction.Collections.RecordOf(collection) is not { } record) return;
        ByteSlice name = transaction.Expand(key);
        ByteSlice operand = transaction.Expand(value);
        TransactionMemory memory = transaction.Memory;
        if (mode == SetVarMode.Unset) record.Remove(memory[name]);
        else if (mode == SetVarMode.Set) record.Set(memory[name], memory[operand]);
        else record.Add(memory[name], Operators.WholeNumber.Of(memory[operand]), subtract: mode == SetVarMode.Subtract);
    }
}

/// <summary><c>expirevar</c>. Immutable.</summary>
internal sealed class ExpireVarAction(SecVariable collection, MacroText key, MacroText seconds) : RuleAction
{
    public override void Run(WafTransaction transaction)
    {
        if (transaction.Collections.RecordOf(collection) is not { } record) return;
        ByteSlice name = transaction.Expand(key);
        long after = Operators.WholeNumber.Of(transaction.Memory[transaction.Expand(seconds)]);
        record.Expire(transaction.Memory[name], (int)Math.Clamp(after, 0, int.MaxValue));
    }
}

/// <summary><c>initcol</c>, <c>setsid</c>, <c>setuid</c>, <c>setrsc</c>. Immutable.</summary>
internal sealed class OpenCollectionAction(SecVariable collection, MacroText key, bool setsId) : RuleAction
{
    public override void Run(WafTransaction transaction)
    {
        ByteSlice name = transaction.Expand(key);
        transaction.Collections.Open(collection, transaction.Memory[name]);
        if (!setsId) return;
        if (collection == SecVariable.Session) transaction.Variables.Set(SecVariable.SessionId, name);
        else if (collection == SecVariable.User) transaction.Variables.Set(SecVariable.UserId, name);
    }
}

/// <summary>
/// <c>ctl</c>: changes the engine for the rest of the transaction. Which rules a removal means is known when the rules are loaded. Immutable.
/// </summary>
internal sealed class CtlAction(CtlOption option, string value, ulong[] rules, TargetExclusion? exclusion)
{
    private readonly long _number = long.TryParse(value, out long number) ? number : 0;
    private readonly SecEngineMode _engine = Enum.TryParse(value, ignoreCase: true, out SecEngineMode engine) ? engine : SecEngineMode.On;
    private readonly SecAuditMode _audit = Enum.TryParse(value, ignoreCase: true, out SecAuditMode audit) ? audit : SecAuditMode.On;
    private readonly bool _isOn = value.Equals("On", StringComparison.OrdinalIgnoreCase);

    public void Run(WafTransaction transaction)
    {
        TransactionControls controls = transaction.Controls;
        switch (option)
        {
            case CtlOption.RuleEngine: controls.Engine = _engine; break;
            case CtlOption.AuditEngine: controls.Audit = _audit; break;
            case CtlOption.AuditLogParts: controls.AuditLogParts = value; break;
            case CtlOption.ForceRequestBodyVariable: controls.ForceRequestBody = _isOn; break;
            case CtlOption.RequestBodyAccess: controls.RequestBodyAccess = _isOn; break;
            case CtlOption.RequestBodyLimit: controls.RequestBodyLimit = _number; break;
            case CtlOption.ResponseBodyAccess: controls.ResponseBodyAccess = _isOn; break;
            case CtlOption.ResponseBodyLimit: controls.ResponseBodyLimit = _number; break;
            case CtlOption.RequestBodyProcessor: transaction.SetBodyProcessor(value); break;
            case CtlOption.RuleRemoveById or CtlOption.RuleRemoveByTag or CtlOption.RuleRemoveByMsg: controls.Remove(rules); break;
            default: controls.Exclude(exclusion!); break;
        }
    }
}
