using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>1 / √x.</summary>
    public readonly record struct Rsqrt : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Const(1) / V.Sqrt(x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(-0.5) * y * y * y;
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>1 / √x of every element, NaN below zero; integers are converted to Float32. Matches torch.rsqrt.</summary>
        public Tensor Rsqrt() => Map(new Rsqrt());

        /// <summary>1 / x of every element; integers are converted to Float32. Matches torch.reciprocal.</summary>
        public Tensor Reciprocal() => Map(new DivideIntoScalar(1));
    }
}
