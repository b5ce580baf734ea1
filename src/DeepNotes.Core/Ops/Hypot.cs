using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>√(a² + b²) without overflow on the way.</summary>
    public readonly record struct Hypot : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right | Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V>
        {
            V p = V.Abs(a), q = V.Abs(b), infinity = V.Const(double.PositiveInfinity);
            V large = V.Max(p, q), small = V.Min(p, q);
            V ratio = small / large;
            V y = V.Where(V.Equal(large, V.Const(0)), large, large * V.Sqrt(V.Fma(ratio, ratio, V.Const(1))));
            return V.Where(V.Equal(p, infinity), p, V.Where(V.Equal(q, infinity), q, y));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * a / y;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * b / y;
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>√(a² + b²) element by element; the tensors broadcast. Matches torch.hypot.</summary>
        /// <param name="other">The other side.</param>
        public Tensor Hypot(Tensor other) => Op.Zip(new Hypot(), this, other);
    }
}
