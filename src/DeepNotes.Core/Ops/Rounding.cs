using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The largest integer that is not above x.</summary>
    public readonly record struct Floor : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Floor(x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(0);
    }

    /// <summary>The smallest integer that is not below x.</summary>
    public readonly record struct Ceiling : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => -V.Floor(-x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(0);
    }

    /// <summary>The nearest integer, ties to even.</summary>
    public readonly record struct Round : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Round(x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(0);
    }

    /// <summary>x without its fraction.</summary>
    public readonly record struct Truncate : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Where(x < V.Const(0), -V.Floor(-x), V.Floor(x));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(0);
    }

    /// <summary>What truncation takes away, with the sign of x.</summary>
    public readonly record struct Fraction : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => x - V.Call(new Truncate(), x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g;
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The largest integer not above each element; integers stay as they are. Matches torch.floor.</summary>
        public Tensor Floor() => Map(new Floor());

        /// <summary>The smallest integer not below each element; integers stay as they are. Matches torch.ceil.</summary>
        public Tensor Ceiling() => Map(new Ceiling());

        /// <summary>The integer nearest to each element, ties to even; integers stay as they are. Matches torch.round.</summary>
        public Tensor Round() => Map(new Round());

        /// <summary>Every element without its fraction; integers stay as they are. Matches torch.trunc.</summary>
        public Tensor Truncate() => Map(new Truncate());

        /// <summary>The fraction of every element, with its sign. Matches torch.frac.</summary>
        public Tensor Fraction() => Map(new Fraction());
    }
}
