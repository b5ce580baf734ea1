using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>a + b.</summary>
    public readonly record struct Add : IBinaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => a + b;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g;
    }

    /// <summary>a − b.</summary>
    public readonly record struct Subtract : IBinaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => a - b;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => -g;
    }

    /// <summary>a·b.</summary>
    public readonly record struct Multiply : IBinaryOp, IIntegerFormula, ICrossGradient
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => a * b;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * b;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * a;
    }

    /// <summary>a / b.</summary>
    public readonly record struct Divide : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => a / b;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g / b;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => -g * y / b;
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The sum of two tensors, which broadcast; of two Bool tensors, whether at least one is true. Matches torch.add.</summary>
        public static Tensor operator +(Tensor a, Tensor b) => a.DType == DType.Bool && b.DType == DType.Bool ? Op.Zip(new Maximum(), a, b) : Op.Zip(new Add(), a, b);

        /// <summary>The difference of two tensors, which broadcast. Matches torch.sub.</summary>
        /// <exception cref="DTypeException">Both are Bool.</exception>
        public static Tensor operator -(Tensor a, Tensor b) => a.DType == DType.Bool && b.DType == DType.Bool ? throw NoTruth("-") : Op.Zip(new Subtract(), a, b);

        /// <summary>The product of two tensors element by element; they broadcast. Matches torch.mul.</summary>
        public static Tensor operator *(Tensor a, Tensor b) => Op.Zip(new Multiply(), a, b);

        /// <summary>The quotient of two tensors, which broadcast; integers give Float32. Matches torch.div.</summary>
        public static Tensor operator /(Tensor a, Tensor b) => Op.Zip(new Divide(), a, b);

        /// <summary>Every element negated. Matches torch.neg.</summary>
        /// <exception cref="DTypeException">The elements are Bool.</exception>
        public static Tensor operator -(Tensor a) => a.DType == DType.Bool ? throw NoTruth("-") : a.Map(new Negate());

        private static DTypeException NoTruth(string operation) =>
            new($"{operation}: Bool elements have no difference; convert them with To(DType.Int64), or compare them with Ne.");
    }
}
