using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>max(x, 0); the gradient at 0 is 0.</summary>
    public readonly record struct Relu : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.MaxNative(V.Const(0), x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(y <= V.Const(0), V.Const(0), g);
    }

    /// <summary>x above 0, slope·x elsewhere; the gradient at 0 is the slope.</summary>
    /// <param name="Slope">The factor of numbers up to 0.</param>
    public readonly record struct LeakyRelu(double Slope) : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Where(x > V.Const(0), x, x * V.Const(Slope));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x > V.Const(0), g, g * V.Const(Slope));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>max(x, 0) of every element, integers too. Matches torch.relu.</summary>
        public Tensor Relu() => Map(new Relu());

        /// <summary>Every element above 0, and <paramref name="slope"/> times it elsewhere. Matches torch.nn.functional.leaky_relu.</summary>
        /// <param name="slope">The factor of numbers up to 0.</param>
        public Tensor LeakyRelu(double slope = 0.01) => Map(new LeakyRelu(slope));
    }
}
