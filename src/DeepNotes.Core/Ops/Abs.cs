using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The magnitude; the gradient at 0 is 0.</summary>
    public readonly record struct Abs : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Abs(x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x > V.Const(0), g, V.Where(x < V.Const(0), -g, V.Const(0)));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The magnitude of every element, integers too. Matches torch.abs.</summary>
        public Tensor Abs() => Map(new Abs());
    }
}
