using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// One step of Adam and AdamW: g ← g + λp, p ← κp, m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − η·m / (√v / r + ε).
/// Adam has κ = 1, AdamW λ = 0.
/// </summary>
/// <param name="Rate">η, the learning rate divided by the first moment's bias correction.</param>
/// <param name="Shrink">κ.</param>
/// <param name="Decay">λ.</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="RootCorrection">r, the root of the second moment's bias correction.</param>
/// <param name="Epsilon">ε.</param>
public readonly record struct AdamUpdate(double Rate, double Shrink, double Decay, double Beta1, double Beta2, double RootCorrection, double Epsilon) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 2;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        Moments(ref p, g, ref s0, ref s1);
        Move(ref p, s0, s1);
    }

    [MethodImpl(AggressiveInlining)]
    internal void Moments<V>(ref V p, V g, ref V m, ref V v) where V : INumberLane<V>
    {
        g += V.Const(Decay) * p;
        p *= V.Const(Shrink);
        m = V.Const(Beta1) * m + V.Const(1 - Beta1) * g;
        v = V.Const(Beta2) * v + V.Const(1 - Beta2) * g * g;
    }

    [MethodImpl(AggressiveInlining)]
    internal void Move<V>(ref V p, V m, V v) where V : INumberLane<V> =>
        p -= V.Const(Rate) * m / (V.Sqrt(v) / V.Const(RootCorrection) + V.Const(Epsilon));
}

/// <summary>As <see cref="AdamUpdate"/>, divided by the root of the largest v so far.</summary>
/// <param name="Adam">The step's numbers.</param>
public readonly record struct AmsGradUpdate(AdamUpdate Adam) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 3;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        Adam.Moments(ref p, g, ref s0, ref s1);
        s2 = V.Max(s2, s1);
        Adam.Move(ref p, s0, s2);
    }
}
