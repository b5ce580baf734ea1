using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>ln(x / (1 − x)), the inverse of the sigmoid function; NaN outside [0, 1].</summary>
    public readonly record struct Logit : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // About 1/2 the quotient is about 1 and its logarithm would lose all digits; there it is 2·artanh(2x − 1), whose argument is exact from 1/4 on.
            V one = V.Const(1), centre = V.Call(new Atanh(), x + x - one);
            return V.Where(x < V.Const(0.25), V.Call(new Log(), x / (one - x)), centre + centre);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V>
        {
            V one = V.Const(1), zero = V.Const(0);
            V inside = V.Where(x < zero, V.Const(double.NaN), V.Where(x > one, V.Const(double.NaN), x));
            return g / (inside * (one - inside));
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>ln(x / (1 − x)) of every element: the inverse of <see cref="Sigmoid"/>; NaN outside [0, 1]. Matches torch.logit.</summary>
        /// <param name="epsilon">Elements are first limited to [ε, 1 − ε]; 0, the default, for no limit.</param>
        /// <exception cref="ArgumentOutOfRangeException">ε is not from 0 to 1/2.</exception>
        public Tensor Logit(double epsilon = 0)
        {
            if (!(epsilon is >= 0 and <= 0.5)) throw new ArgumentOutOfRangeException(nameof(epsilon), $"Logit: epsilon must be from 0 to 0.5; it is {epsilon}.");
            if (epsilon == 0) return Map(new Logit());
            if (DType.IsNarrow()) return Widened().Logit(epsilon).To(DType);
            return Clamp(epsilon, 1 - epsilon).Map(new Logit());
        }
    }
}
