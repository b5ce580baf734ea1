using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using DeepNotes.Gpu.Kernels;
using DeepNotes.Gpu.Lanes;
using DeepNotes.Ops;
using ILGPU.Runtime.Cuda;

namespace DeepNotes.Gpu.Tests;

/// <summary>Kernels on integers, conversions and writes in place, compiled to PTX and interpreted, against the same lanes in .NET.</summary>
public sealed class CompiledIntegerTests : IDisposable
{
    private static readonly (Type Lane, Type Element)[] Integers = [(typeof(ThreadInt32), typeof(int)), (typeof(ThreadInt64), typeof(long)), (typeof(ThreadUInt8), typeof(byte))];

    private static readonly (Type Lane, Type Element)[] All = [.. Integers, (typeof(Thread32), typeof(float)), (typeof(Thread64), typeof(double))];

    private static readonly object Contiguous = new Strides { S0 = 1 };

    private readonly Ptx ptx = new(CudaArchitecture.SM_90);

    public static TheoryData<string> CompareNames => [.. Formulas.Of<ICompareOp>().Where(Formulas.IsForIntegers).Select(op => op.ToString()!)];

    public static TheoryData<string> IntegerNames => [.. Formulas.Of<IBinaryOp>().Where(op => op is IIntegerFormula).Select(op => op.ToString()!)];

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var from in All) foreach (var to in All) if (from != to) data.Add(from.Lane.Name, to.Lane.Name);
            return data;
        }
    }

    public void Dispose() => ptx.Dispose();

    [Theory]
    [MemberData(nameof(CompareNames))]
    public void Comparisons_of_integers(string name)
    {
        object op = Formulas.Of<ICompareOp>().Single(o => o.ToString() == name);
        foreach (var (lane, element) in Integers) Invoke(nameof(CheckCompare), op, op.GetType(), lane, element);
    }

    [Theory]
    [MemberData(nameof(IntegerNames))]
    public void Formulas_of_integers(string name)
    {
        object op = Formulas.Of<IBinaryOp>().Single(o => o.ToString() == name);
        foreach (var (lane, element) in Integers) Invoke(nameof(CheckZip), op, op.GetType(), lane, element);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Conversions(string from, string to)
    {
        var (lane, element) = All.Single(t => t.Lane.Name == from);
        var (laneTo, elementTo) = All.Single(t => t.Lane.Name == to);
        Invoke(nameof(CheckConvert), null, lane, element, laneTo, elementTo);
    }

    [Fact]
    public void Conversions_to_Bool()
    {
        foreach (var (lane, element) in All) Invoke(nameof(CheckConvertToBool), null, lane, element);
    }

    [Fact]
    public void Fills_and_writes_in_place_reach_their_elements_only()
    {
        int[] target = [1, 2, 3, 4, 5, 6];
        var layout = Layout.Of([3], [2], [1]);
        var filled = Run<int, int>(typeof(CopyKernels), nameof(CopyKernels.Fill), [typeof(int)], layout, target, layout.A, 9);
        Assert.Equal([9, 2, 9, 4, 9, 6], filled);

        var machine = new PtxMachine(Compile(typeof(ElementwiseKernels), nameof(ElementwiseKernels.ZipInto), typeof(Add), typeof(ThreadInt32), typeof(int)));
        byte[] bytes = Bytes(target);
        machine.Run(2, layout.Extent.On(2), machine.Allocate(bytes), layout.A, machine.Allocate(Bytes<int>([10, 20, 30])), layout.B, new Add());
        Assert.Equal([11, 2, 23, 4, 35, 6], MemoryMarshal.Cast<byte, int>(bytes).ToArray());
    }

    private void Invoke(string check, object? argument, params Type[] types)
    {
        try
        {
            GetType().GetMethod(check, BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(types).Invoke(this, argument is null ? [] : [argument]);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
        }
    }

    private void CheckCompare<TOp, V, T>(TOp op) where TOp : unmanaged, ICompareOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged, INumber<T>
    {
        var (a, b) = (Values<T>(false), Values<T>(true));
        var machine = new PtxMachine(Compile(typeof(ElementwiseKernels), nameof(ElementwiseKernels.Compare), typeof(TOp), typeof(V), typeof(T)));
        byte[] y = new byte[a.Length];
        machine.Run(7, Extent.Linear(a.Length).On(7), machine.Allocate(Bytes(a)), Contiguous, machine.Allocate(Bytes(b)), Contiguous, machine.Allocate(y), op);
        for (int i = 0; i < a.Length; i++) Assert.True(y[i] == V.Bit(op.Test(V.Load(a[i]), V.Load(b[i]))), $"{op} of {typeof(T).Name} {a[i]}, {b[i]}");
    }

    private void CheckZip<TOp, V, T>(TOp op) where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged, INumber<T>
    {
        // What divides is not asked about zero, nor about the one quotient that overflows.
        bool divides = Throws(() => op.Apply(V.Load(T.One), V.Load(T.Zero)));
        var (a, b) = (Values<T>(false), Values<T>(true, withZero: !divides));
        if (divides) a = [.. a.Select(v => T.Clamp(v, T.CreateSaturating(-1e6), T.CreateSaturating(1e6)))];
        var machine = new PtxMachine(Compile(typeof(ElementwiseKernels), nameof(ElementwiseKernels.Zip), typeof(TOp), typeof(V), typeof(T)));
        byte[] y = new byte[Bytes(a).Length];
        machine.Run(7, Extent.Linear(a.Length).On(7), machine.Allocate(Bytes(a)), Contiguous, machine.Allocate(Bytes(b)), Contiguous, machine.Allocate(y), op);
        var actual = MemoryMarshal.Cast<byte, T>(y);
        for (int i = 0; i < a.Length; i++) Assert.True(actual[i] == V.Store(op.Apply(V.Load(a[i]), V.Load(b[i]))), $"{op} of {typeof(T).Name} {a[i]}, {b[i]} is {actual[i]}");
    }

    private void CheckConvert<V, T, VTo, TTo>()
        where V : unmanaged, IThreadLane<V, T> where T : unmanaged, INumber<T> where VTo : unmanaged, IThreadLane<VTo, TTo> where TTo : unmanaged, INumber<TTo>
    {
        T[] x = [.. Values<T>(false).Where(v => double.CreateChecked(v) is >= 0 and <= 250)];
        var layout = Layout.Of([x.Length], [1], [1]);
        var actual = Run<T, TTo>(typeof(CopyKernels), nameof(CopyKernels.Convert), [typeof(V), typeof(T), typeof(VTo), typeof(TTo)], layout, x, layout.A);
        for (int i = 0; i < x.Length; i++) Assert.Equal(TTo.CreateTruncating(x[i]), actual[i]);
    }

    private void CheckConvertToBool<V, T>() where V : unmanaged, IThreadLane<V, T> where T : unmanaged, INumber<T>
    {
        T[] x = Values<T>(false);
        var layout = Layout.Of([x.Length], [1], [1]);
        var actual = Run<T, byte>(typeof(CopyKernels), nameof(CopyKernels.ConvertToBool), [typeof(V), typeof(T)], layout, x, layout.A);
        Assert.Equal(x.Select(v => (byte)(v == T.Zero ? 0 : 1)), actual);
    }

    /// <summary>Runs a kernel of a source and, unless a value is given, a target of as many elements.</summary>
    private TTo[] Run<T, TTo>(Type kernels, string kernel, Type[] types, Layout layout, T[] source, Strides strides, object? value = null) where T : unmanaged where TTo : unmanaged
    {
        var machine = new PtxMachine(Compile(kernels, kernel, types));
        byte[] first = Bytes(source), second = new byte[source.Length * Marshal.SizeOf<TTo>()];
        if (value is not null) machine.Run(2, layout.Extent.On(2), machine.Allocate(first), strides, value);
        else machine.Run(2, layout.Extent.On(2), machine.Allocate(first), strides, machine.Allocate(second), strides);
        return MemoryMarshal.Cast<byte, TTo>(value is not null ? first : second).ToArray();
    }

    private string Compile(Type kernels, string kernel, params Type[] types)
    {
        string text = ptx.Compile(kernels, kernel, types);
        Assert.DoesNotContain(".extern .func", text, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", text, StringComparison.Ordinal);
        return text;
    }

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();

    private static bool Throws(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (DivideByZeroException)
        {
            return true;
        }
    }

    // Every pair of values at one place or another.
    private static T[] Values<T>(bool other, bool withZero = true) where T : unmanaged, INumber<T>
    {
        T[] some = [.. ((double[])[0, 1, -1, 2, 7.5, 100.25, -100, 127, 128, 200, 255, -128, 2147483647, -2147483648.0]).Select(T.CreateTruncating)];
        if (!withZero) some = [.. some.Select(v => v == T.Zero ? T.One : v)];
        return [.. Enumerable.Range(0, some.Length * some.Length).Select(i => some[other ? i / some.Length : i % some.Length])];
    }
}
