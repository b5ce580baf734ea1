using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>Whether a &lt; b; false where either is NaN.</summary>
    public readonly record struct Less : ICompareOp
    {
        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Test<V>(V a, V b) where V : INumberLane<V> => a < b;
    }

    /// <summary>Whether a ≤ b; false where either is NaN.</summary>
    public readonly record struct LessOrEqual : ICompareOp
    {
        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Test<V>(V a, V b) where V : INumberLane<V> => a <= b;
    }

    /// <summary>Whether a &gt; b; false where either is NaN.</summary>
    public readonly record struct Greater : ICompareOp
    {
        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Test<V>(V a, V b) where V : INumberLane<V> => a > b;
    }

    /// <summary>Whether a ≥ b; false where either is NaN.</summary>
    public readonly record struct GreaterOrEqual : ICompareOp
    {
        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Test<V>(V a, V b) where V : INumberLane<V> => a >= b;
    }

    /// <summary>Whether a = b; false where either is NaN.</summary>
    public readonly record struct Equal : ICompareOp
    {
        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Test<V>(V a, V b) where V : INumberLane<V> => V.Equal(a, b);
    }

    /// <summary>Whether a ≠ b; true where either is NaN.</summary>
    public readonly record struct NotEqual : ICompareOp
    {
        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Test<V>(V a, V b) where V : INumberLane<V> => V.Where(V.Equal(a, b), V.Const(1) < V.Const(0), V.Const(0) < V.Const(1));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>A Bool tensor of where the left element is smaller; the tensors broadcast, and a NaN gives false. Matches torch.lt.</summary>
        public static Tensor operator <(Tensor a, Tensor b) => Op.Compare(new Less(), a, b);

        /// <summary>A Bool tensor of where the left element is not larger; the tensors broadcast, and a NaN gives false. Matches torch.le.</summary>
        public static Tensor operator <=(Tensor a, Tensor b) => Op.Compare(new LessOrEqual(), a, b);

        /// <summary>A Bool tensor of where the left element is larger; the tensors broadcast, and a NaN gives false. Matches torch.gt.</summary>
        public static Tensor operator >(Tensor a, Tensor b) => Op.Compare(new Greater(), a, b);

        /// <summary>A Bool tensor of where the left element is not smaller; the tensors broadcast, and a NaN gives false. Matches torch.ge.</summary>
        public static Tensor operator >=(Tensor a, Tensor b) => Op.Compare(new GreaterOrEqual(), a, b);

        /// <summary>A Bool tensor of where the two elements are equal; the tensors broadcast, and a NaN gives false. Matches torch.eq.</summary>
        /// <param name="other">The other tensor.</param>
        public Tensor Eq(Tensor other) => Op.Compare(new Equal(), this, other);

        /// <summary>A Bool tensor of where the two elements differ; the tensors broadcast, and a NaN gives true. Matches torch.ne.</summary>
        /// <param name="other">The other tensor.</param>
        public Tensor Ne(Tensor other) => Op.Compare(new NotEqual(), this, other);
    }
}
