using System.Reflection;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace DeepNotes.Gpu.Lanes;

/// <summary>The PTX instruction that a method stands for; its operands are the result and the arguments in order.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class InstructionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>The test by which a method chooses between its two arguments.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SelectionAttribute(string test, string type) : Attribute
{
    public string Test { get; } = test;

    public string Type { get; } = type;
}

/// <summary>
/// The few operations where ILGPU has none, or one that differs between its accelerators. Each is one PTX instruction on
/// the GPU, and .NET that computes the same on ILGPU's CPU accelerator.
/// </summary>
/// <remarks>
/// The four arithmetic operations are among them because ILGPU rewrites sums with constants as if they were exact: it
/// makes 1 − (1 − x) to x, and with it nothing of the rounding error that a formula wants to know. And <c>mul.f32</c> without
/// a rounding modifier may be contracted with a following addition, at the driver's choice; <c>mul.rn.f32</c> may not. So a
/// formula has the same roundings everywhere.
/// </remarks>
internal static class Intrinsics
{
    [IntrinsicImplementation, Instruction("add.rn.f32")] public static float Add(float a, float b) => a + b;
    [IntrinsicImplementation, Instruction("add.rn.f64")] public static double Add(double a, double b) => a + b;
    [IntrinsicImplementation, Instruction("sub.rn.f32")] public static float Subtract(float a, float b) => a - b;
    [IntrinsicImplementation, Instruction("sub.rn.f64")] public static double Subtract(double a, double b) => a - b;
    [IntrinsicImplementation, Instruction("div.rn.f32")] public static float Divide(float a, float b) => a / b;
    [IntrinsicImplementation, Instruction("div.rn.f64")] public static double Divide(double a, double b) => a / b;
    [IntrinsicImplementation, Instruction("mul.rn.f32")] public static float Multiply(float a, float b) => a * b;
    [IntrinsicImplementation, Instruction("mul.rn.f64")] public static double Multiply(double a, double b) => a * b;
    [IntrinsicImplementation, Instruction("fma.rn.f32")] public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);
    [IntrinsicImplementation, Instruction("fma.rn.f64")] public static double Fma(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);
    [IntrinsicImplementation, Instruction("cvt.rni.f32.f32")] public static float Round(float x) => MathF.Round(x);
    [IntrinsicImplementation, Instruction("cvt.rni.f64.f64")] public static double Round(double x) => Math.Round(x);
    [IntrinsicImplementation, Instruction("cvt.rmi.f32.f32")] public static float Floor(float x) => MathF.Floor(x);
    [IntrinsicImplementation, Instruction("cvt.rmi.f64.f64")] public static double Floor(double x) => Math.Floor(x);
    [IntrinsicImplementation, Instruction("min.f32")] public static float MinNumber(float a, float b) => float.MinNumber(a, b);
    [IntrinsicImplementation, Instruction("min.f64")] public static double MinNumber(double a, double b) => double.MinNumber(a, b);
    [IntrinsicImplementation, Instruction("max.f32")] public static float MaxNumber(float a, float b) => float.MaxNumber(a, b);
    [IntrinsicImplementation, Instruction("max.f64")] public static double MaxNumber(double a, double b) => double.MaxNumber(a, b);

    // ILGPU turns a comparison that selects its own operands into min or max, which drop a NaN on either side.
    [IntrinsicImplementation, Selection("lt", "f32")] public static float Lesser(float a, float b) => a < b ? a : b;
    [IntrinsicImplementation, Selection("lt", "f64")] public static double Lesser(double a, double b) => a < b ? a : b;
    [IntrinsicImplementation, Selection("gt", "f32")] public static float Greater(float a, float b) => a > b ? a : b;
    [IntrinsicImplementation, Selection("gt", "f64")] public static double Greater(double a, double b) => a > b ? a : b;

    /// <summary>Prepares a context: its PTX compiler learns the instructions, that views are global memory, and to call nothing.</summary>
    public static void Configure(Context.Builder builder)
    {
        builder.Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive);
        var manager = builder.GetIntrinsicManager();
        foreach (var method in typeof(Intrinsics).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        {
            string? emit = method.IsDefined(typeof(InstructionAttribute)) ? nameof(EmitInstruction) : method.IsDefined(typeof(SelectionAttribute)) ? nameof(EmitSelection) : null;
            if (emit is not null) manager.RegisterMethod(method, new PTXIntrinsic(typeof(Intrinsics).GetMethod(emit, BindingFlags.Static | BindingFlags.NonPublic)!, IntrinsicImplementationMode.GenerateCode));
        }
    }

    private static void EmitInstruction(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        var arguments = new PTXRegisterAllocator.PrimitiveRegister[call.Count];
        for (int i = 0; i < arguments.Length; i++) arguments[i] = generator.LoadPrimitive(call[i]);
        var result = generator.AllocateHardware(call);
        using var command = generator.BeginCommand(call.Target.Source.GetCustomAttribute<InstructionAttribute>()!.Name);
        command.AppendArgument(result);
        foreach (var argument in arguments) command.AppendArgument(argument);
    }

    private static void EmitSelection(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        var selection = call.Target.Source.GetCustomAttribute<SelectionAttribute>()!;
        PTXRegisterAllocator.PrimitiveRegister a = generator.LoadPrimitive(call[0]), b = generator.LoadPrimitive(call[1]);
        var result = generator.AllocateHardware(call);
        var holds = generator.AllocateRegister(BasicValueType.Int1, PTXRegisterKind.Predicate);
        using (var compare = generator.BeginCommand($"setp.{selection.Test}.{selection.Type}"))
        {
            compare.AppendArgument(holds);
            compare.AppendArgument(a);
            compare.AppendArgument(b);
        }
        using (var select = generator.BeginCommand($"selp.{selection.Type}"))
        {
            select.AppendArgument(result);
            select.AppendArgument(a);
            select.AppendArgument(b);
            select.AppendArgument(holds);
        }
        generator.FreeRegister(holds);
    }
}
