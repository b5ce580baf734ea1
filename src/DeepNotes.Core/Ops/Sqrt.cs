using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The square root, correctly rounded; NaN below zero.</summary>
    public readonly record struct Sqrt : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Sqrt(x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / (y + y);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The square root of every element, NaN below zero; integers are converted to Float32. Matches torch.sqrt.</summary>
        public Tensor Sqrt() => Map(new Sqrt());
    }
}
