using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>p ← κp + α·g: what steps that need several passes end in.</summary>
/// <param name="Shrink">κ.</param>
/// <param name="Alpha">α.</param>
internal readonly record struct AddScaled(double Shrink, double Alpha) : IUpdateOp
{
    public int States => 0;

    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V> => p = V.Const(Shrink) * p + V.Const(Alpha) * g;
}
