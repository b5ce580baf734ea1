using System.Reflection;
using System.Reflection.Emit;
using DeepNotes.OpTable;
using Xunit;

namespace DeepNotes.Core.Tests.OpTable;

/// <summary>No operation without a row: the public methods of Tensor are held against what the rows' code calls.</summary>
public class CoverageTests
{
    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Not operations on numbers with a gradient; each is called by tests of its own subject.</summary>
    private static readonly HashSet<string> Elsewhere =
    [
        // making tensors and reading them out
        "Zeros", "Ones", "Full", "ZerosLike", "OnesLike", "FullLike", "Scalar", "From", "Arange", "Linspace", "Logspace", "Eye", "Empty", "EmptyLike", "op_Implicit",
        "AsSpan", "AsWritableSpan", "AsTensorSpan", "ToArray", "Item",
        // random draws
        "Rand", "Randn", "Uniform", "Normal", "RandInt", "RandPerm", "Bernoulli", "RandLike", "RandnLike", "RandIntLike", "Dropout", "GumbelSoftmax",
        // the graph
        "Backward", "Detach", "RegisterHook", "RegisterOperationHook", "Map",
        // in place
        "CopyFrom", "FillInPlace", "AddInPlace", "SubtractInPlace", "MultiplyInPlace", "DivideInPlace", "MapInPlace", "MaskedFillInPlace",
        "ZeroInPlace", "LerpInPlace", "ClampInPlace", "PowInPlace", "AbsInPlace", "NegateInPlace", "ExpInPlace", "LogInPlace", "SqrtInPlace", "SigmoidInPlace", "TanhInPlace", "ReluInPlace", "FloorInPlace", "RoundInPlace",
        "MaskedScatterInPlace", "ScatterInPlace", "ScatterAddInPlace", "ScatterReduceInPlace", "IndexAddInPlace", "IndexCopyInPlace", "IndexFillInPlace", "IndexPutInPlace", "UniformInPlace", "NormalInPlace",
    ];

    [Fact]
    public void Every_operation_of_Tensor_has_a_row()
    {
        var called = CalledFrom(type => type.Namespace == typeof(Row).Namespace);
        Assert.Equal("", string.Join(" ", Names().Except(Elsewhere).Except(called).Order()));
    }

    [Fact]
    public void What_has_no_row_is_tested_elsewhere()
    {
        var called = CalledFrom(_ => true);
        Assert.Equal("", string.Join(" ", Names().Intersect(Elsewhere).Except(called).Order()));
        Assert.Equal("", string.Join(" ", Elsewhere.Except(Names()).Order()));
    }

    private static HashSet<string> Names() => [.. typeof(Tensor).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(method => !method.Name.StartsWith("get_", StringComparison.Ordinal) && !method.Name.StartsWith("set_", StringComparison.Ordinal) && method.GetBaseDefinition().DeclaringType == typeof(Tensor)).Select(method => method.Name)];

    /// <summary>The names of the methods of Tensor that the code of some types of this assembly calls.</summary>
    private static HashSet<string> CalledFrom(Func<Type, bool> which)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var names = new HashSet<string>();
        foreach (var type in typeof(CoverageTests).Assembly.GetTypes().Where(type => type != typeof(CoverageTests) && which(type)))
        {
            foreach (MethodBase method in (IEnumerable<MethodBase>)[.. type.GetMethods(all), .. type.GetConstructors(all)])
            {
                foreach (var target in Calls(method))
                {
                    if (target.DeclaringType == typeof(Tensor)) names.Add(target.Name);
                }
            }
        }
        return names;
    }

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;
        var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var arguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE) value = (short)(0xFE00 | code[at++]);
            var instruction = OpCodes[value];
            if (instruction.OperandType == OperandType.InlineMethod) yield return method.Module.ResolveMethod(BitConverter.ToInt32(code, at), typeArguments, arguments)!;
            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }
}
