using System.Globalization;
using Breakwater.Rules.Functions;

namespace Breakwater.Rules.Syntax;

/// <content>Fields, function calls and what stands in brackets behind them.</content>
internal sealed partial class ExpressionParser
{
    private FunctionGroups _groupsUsed;

    /// <summary>A field or a call, with its indexes.</summary>
    private ValueSyntax? Reference()
    {
        TextSpan name = Identifier();
        if (name.Length == 0)
        {
            FailExpected("a field, a function, not, or '('");
            return null;
        }

        ValueSyntax? root;
        if (KnownFunctions.TryFind(Slice(name), out FunctionDefinition? function))
        {
            root = Call(name, function);
        }
        else if (KnownFields.TryFind(Slice(name), out FieldId field))
        {
            root = Field(name, field);
        }
        else
        {
            FailUnknown(name);
            root = null;
        }

        return root is null ? null : Indexes(root);
    }

    private FieldSyntax? Field(TextSpan name, FieldId field)
    {
        FieldAvailability needed = KnownFields.Get(field).Availability & ~(FieldAvailability)(int)_scheme.Features;
        if (needed != FieldAvailability.Request)
        {
            Fail(name, $"{Slice(name)} is not available here, only " + needed switch
            {
                FieldAvailability.Response => "where there is a response: in response phases and in counting expressions of rate limits",
                FieldAvailability.Account => "in rules for all zones",
                _ => "as a characteristic of a rate limit",
            });
            return null;
        }

        _at = name.End;
        return new FieldSyntax(name, field);
    }

    private void FailUnknown(TextSpan name)
    {
        ReadOnlySpan<char> text = Slice(name);
        int next = name.End;
        while (next < _text.Length && _text[next] is ' ' or '\r' or '\n') next++;
        bool call = next < _text.Length && _text[next] == '(';
        string? near = Suggestions.Nearest(text, call ? KnownFunctions.Names : KnownFields.Names);
        if (near is null && !call) near = Suggestions.Nearest(text, KnownFunctions.Names);
        Fail(name, $"there is no {(call ? "function" : "field")} {(text.Length <= 80 ? text : "of this name")}", near);
    }

    private ValueSyntax? Indexes(ValueSyntax root)
    {
        List<IndexStep>? steps = null;
        RuleType type = root.Type;
        while (Current == '[')
        {
            int start = _at++;
            SkipSpace();
            if (Step() is not { } step) return null;
            SkipSpace();
            if (!TryTake("]"))
            {
                FailExpected("']'");
                return null;
            }

            bool fits = step.Kind switch
            {
                IndexKind.Element => type.Kind == TypeKind.Array,
                IndexKind.Key => type.Kind == TypeKind.Map,
                _ => !type.IsScalar,
            };
            if (!fits)
            {
                string use = type.Kind switch
                {
                    TypeKind.Array => "takes [0], [1], ... or [*]",
                    TypeKind.Map => "takes [\"name\"] or [*]",
                    _ => "has no elements",
                };
                Fail(TextSpan.Between(start, _at), $"{Slice(TextSpan.Between(root.Span.Start, start))} is {type}, which {use}");
                return null;
            }

            type = type.Element;
            (steps ??= []).Add(step);
        }

        return steps is null ? root : new IndexSyntax(TextSpan.Between(root.Span.Start, _at), root, [.. steps], type);
    }

    private IndexStep? Step()
    {
        if (TryTake("*")) return new IndexStep(IndexKind.Each, 0, null);
        if (Current is '"' or 'r') return String() is { } key ? new IndexStep(IndexKind.Key, 0, key.Value) : null;
        int start = _at;
        while (char.IsAsciiDigit(Current)) _at++;
        if (_at == start)
        {
            FailExpected("a number, a name in quotes, or * in brackets");
            return null;
        }

        if (int.TryParse(_text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return new IndexStep(IndexKind.Element, number, null);
        }

        Fail(TextSpan.Between(start, _at), "this index is too large");
        return null;
    }

    private CallSyntax? Call(TextSpan name, FunctionDefinition function)
    {
        if (!MayCall(name, function) || !Deeper(name.Start)) return null;
        _at = name.End;
        SkipSpace();
        if (!TryTake("("))
        {
            FailExpected($"'(' after the function {function.Name}");
            return null;
        }

        int opened = _at - 1;
        SkipSpace();
        List<ValueSyntax> arguments = [];
        while (Current != ')')
        {
            if (arguments.Count > 0)
            {
                if (!TryTake(","))
                {
                    if (_at == _text.Length) Fail(new TextSpan(opened, 1), "this parenthesis is never closed");
                    else FailExpected("',' or ')'");
                    return null;
                }

                SkipSpace();
            }

            FunctionParameter? parameter = function.Parameter(arguments.Count);
            if (parameter is null)
            {
                FailAt(_at, $"{function.Name}() takes {function.CountText}");
                return null;
            }

            ValueSyntax? argument = Argument(parameter);
            if (argument is null || !Fits(function, parameter, arguments.Count, argument)) return null;
            arguments.Add(argument);
            SkipSpace();
        }

        _at++;
        TextSpan span = TextSpan.Between(name.Start, _at);
        if (arguments.Count < function.MinArguments)
        {
            Fail(span, $"{function.Name}() takes {function.CountText}, and these are {arguments.Count}");
            return null;
        }

        _nesting--;
        ValueSyntax[] given = [.. arguments];
        if (function.Check?.Invoke(given) is { } wrong)
        {
            Fail(given[wrong.Argument].Span, wrong.Message);
            return null;
        }

        RuleType type = function.ReturnType(given);
        return new CallSyntax(span, function, given, given[0].IsMapped ? RuleType.ArrayOf(type) : type);
    }

    private bool MayCall(TextSpan name, FunctionDefinition function)
    {
        if ((function.Features & ~_scheme.Features) != 0)
        {
            return Fail(name, $"{function.Name}() may be used only in the values of rewrites and redirects, not in a rule's filter");
        }

        if ((function.Group & _groupsUsed) != 0)
        {
            return Fail(name, "an expression may call regex_replace() or wildcard_replace() only once, and not one in the other");
        }

        _groupsUsed |= function.Group;
        return true;
    }

    private bool Fits(FunctionDefinition function, FunctionParameter parameter, int index, ValueSyntax argument)
    {
        if (argument.IsMapped && index > 0)
        {
            return Fail(argument.Span, "[*] may stand only in the first argument of a function");
        }

        if (!parameter.Takes(argument.Type))
        {
            string what = argument.IsMapped ? $"each element is {argument.Type}" : $"this is {argument.Type}";
            string hint = !argument.IsMapped && !argument.Type.IsScalar && parameter.Takes(argument.Type.Element)
                ? "; use [*] to pass each element" : "";
            return Fail(argument.Span, $"{function.Name}() needs {parameter.TypeText} as {parameter.Name}, and {what}{hint}");
        }

        if (parameter.Form == ParameterForm.Literal && argument is not LiteralSyntax)
        {
            return Fail(argument.Span, $"{function.Name}() needs a literal as {parameter.Name}");
        }

        if (parameter.Form == ParameterForm.NotLiteral && argument is LiteralSyntax)
        {
            return Fail(argument.Span, $"{function.Name}() needs a field or a function's result as {parameter.Name}, not a literal");
        }

        return true;
    }
}
