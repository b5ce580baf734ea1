using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The hyperbolic tangent.</summary>
    public readonly record struct Tanh : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // 1 − 2 / (exp(2|x|) + 1), but a polynomial below 0.55, where that would cancel; beyond the bound the result is 1.
            V magnitude = V.Abs(x);
            V square = magnitude * magnitude;
            V near = V.Fma(magnitude * square, V.Choose<Near32, Near64>(square), magnitude);
            V bounded = V.MinNative(V.Const(9.5, 20), magnitude);
            V far = V.Const(1) - V.Const(2) / (Exponential.Bounded(bounded + bounded) + V.Const(1));
            return V.CopySign(V.Where(magnitude < V.Const(0.55), near, far), x);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * (V.Const(1) - y * y);

        private readonly struct Near32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V square) where V : INumberLane<V> => Polynomial.Of(square, -0.333333164, 0.133325443, -0.0538475476, 0.021050714, -0.00624284707);
        }

        private readonly struct Near64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V square) where V : INumberLane<V> => Polynomial.Of(square, -0.33333333333333298, 0.13333333333326505, -0.053968253963692245,
                0.021869488383843002, -0.0088632325675414118, 0.0035920916787036219, -0.0014555405210726678, 0.00058843467619610105,
                -0.00023335598264397075, 8.327889361759916e-5, -1.9470960753821929e-5);
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The hyperbolic tangent of every element; integers are converted to Float32. Matches torch.tanh.</summary>
        public Tensor Tanh() => Map(new Tanh());
    }
}
