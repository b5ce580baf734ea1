using System.Reflection;
using DeepNotes.Ops;

namespace DeepNotes.Gpu.Tests;

/// <summary>Every formula of the core library, found by reflection, and this project's own, with sample attributes.</summary>
internal static class Formulas
{
    /// <summary>The formulas that implement an interface, as values of their own types.</summary>
    public static IEnumerable<object> Of<TInterface>()
    {
        foreach (var type in typeof(IUnaryOp).Assembly.GetTypes().Concat(typeof(Formulas).Assembly.GetTypes()))
        {
            if (type.IsValueType && typeof(TInterface).IsAssignableFrom(type) && !type.IsGenericType) yield return Create(type);
        }
        if (typeof(TInterface) == typeof(IUnaryOp)) yield return new Then<Halve, EveryPart>(new(), new(0.25, 3));
    }

    /// <summary>False for tests that the library asks of floating-point numbers only.</summary>
    public static bool IsForIntegers(object test) => test is not (IsFinite or IsInfinite or HasSign);

    private static object Create(Type type)
    {
        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(c => !(c.GetParameters() is [var only] && only.ParameterType == type))
            .MaxBy(c => c.GetParameters().Length);
        if (constructor is null) return Activator.CreateInstance(type)!;
        double next = 0.25;
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Sample(p.ParameterType, next += 0.5))]);
    }

    private static object Sample(Type type, double number)
        => type == typeof(double) ? number
        : type == typeof(int) ? 2
        : type == typeof(long) ? 2L
        : type.IsEnum ? Enum.GetValues(type).GetValue(0)!
        : throw new NotSupportedException($"A formula's attribute is of type {type.Name}; a GPU kernel argument is a number.");
}
