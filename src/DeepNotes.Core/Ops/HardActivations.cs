using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>x limited to [Minimum, Maximum], with gradient 0 on the bounds.</summary>
    /// <param name="Minimum">The lower bound.</param>
    /// <param name="Maximum">The upper bound.</param>
    public readonly record struct HardTanh(double Minimum, double Maximum) : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.MinNative(V.Const(Maximum), V.MaxNative(V.Const(Minimum), x));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x > V.Const(Minimum), V.Where(x < V.Const(Maximum), g, V.Const(0)), V.Const(0));
    }

    /// <summary>(x + 3) / 6 limited to [0, 1].</summary>
    public readonly record struct HardSigmoid : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.MinNative(V.Const(6), V.MaxNative(V.Const(0), x + V.Const(3))) / V.Const(6);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x > V.Const(-3), V.Where(x < V.Const(3), g / V.Const(6), V.Const(0)), V.Const(0));
    }

    /// <summary>x·(x + 3) / 6 between −3 and 3, 0 below and x above (Howard et al., arXiv:1905.02244).</summary>
    public readonly record struct HardSwish : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => x * (V.MinNative(V.Const(6), V.MaxNative(V.Const(0), x + V.Const(3))) / V.Const(6));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x < V.Const(-3), V.Const(0), V.Where(x <= V.Const(3), g * (x / V.Const(3) + V.Const(0.5)), g));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>Every element limited to [minimum, maximum]; unlike <see cref="Clamp(double, double)"/> its gradient is 0 on the bounds. Matches torch.nn.functional.hardtanh.</summary>
        /// <param name="minimum">The lower bound.</param>
        /// <param name="maximum">The upper bound.</param>
        public Tensor HardTanh(double minimum = -1, double maximum = 1) => Map(new HardTanh(minimum, maximum));

        /// <summary>Every element limited to [0, 6]. Matches torch.nn.functional.relu6.</summary>
        public Tensor Relu6() => Map(new HardTanh(0, 6));

        /// <summary>(x + 3) / 6 limited to [0, 1], of every element. Matches torch.nn.functional.hardsigmoid.</summary>
        public Tensor HardSigmoid() => Map(new HardSigmoid());

        /// <summary>x·HardSigmoid(x) of every element. Matches torch.nn.functional.hardswish.</summary>
        public Tensor HardSwish() => Map(new HardSwish());
    }
}
