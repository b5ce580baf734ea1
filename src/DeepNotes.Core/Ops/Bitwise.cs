using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The bits that both integers have.</summary>
    public readonly record struct BitwiseAnd : IBinaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => V.And(a, b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);
    }

    /// <summary>The bits that one of the integers has.</summary>
    public readonly record struct BitwiseOr : IBinaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => V.Or(a, b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);
    }

    /// <summary>The bits in which the integers differ.</summary>
    public readonly record struct BitwiseXor : IBinaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => V.Xor(a, b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);
    }

    /// <summary>An integer with some of its bits flipped.</summary>
    /// <param name="Mask">The bits: −1 for all.</param>
    public readonly record struct BitwiseFlip(double Mask) : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Xor(x, V.Const(Mask));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(0);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The bits that both integers have; of Bool tensors, where both hold. The tensors broadcast. Matches torch.bitwise_and.</summary>
        /// <exception cref="DTypeException">An operand is floating-point.</exception>
        public static Tensor operator &(Tensor a, Tensor b) => Op.Zip(new BitwiseAnd(), a.Bits(), b.Bits());

        /// <summary>The bits that one of the integers has; of Bool tensors, where one holds. The tensors broadcast. Matches torch.bitwise_or.</summary>
        /// <exception cref="DTypeException">An operand is floating-point.</exception>
        public static Tensor operator |(Tensor a, Tensor b) => Op.Zip(new BitwiseOr(), a.Bits(), b.Bits());

        /// <summary>The bits in which the integers differ; of Bool tensors, where exactly one holds. The tensors broadcast. Matches torch.bitwise_xor.</summary>
        /// <exception cref="DTypeException">An operand is floating-point.</exception>
        public static Tensor operator ^(Tensor a, Tensor b) => Op.Zip(new BitwiseXor(), a.Bits(), b.Bits());

        /// <summary>Every bit of the integers flipped; of a Bool tensor, where it does not hold. Matches torch.bitwise_not.</summary>
        /// <exception cref="DTypeException">The tensor is floating-point.</exception>
        public static Tensor operator ~(Tensor a) => a.Bits().Map(new BitwiseFlip(a.DType switch { DType.Bool => 1, DType.UInt8 => 255, _ => -1 }));

        /// <summary>A Bool tensor of where both elements are other than 0; the tensors broadcast. Matches torch.logical_and.</summary>
        /// <param name="other">The other tensor.</param>
        public Tensor LogicalAnd(Tensor other) => Truth() & other.Truth();

        /// <summary>A Bool tensor of where one of the elements is other than 0; the tensors broadcast. Matches torch.logical_or.</summary>
        /// <param name="other">The other tensor.</param>
        public Tensor LogicalOr(Tensor other) => Truth() | other.Truth();

        /// <summary>A Bool tensor of where exactly one of the elements is other than 0; the tensors broadcast. Matches torch.logical_xor.</summary>
        /// <param name="other">The other tensor.</param>
        public Tensor LogicalXor(Tensor other) => Truth() ^ other.Truth();

        /// <summary>A Bool tensor of where the elements are 0. Matches torch.logical_not.</summary>
        public Tensor LogicalNot() => ~Truth();

        private Tensor Truth() => DType == DType.Bool ? this : Ne(0);

        private Tensor Bits() => !DType.IsFloatingPoint() ? this : throw new DTypeException($"Bits are those of integers and Bool; the elements are {DType}. LogicalAnd and its like take any type.");
    }
}
