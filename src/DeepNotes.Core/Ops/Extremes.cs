using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The larger of two numbers, NaN if one is NaN; equal numbers share the gradient.</summary>
    public readonly record struct Maximum : IBinaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => V.Max(a, b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => V.Where(a < b, V.Const(0), V.Where(V.Equal(a, b), g * V.Const(0.5), g));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => V.Where(a > b, V.Const(0), V.Where(V.Equal(a, b), g * V.Const(0.5), g));
    }

    /// <summary>The smaller of two numbers, NaN if one is NaN; equal numbers share the gradient.</summary>
    public readonly record struct Minimum : IBinaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => V.Min(a, b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => V.Where(a > b, V.Const(0), V.Where(V.Equal(a, b), g * V.Const(0.5), g));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => V.Where(a < b, V.Const(0), V.Where(V.Equal(a, b), g * V.Const(0.5), g));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The larger element of the two tensors, which broadcast; NaN where one is NaN. Matches torch.maximum.</summary>
        /// <param name="other">The other tensor.</param>
        public Tensor Maximum(Tensor other) => Op.Zip(new Maximum(), this, other);

        /// <summary>The smaller element of the two tensors, which broadcast; NaN where one is NaN. Matches torch.minimum.</summary>
        /// <param name="other">The other tensor.</param>
        public Tensor Minimum(Tensor other) => Op.Zip(new Minimum(), this, other);
    }
}
