using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>x above 0, α·(eˣ − 1) below (Clevert et al., arXiv:1511.07289).</summary>
    /// <param name="Alpha">The scale of the branch below 0.</param>
    public readonly record struct Elu(double Alpha) : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Where(x > V.Const(0), x, V.Const(Alpha) * V.Call(new Expm1(), x));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x > V.Const(0), g, g * V.Const(Alpha) * V.Call(new Exp(), V.Min(x, V.Const(0))));
    }

    /// <summary>1.0507·x above 0, 1.7581·(eˣ − 1) below: self-normalising (Klambauer et al., arXiv:1706.02515).</summary>
    public readonly record struct Selu : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Where(x > V.Const(0), x * V.Const(1.0507009873554804934193349852946), V.Const(1.7580993408473768599402175208123) * V.Call(new Expm1(), x));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x > V.Const(0), g * V.Const(1.0507009873554804934193349852946), g * V.Const(1.7580993408473768599402175208123) * V.Call(new Exp(), V.Min(x, V.Const(0))));
    }

    /// <summary>x above 0, α·(exp(x/α) − 1) below (Barron, arXiv:1704.07483).</summary>
    /// <param name="Alpha">The scale of the branch below 0.</param>
    public readonly record struct Celu(double Alpha) : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Where(x > V.Const(0), x, V.Const(Alpha) * V.Call(new Expm1(), x / V.Const(Alpha)));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x > V.Const(0), g, g * V.Call(new Exp(), V.Min(x, V.Const(0)) / V.Const(Alpha)));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>x above 0 and α·(eˣ − 1) below, of every element. Matches torch.nn.functional.elu.</summary>
        /// <param name="alpha">The scale below 0.</param>
        public Tensor Elu(double alpha = 1) => Map(new Elu(alpha));

        /// <summary>The self-normalising exponential unit of every element. Matches torch.nn.functional.selu.</summary>
        public Tensor Selu() => Map(new Selu());

        /// <summary>x above 0 and α·(exp(x/α) − 1) below, of every element. Matches torch.nn.functional.celu.</summary>
        /// <param name="alpha">The scale below 0; not 0.</param>
        public Tensor Celu(double alpha = 1) => Map(new Celu(alpha));
    }
}
