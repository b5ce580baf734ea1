using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>ln(1 + exp(β·x)) / β, and x itself where β·x is above the threshold.</summary>
    /// <param name="Beta">How sharp the bend is.</param>
    /// <param name="Threshold">Where the function becomes the identity.</param>
    public readonly record struct Softplus(double Beta, double Threshold) : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V z = x * V.Const(Beta);
            V y = (V.MaxNative(V.Const(0), z) + V.Call(new Log1p(), V.Call(new Exp(), -V.Abs(z)))) / V.Const(Beta);
            return V.Where(z > V.Const(Threshold), x, y);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x * V.Const(Beta) > V.Const(Threshold), g, g * V.Call(new Sigmoid(), x * V.Const(Beta)));
    }

    /// <summary>ln σ(x), σ the logistic function.</summary>
    public readonly record struct LogSigmoid : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.MinNative(V.Const(0), x) - V.Call(new Log1p(), V.Call(new Exp(), -V.Abs(x)));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Call(new Sigmoid(), -x);
    }

    /// <summary>x / (1 + |x|).</summary>
    public readonly record struct Softsign : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => x / (V.Const(1) + V.Abs(x));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V>
        {
            V d = V.Const(1) + V.Abs(x);
            return g / (d * d);
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>ln(1 + exp(β·x)) / β of every element. Matches torch.nn.functional.softplus.</summary>
        /// <param name="beta">How sharp the bend is; not 0.</param>
        /// <param name="threshold">The value of β·x from which on the result is x.</param>
        public Tensor Softplus(double beta = 1, double threshold = 20) => Map(new Softplus(beta, threshold));

        /// <summary>The logarithm of the logistic function of every element. Matches torch.nn.functional.logsigmoid.</summary>
        public Tensor LogSigmoid() => Map(new LogSigmoid());

        /// <summary>x / (1 + |x|) of every element. Matches torch.nn.functional.softsign.</summary>
        public Tensor Softsign() => Map(new Softsign());
    }
}
