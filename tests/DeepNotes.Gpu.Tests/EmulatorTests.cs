using System.Numerics;
using System.Reflection;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Ops;

namespace DeepNotes.Gpu.Tests;

/// <summary>Every formula gives on the emulated GPU the bits that it gives on the CPU, forward and backward, whatever the layout.</summary>
public class EmulatorTests
{
    private static readonly Device Gpu = TestDevice.Gpu;

    public static TheoryData<string> UnaryNames => CompiledKernelTests.UnaryNames;

    public static TheoryData<string> BinaryNames => CompiledKernelTests.BinaryNames;

    public static TheoryData<string> CompareNames => CompiledKernelTests.CompareNames;

    [Theory]
    [MemberData(nameof(UnaryNames))]
    public void Unary_formulas_agree(string name)
    {
        object op = Formulas.Of<IUnaryOp>().Single(o => o.ToString() == name);
        Invoke(nameof(CheckUnary), op, typeof(float));
        Invoke(nameof(CheckUnary), op, typeof(double));
    }

    [Theory]
    [MemberData(nameof(BinaryNames))]
    public void Binary_formulas_agree(string name)
    {
        object op = Formulas.Of<IBinaryOp>().Single(o => o.ToString() == name);
        Invoke(nameof(CheckBinary), op, typeof(float));
        Invoke(nameof(CheckBinary), op, typeof(double));
    }

    [Theory]
    [MemberData(nameof(CompareNames))]
    public void Comparisons_agree(string name)
    {
        object op = Formulas.Of<ICompareOp>().Single(o => o.ToString() == name);
        Invoke(nameof(CheckCompare), op, typeof(float));
        Invoke(nameof(CheckCompare), op, typeof(double));
        if (Formulas.IsForIntegers(op)) Invoke(nameof(CheckIntegers), op);
    }

    private static void Invoke(string check, object op, params Type[] element)
    {
        try
        {
            typeof(EmulatorTests).GetMethod(check, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod([op.GetType(), .. element]).Invoke(null, [op]);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
        }
    }

    private static void CheckUnary<TOp, T>(TOp op) where TOp : unmanaged, IUnaryOp where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = Tensor.From<T>(Samples.Of<T>(360, 0));
        var cotangent = Tensor.From<T>(Samples.Of<T>(360, 1));
        foreach (var view in (Func<Tensor, Tensor>[])[
            t => t,
            t => t.Reshape([6, 10, 6]).Transpose(0, 2),
            t => t.Reshape([6, 10, 6])[1.., 2..9, 3],
            t => t[7],
            t => t[..0].Reshape([0, 3])])
        {
            Run<T>(op.ToString()!, x => view(x[0]).Map(op), view(cotangent).Contiguous(), values);
        }
    }

    private static void CheckBinary<TOp, T>(TOp op) where TOp : unmanaged, IBinaryOp where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor a = Tensor.From<T>(Samples.Of<T>(240, 0)), b = Tensor.From<T>(Samples.Of<T>(240, 1)), g = Tensor.From<T>(Samples.Of<T>(240, 3));
        string name = op.ToString()!;
        Run<T>(name, x => Op.Zip(op, x[0], x[1]), g, a, b);
        Run<T>(name, x => Op.Zip(op, x[0].Reshape([12, 20]).Transpose(0, 1), x[1].Reshape([20, 12])), g.Reshape([20, 12]), a, b);
        Run<T>(name, x => Op.Zip(op, x[0][30], x[1][..0]), g[..0], a, b);
        // Sums over broadcast dimensions follow an order of their own on each device; numbers of one size keep that within rounding.
        Tensor u = (a.Abs() <= 100).To(a.DType) * 0.5 + 0.25, v = (b > 0).To(b.DType) + 0.5;
        Run<T>(name, x => Op.Zip(op, x[0][..8].Reshape([2, 1, 4]), x[1][..3].Reshape([3, 1])), Tensor.Full([2, 3, 4], 0.5, a.DType), ulps: 64, u, v);
        Run<T>(name, x => Op.Zip(op, x[0][5], x[1]), Tensor.Full([240], 0.5, a.DType), ulps: 64, u, v);
    }

    private static void CheckCompare<TOp, T>(TOp op) where TOp : unmanaged, ICompareOp where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor a = Tensor.From<T>(Samples.Of<T>(240, 0)), b = Tensor.From<T>(Samples.Of<T>(240, 1));
        Assert.Equal(Op.Compare(op, a, b).ToArray<bool>(), Op.Compare(op, a.To(Gpu), b.To(Gpu)).ToArray<bool>());
        Assert.Equal(Op.Compare(op, a.Reshape([240, 1]), b[..7]).ToArray<bool>(), Op.Compare(op, a.To(Gpu).Reshape([240, 1]), b.To(Gpu)[..7]).ToArray<bool>());
    }

    private static void CheckIntegers<TOp>(TOp op) where TOp : unmanaged, ICompareOp
    {
        foreach (var type in (DType[])[DType.Int64, DType.Int32, DType.UInt8, DType.Bool])
        {
            Tensor a = Tensor.From<long>(0, 1, 2, 200, 1).To(type), b = Tensor.From<long>(1, 1, 0, 100, 0).To(type);
            Assert.Equal(Op.Compare(op, a, b).ToArray<bool>(), Op.Compare(op, a.To(Gpu), b.To(Gpu)).ToArray<bool>());
        }
    }

    /// <summary>Runs a function of leaves on both devices, backwards with a cotangent too, and compares.</summary>
    private static void Run<T>(string name, Func<Tensor[], Tensor> function, Tensor cotangent, params Tensor[] leaves) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Run<T>(name, function, cotangent, ulps: 0, leaves);

    private static void Run<T>(string name, Func<Tensor[], Tensor> function, Tensor cotangent, int ulps, params Tensor[] leaves) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[][] Results(Device device)
        {
            Tensor[] x = [.. leaves.Select(t => t.Detach().Clone().To(device))];
            foreach (var t in x) t.RequiresGrad = true;
            var y = function(x);
            Assert.Same(device, y.Device);
            y.Backward(cotangent.Reshape(y.Shape).To(device));
            return [y.Detach().ToArray<T>(), .. x.Select(t => t.Grad?.ToArray<T>() ?? [])];
        }
        T[][] expected = Results(Device.Cpu), actual = Results(Gpu);
        for (int k = 0; k < expected.Length; k++)
        {
            Assert.Equal(expected[k].Length, actual[k].Length);
            for (int i = 0; i < expected[k].Length; i++)
                Assert.True(IsNear(expected[k][i], actual[k][i], ulps), $"{name}, {(k == 0 ? "result" : $"gradient {k - 1}")} at {i}: the CPU gives {expected[k][i]}, the GPU {actual[k][i]}");
        }
    }

    // A processor without fused multiply-adds rounds more often than a GPU.
    private static bool IsNear<T>(T a, T b, int ulps) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Samples.Same(a, b)) return true;
        if (!Fma.IsSupported) return T.Abs(a - b) <= T.CreateChecked(typeof(T) == typeof(float) ? 1e-4 : 1e-12) * (T.Abs(a) + T.One);
        return T.Abs(a - b) <= T.CreateChecked(ulps) * (T.BitIncrement(T.Abs(a)) - T.Abs(a));
    }
}
