using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>x − tanh x.</summary>
    public readonly record struct TanhShrink : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => x - V.Call(new Tanh(), x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V>
        {
            V t = V.Call(new Tanh(), x);
            return g * t * t;
        }
    }

    /// <summary>x moved towards 0 by λ, 0 within [−λ, λ].</summary>
    /// <param name="Lambda">Half the width of the interval that becomes 0.</param>
    public readonly record struct SoftShrink(double Lambda) : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Where(x > V.Const(Lambda), x - V.Const(Lambda), V.Where(x < V.Const(-Lambda), x + V.Const(Lambda), V.Where(V.Equal(x, x), V.Const(0), x)));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x > V.Const(Lambda), g, V.Where(x < V.Const(-Lambda), g, V.Const(0)));
    }

    /// <summary>x, but 0 within [−λ, λ].</summary>
    /// <param name="Lambda">Half the width of the interval that becomes 0.</param>
    public readonly record struct HardShrink(double Lambda) : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Where(V.Abs(x) <= V.Const(Lambda), V.Const(0), x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(V.Abs(x) > V.Const(Lambda), g, V.Const(0));
    }

    /// <summary>x above the limit, a constant up to it.</summary>
    /// <param name="Limit">Where the constant ends; a whole number for integer tensors.</param>
    /// <param name="Value">The constant; a whole number for integer tensors.</param>
    public readonly record struct Threshold(double Limit, double Value) : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Where(x <= V.Const(Limit), V.Const(Value), x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x <= V.Const(Limit), V.Const(0), g);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>x − tanh x of every element. Matches torch.nn.functional.tanhshrink.</summary>
        public Tensor TanhShrink() => Map(new TanhShrink());

        /// <summary>Every element moved towards 0 by λ. Matches torch.nn.functional.softshrink.</summary>
        /// <param name="lambda">How far; elements nearer to 0 become 0.</param>
        public Tensor SoftShrink(double lambda = 0.5) => Map(new SoftShrink(lambda));

        /// <summary>Every element, but 0 within [−λ, λ]. Matches torch.nn.functional.hardshrink.</summary>
        /// <param name="lambda">Half the width of the interval.</param>
        public Tensor HardShrink(double lambda = 0.5) => Map(new HardShrink(lambda));

        /// <summary>Every element above the limit, and a constant up to it. Matches torch.nn.functional.threshold.</summary>
        /// <param name="limit">Where the constant ends; a whole number for integers.</param>
        /// <param name="value">The constant; a whole number for integers.</param>
        public Tensor Threshold(double limit, double value) => Map(new Threshold(limit, value));
    }
}
