using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>Whether a is ∞ or −∞; b is not read.</summary>
    public readonly record struct IsInfinite : ICompareOp
    {
        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Test<V>(V a, V b) where V : INumberLane<V> => V.Where(V.Equal(a - a, V.Const(0)), V.Const(1) < V.Const(0), V.Equal(a, a));
    }

    /// <summary>Whether a is a number; b is not read.</summary>
    public readonly record struct IsFinite : ICompareOp
    {
        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Test<V>(V a, V b) where V : INumberLane<V> => V.Equal(a - a, V.Const(0));
    }

    /// <summary>Whether the sign bit of a is set, −0 and NaN included; b is not read.</summary>
    public readonly record struct HasSign : ICompareOp
    {
        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Test<V>(V a, V b) where V : INumberLane<V> => V.CopySign(V.Const(1), a) < V.Const(0);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>A Bool tensor of where the elements are NaN. Matches torch.isnan.</summary>
        public Tensor IsNaN() => Op.Compare(new NotEqual(), this, this);

        /// <summary>A Bool tensor of where the elements are ∞ or −∞. Matches torch.isinf.</summary>
        public Tensor IsInfinite() => Op.Compare(new IsInfinite(), this, this);

        /// <summary>A Bool tensor of where the elements are neither infinite nor NaN. Matches torch.isfinite.</summary>
        public Tensor IsFinite() => Op.Compare(new IsFinite(), this, this);

        /// <summary>A Bool tensor of where the sign bit is set, −0 included. Matches torch.signbit.</summary>
        public Tensor SignBit() => DType.IsFloatingPoint() ? Op.Compare(new HasSign(), this, this) : Op.Compare(new Less(), this, 0);
    }
}
