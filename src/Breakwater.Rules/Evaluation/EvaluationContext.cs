namespace Breakwater.Rules;

/// <summary>
/// What the evaluation of expressions over one request works with: the request's values, and scratch memory for the results of
/// functions. Pooled, one per exchange, used by one thread at a time; allocates nothing once warm.
/// </summary>
public sealed class EvaluationContext
{
    private FieldValues _values;

    /// <summary>A context over the values of a request.</summary>
    public EvaluationContext(FieldValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = values;
    }

    /// <summary>The values of the request.</summary>
    public FieldValues Values => _values;

    /// <summary>Starts over with the values of another request.</summary>
    public void Reset(FieldValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = values;
    }
}
