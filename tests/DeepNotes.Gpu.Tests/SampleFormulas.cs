using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Gpu.Tests;

/// <summary>A formula that uses every part of a lane, attributes, a call and a branch on precision.</summary>
public readonly record struct EveryPart(double Slope, int Steps) : IUnaryOp
{
    public Keep Keep => Keep.Input | Keep.Output;

    public V Apply<V>(V x) where V : INumberLane<V>
    {
        V bounded = V.MinNative(V.MaxNative(x, V.Const(-60)), V.Const(60));
        V n = V.Round(bounded * V.Const(1.44269504088896341));
        V r = V.Fma(n, V.Const(-0.693147180559945286), bounded);
        V positive = V.Abs(bounded) + V.Const(0.125);
        V y = V.Fma(r, r, V.Floor(x)) + V.ScaleByPowerOf2(r, n) - V.Exponent(positive) / (V.Mantissa(positive) + V.Const(1));
        y = V.Where(x <= V.Const(-1), V.CopySign(y, x), V.Where(x >= V.Const(1), V.Min(y, x), V.Max(y, V.Const(Slope))));
        y = V.Where(V.Equal(y, y), y, V.Const(Steps));
        y += V.IsDouble ? V.Const(2) : V.Const(3);
        return V.MinNative(V.MaxNative(-y, V.Const(-Slope)), V.Abs(x)) * V.Sqrt(V.Abs(y));
    }

    public V Gradient<V>(V g, V x, V y) where V : ILane<V>
        => V.Where(x > V.Const(Slope), g * V.Call(new Halve(), x), V.Where(x < y, g - x * y, V.Sqrt(V.Abs(g)) / V.Max(x, V.Min(y, V.Const(0.5)))));
}

public readonly record struct Halve : IUnaryOp
{
    public Keep Keep => Keep.Nothing;

    public V Apply<V>(V x) where V : INumberLane<V> => x * V.Const(0.5);

    public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(0.5);
}

/// <summary>Neither public nor at the top level: kernels take it because this assembly shows its internals to ILGPU.</summary>
internal static class Outer
{
    internal readonly record struct Hidden(double Factor) : IUnaryOp
    {
        public Keep Keep => Keep.Nothing;

        public V Apply<V>(V x) where V : INumberLane<V> => x * V.Const(Factor);

        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(Factor);
    }
}

public readonly record struct Lerp(double Weight) : IBinaryOp
{
    public Keep Keep => Keep.Input | Keep.Right;

    public V Apply<V>(V a, V b) where V : INumberLane<V> => V.Fma(b - a, V.Const(Weight), a);

    public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * (V.Const(1 - Weight) + V.Abs(b) * y);

    public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(Weight) / a;
}

public readonly record struct NotFarther : ICompareOp
{
    public V Test<V>(V a, V b) where V : INumberLane<V> => V.Abs(a) <= V.Abs(b);
}

public readonly record struct Total : IReduceOp
{
    public V Identity<V>() where V : INumberLane<V> => V.Const(0);

    public V Combine<V>(V a, V b) where V : INumberLane<V> => a + b;

    public V Finish<V>(V total, double count) where V : INumberLane<V> => total;
}

public readonly record struct Momentum(double Factor) : IUpdateOp
{
    public int States => 1;

    public void Apply<V>(ref V parameter, V gradient, ref V state0, ref V state1, ref V state2) where V : INumberLane<V>
    {
        state0 = V.Fma(state0, V.Const(Factor), gradient);
        parameter -= state0;
    }
}
