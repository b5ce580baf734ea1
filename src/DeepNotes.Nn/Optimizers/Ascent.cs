using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>A step with the gradient turned around: what makes a loss smaller makes it larger.</summary>
/// <param name="Descent">The step downhill.</param>
internal readonly record struct Ascent<TOp>(TOp Descent) : IUpdateOp where TOp : unmanaged, IUpdateOp
{
    public int States => Descent.States;

    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V> => Descent.Apply(ref p, -g, ref s0, ref s1, ref s2);
}
