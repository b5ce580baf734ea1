using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>x·Φ(x), Φ the distribution function of the standard normal distribution (Hendrycks and Gimpel, arXiv:1606.08415).</summary>
    public readonly record struct Gelu : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // x·(1 − tail) on the right and x·tail on the left, rounded once: both are max(x, −0) − |x|·tail.
            V a = NormalTail.Bounded(x);
            return V.Fma(-a, NormalTail.Of(a), V.MaxNative(V.Const(-0.0), x));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V>
        {
            V density = V.Call(new Exp(), V.Const(-0.5) * x * x);
            return g * (V.Call(new NormalCdfWithDensity(), x, density) + V.Const(0.3989422804014327) * x * density);
        }
    }

    /// <summary>The approximation of <see cref="Gelu"/> by a hyperbolic tangent: x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))).</summary>
    public readonly record struct GeluTanh : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // (1 + tanh u)/2 is the logistic function of 2u, which keeps the left tail exact; −∞ is cut off before it meets Φ = 0.
            V bounded = V.MaxNative(V.Const(-64), x);
            V u = bounded * V.Fma(bounded * bounded, V.Const(0.071354816272600253), V.Const(1.5957691216057308));
            return bounded * V.Call(new Sigmoid(), u);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V>
        {
            V square = x * x;
            V s = V.Call(new Sigmoid(), x * (V.Const(1.5957691216057308) + V.Const(0.071354816272600253) * square));
            V slope = V.Const(1.5957691216057308) + V.Const(0.21406444881780076) * square;
            return g * (s + x * slope * s * (V.Const(1) - s));
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>
        /// x·Φ(x) of every element, Φ the distribution function of the standard normal distribution; with
        /// <paramref name="tanh"/>, its approximation by a hyperbolic tangent. Matches torch.nn.functional.gelu.
        /// </summary>
        /// <param name="tanh">Whether to compute the approximation (approximate="tanh" in PyTorch), as GPT-2 was trained with.</param>
        public Tensor Gelu(bool tanh = false) => tanh ? Map(new GeluTanh()) : Map(new Gelu());
    }
}
