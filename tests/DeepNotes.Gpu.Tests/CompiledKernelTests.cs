using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using DeepNotes.Gpu.Kernels;
using DeepNotes.Gpu.Lanes;
using DeepNotes.Ops;
using ILGPU.Runtime.Cuda;

namespace DeepNotes.Gpu.Tests;

/// <summary>
/// What the GPU would run: each kernel is compiled to PTX, must call nothing from outside, and is then run by
/// the rules of the PTX manual, to the same bits as the formula in .NET.
/// </summary>
public sealed class CompiledKernelTests : IDisposable
{
    private const int Count = 400;
    private const int Threads = 150;

    private readonly Ptx hopper = new(CudaArchitecture.SM_90);

    public static TheoryData<string> UnaryNames => [.. Formulas.Of<IUnaryOp>().Select(op => op.ToString()!)];

    public static TheoryData<string> BinaryNames => [.. Formulas.Of<IBinaryOp>().Select(op => op.ToString()!)];

    public static TheoryData<string> CompareNames => [.. Formulas.Of<ICompareOp>().Select(op => op.ToString()!)];

    public void Dispose() => hopper.Dispose();

    [Fact]
    public void Older_architectures_run_the_same_code()
    {
        using var ampere = new Ptx(CudaArchitecture.SM_80);
        foreach (var (name, types) in ((string, Type[])[])[
            (nameof(ElementwiseKernels.Map), [typeof(EveryPart), typeof(Thread32), typeof(float)]),
            (nameof(ElementwiseKernels.MapGradient), [typeof(EveryPart), typeof(Thread64), typeof(double)]),
            (nameof(ElementwiseKernels.Zip), [typeof(Lerp), typeof(Thread64), typeof(double)]),
            (nameof(ElementwiseKernels.Compare), [typeof(NotFarther), typeof(Thread32), typeof(float)])])
        {
            string older = ampere.Compile(typeof(ElementwiseKernels), name, types), newer = Compile(typeof(ElementwiseKernels), name, types);
            Assert.Contains(".target sm_80", older, StringComparison.Ordinal);
            Assert.Equal(Nameless(older), Nameless(newer));
        }
    }

    // Names carry numbers that count up with every compilation.
    private static string Nameless(string ptx) => System.Text.RegularExpressions.Regex.Replace(ptx, @"_\d+", "_");

    [Theory]
    [MemberData(nameof(UnaryNames))]
    public void Unary_formulas_compile_to_what_they_say(string name)
    {
        object op = Formulas.Of<IUnaryOp>().Single(o => o.ToString() == name);
        Invoke(nameof(CheckUnary), op, typeof(Thread32), typeof(float));
        Invoke(nameof(CheckUnary), op, typeof(Thread64), typeof(double));
    }

    [Theory]
    [MemberData(nameof(BinaryNames))]
    public void Binary_formulas_compile_to_what_they_say(string name)
    {
        object op = Formulas.Of<IBinaryOp>().Single(o => o.ToString() == name);
        Invoke(nameof(CheckBinary), op, typeof(Thread32), typeof(float));
        Invoke(nameof(CheckBinary), op, typeof(Thread64), typeof(double));
    }

    [Theory]
    [MemberData(nameof(CompareNames))]
    public void Comparisons_compile_to_what_they_say(string name)
    {
        object op = Formulas.Of<ICompareOp>().Single(o => o.ToString() == name);
        Invoke(nameof(CheckCompare), op, typeof(Thread32), typeof(float));
        Invoke(nameof(CheckCompare), op, typeof(Thread64), typeof(double));
    }

    [Theory]
    [InlineData(new[] { 2, 3, 4 }, new[] { 12, 4, 1 })]
    [InlineData(new[] { 2, 3, 4 }, new[] { 0, 1, 0 })]
    [InlineData(new[] { 4, 3, 2 }, new[] { 1, 4, 12 })]
    [InlineData(new[] { 2, 1, 3, 2, 2 }, new[] { 1, 5, 4, 0, 2 })]
    [InlineData(new[] { 2, 2, 2, 2, 2, 2, 2, 2 }, new[] { 1, 2, 4, 8, 16, 32, 64, 128 })]
    [InlineData(new[] { 2, 2, 2, 2, 2, 2, 2 }, new[] { 1, 2, 4, 8, 16, 32, 64 })]
    [InlineData(new[] { 2, 3, 2, 2, 2, 2 }, new[] { 1, 2, 6, 12, 24, 48 })]
    [InlineData(new int[0], new int[0])]
    public void Strides_reach_the_elements_that_they_name(int[] shape, int[] strides)
    {
        int[] rowMajor = new int[shape.Length];
        for (int d = shape.Length - 1, step = 1; d >= 0; step *= shape[d--]) rowMajor[d] = step;
        var layout = Layout.Of(shape, strides, rowMajor);
        int[] source = [.. Enumerable.Range(0, 300)];
        byte[] target = new byte[layout.Extent.Count * 4];
        var machine = new PtxMachine(Compile(typeof(CopyKernels), nameof(CopyKernels.Copy), typeof(int)));
        machine.Run(5, layout.Extent.On(5), machine.Allocate(MemoryMarshal.AsBytes<int>(source).ToArray()), layout.A, machine.Allocate(target), layout.B);

        int[] expected = [0];
        for (int d = 0; d < shape.Length; d++) expected = [.. expected.SelectMany(at => Enumerable.Range(0, shape[d]).Select(i => at + i * strides[d]))];
        Assert.Equal(expected, MemoryMarshal.Cast<byte, int>(target).ToArray());
    }

    [Fact]
    public void Stretches_are_combined_in_order()
    {
        // [2, 5, 3] over the middle in stretches of 2: the last one is short.
        double[] x = [.. Enumerable.Range(0, 30).Select(i => i * 0.1)];
        byte[] target = new byte[2 * 3 * 3 * 8];
        var machine = new PtxMachine(Compile(typeof(ReductionKernels), nameof(ReductionKernels.Combine), typeof(Total), typeof(Thread64), typeof(double)));
        machine.Run(7, Extent.Linear(18).On(7), machine.Allocate(MemoryMarshal.AsBytes<double>(x).ToArray()), 5, 3, 2, 3, machine.Allocate(target), new Total());
        double[] expected = new double[18];
        for (int i = 0; i < 30; i++) expected[(i / 15 * 3 + i % 15 / 3 / 2) * 3 + i % 3] += x[i];
        Assert.Equal(expected, MemoryMarshal.Cast<byte, double>(target).ToArray());
    }

    [Fact]
    public void Updates_write_the_states_they_have()
    {
        double[] p = [1, 2], g = [0.5, -1], s = [10, 20];
        var machine = new PtxMachine(Compile(typeof(ElementwiseKernels), nameof(ElementwiseKernels.Update), typeof(Momentum), typeof(Thread64), typeof(double)));
        byte[] parameter = MemoryMarshal.AsBytes<double>(p).ToArray(), gradient = MemoryMarshal.AsBytes<double>(g).ToArray(), state = MemoryMarshal.AsBytes<double>(s).ToArray();
        var unused = machine.Allocate(gradient);
        machine.Run(2, Extent.Linear(2), machine.Allocate(parameter), unused, machine.Allocate(state), unused, unused, new Momentum(0.5));
        Assert.Equal([10 * 0.5 + 0.5, 20 * 0.5 - 1], MemoryMarshal.Cast<byte, double>(state).ToArray());
        Assert.Equal([1 - 5.5, 2 - 9.0], MemoryMarshal.Cast<byte, double>(parameter).ToArray());
        Assert.Equal(g, MemoryMarshal.Cast<byte, double>(gradient).ToArray());
    }

    [Fact]
    public void Masks_choose_elements()
    {
        var layout = Layout.Of([2, 3], [3, 1], [3, 1], [0, 0]);
        byte[] target = new byte[6 * 8];
        var machine = new PtxMachine(Compile(typeof(ElementwiseKernels), nameof(ElementwiseKernels.Where), typeof(double)));
        machine.Run(4, layout.Extent.On(4), machine.Allocate([1, 0, 255, 0, 0, 1]), layout.A, machine.Allocate(MemoryMarshal.AsBytes<double>([1, 2, 3, 4, 5, 6]).ToArray()), layout.B, machine.Allocate(MemoryMarshal.AsBytes<double>([9.5]).ToArray()), layout.C, machine.Allocate(target));
        Assert.Equal([1, 9.5, 3, 9.5, 9.5, 6], MemoryMarshal.Cast<byte, double>(target).ToArray());
    }

    private static readonly object Contiguous = new Strides { S0 = 1 };

    private void Invoke(string check, object op, Type lane, Type element)
    {
        try
        {
            GetType().GetMethod(check, BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(op.GetType(), lane, element).Invoke(this, [op]);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
        }
    }

    private void CheckUnary<TOp, V, T>(TOp op)
        where TOp : unmanaged, IUnaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Samples.Of<T>(Count, 0), g = Samples.Of<T>(Count, 1);
        T[] y = Run<T>(nameof(ElementwiseKernels.Map), [typeof(TOp), typeof(V), typeof(T)], op, x);
        AssertSame(op, x, g, y, i => V.Store(op.Apply(V.Load(x[i]))));
        T[] d = Run<T>(nameof(ElementwiseKernels.MapGradient), [typeof(TOp), typeof(V), typeof(T)], op, g, x, y);
        AssertSame(op, x, g, d, i => V.Store(op.Gradient(V.Load(g[i]), V.Load(x[i]), V.Load(y[i]))));
    }

    private void CheckBinary<TOp, V, T>(TOp op)
        where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] a = Samples.Of<T>(Count, 0), b = Samples.Of<T>(Count, 1), g = Samples.Of<T>(Count, 3);
        Type[] types = [typeof(TOp), typeof(V), typeof(T)];
        T[] y = Run<T>(nameof(ElementwiseKernels.Zip), types, op, a, b);
        AssertSame(op, a, b, y, i => V.Store(op.Apply(V.Load(a[i]), V.Load(b[i]))));
        T[] left = Run<T>(nameof(ElementwiseKernels.ZipGradientLeft), types, op, g, a, b, y);
        AssertSame(op, a, b, left, i => V.Store(op.GradientLeft(V.Load(g[i]), V.Load(a[i]), V.Load(b[i]), V.Load(y[i]))));
        T[] right = Run<T>(nameof(ElementwiseKernels.ZipGradientRight), types, op, g, a, b, y);
        AssertSame(op, a, b, right, i => V.Store(op.GradientRight(V.Load(g[i]), V.Load(a[i]), V.Load(b[i]), V.Load(y[i]))));
    }

    private void CheckCompare<TOp, V, T>(TOp op)
        where TOp : unmanaged, ICompareOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] a = Samples.Of<T>(Count, 0), b = Samples.Of<T>(Count, 1);
        byte[] y = Run<byte>(nameof(ElementwiseKernels.Compare), [typeof(TOp), typeof(V), typeof(T)], op, a, b);
        for (int i = 0; i < Count; i++) Assert.True(y[i] == V.Bit(op.Test(V.Load(a[i]), V.Load(b[i]))), $"{op} of {a[i]} and {b[i]} is {y[i]}");
    }

    private TResult[] Run<TResult>(string kernel, Type[] types, object op, params Array[] inputs) where TResult : unmanaged
    {
        var machine = new PtxMachine(Compile(typeof(ElementwiseKernels), kernel, types));
        List<object> arguments = [Extent.Linear(Count).On(Threads)];
        for (int i = 0; i < inputs.Length; i++)
        {
            byte[] bytes = new byte[Buffer.ByteLength(inputs[i])];
            Buffer.BlockCopy(inputs[i], 0, bytes, 0, bytes.Length);
            arguments.Add(machine.Allocate(bytes));
            arguments.Add(Contiguous);
        }
        byte[] result = new byte[Count * Marshal.SizeOf<TResult>()];
        arguments.Add(machine.Allocate(result));
        arguments.Add(op);
        machine.Run(Threads, [.. arguments]);
        return MemoryMarshal.Cast<byte, TResult>(result).ToArray();
    }

    private string Compile(Type kernels, string kernel, params Type[] types)
    {
        string ptx = hopper.Compile(kernels, kernel, types);
        Assert.DoesNotContain(".extern .func", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
        return ptx;
    }

    private static void AssertSame<T>(object op, T[] a, T[] b, T[] actual, Func<int, T> expected) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < actual.Length; i++) Assert.True(Samples.Same(expected(i), actual[i]), $"{op} at {i} ({a[i]}, {b[i]}): PTX gives {actual[i]}, the formula {expected(i)}");
    }
}
