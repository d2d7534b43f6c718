using System.Reflection;
using Rondo.Generator.Model;
using Rondo.Generator.Resolving;

namespace Rondo.Reflection.Calls;

/// <summary>A call of a method or constructor of the user's: which value goes to which parameter. What the user throws comes through as it is.</summary>
internal sealed class Call
{
    private readonly MethodBase _method;

    // For each parameter the position of its value; -1: it is left out, and gets what the language would give.
    private readonly int[] _places;
    private readonly object?[] _defaults;

    /// <param name="method">What is called.</param>
    /// <param name="bound">One for each parameter, without the first <paramref name="given"/>.</param>
    /// <param name="given">How many of the first parameters the caller has values for itself.</param>
    public Call(MethodBase method, EquatableArray<Bound> bound, int given = 0)
    {
        _method = method;
        var parameters = method.GetParameters();
        _places = new int[parameters.Length];
        _defaults = new object?[parameters.Length];
        // Arguments come before needs among the values, wherever their parameters stand.
        var argument = given;
        var need = given + bound.Count(b => b is { Binding: null, IsOmitted: false });
        for (var i = 0; i < parameters.Length; i++)
        {
            if (i < given) _places[i] = i;
            else if (bound[i - given].IsOmitted) (_places[i], _defaults[i]) = (-1, DefaultOf(parameters[i]));
            else _places[i] = bound[i - given].Binding is null ? argument++ : need++;
        }
    }

    public object? Invoke(object? self, object?[] values)
    {
        var arguments = new object?[_places.Length];
        for (var i = 0; i < arguments.Length; i++) arguments[i] = _places[i] < 0 ? _defaults[i] : values[_places[i]];
        return _method is ConstructorInfo constructor
            ? constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null)
            : _method.Invoke(_method.IsStatic ? null : self, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

    private static object? DefaultOf(ParameterInfo parameter)
    {
        if (parameter.HasDefaultValue && parameter.DefaultValue is not (DBNull or Missing)) return parameter.DefaultValue;
        if (parameter.IsDefined(typeof(ParamArrayAttribute), false)) return Array.CreateInstance(parameter.ParameterType.GetElementType()!, 0);
        return parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null;
    }
}
