using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>sin(πx) / (πx), and 1 at 0.</summary>
    public readonly record struct Sinc : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V zero = V.Const(0), half = V.Const(0.5), size = V.Abs(x);
            // The sine is positive from an even number to the next odd one.
            V turns = V.Floor(size) * half;
            V sine = GammaFunction.SineOverPi(size);
            V y = V.Where(V.Floor(turns) < turns, zero - sine, sine) / size;
            return V.Where(V.Equal(size, zero), V.Const(1), V.Where(V.Equal(size, V.Const(double.PositiveInfinity)), V.Const(double.NaN), y));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V>
        {
            // (cos πx − y) / x, where the two do not cancel; its series about 0, Σ (−1)ᵏ·2k·π²ᵏ·x²ᵏ⁻¹ / (2k + 1)!, where they do.
            V t = x * V.Const(Math.PI), z = t * t;
            V isNear = V.Abs(t) < V.Const(0.5);
            V series = V.Const(1.0 / 45360) + z * (V.Const(-1.0 / 3991680) + z * V.Const(1.0 / 518918400));
            V near = t * (V.Const(-1.0 / 3) + z * (V.Const(1.0 / 30) + z * (V.Const(-1.0 / 840) + z * series)));
            V far = (V.Call(new Cos(), t) - y) / V.Where(isNear, V.Const(1), t);
            return g * V.Const(Math.PI) * V.Where(isNear, near, far);
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>sin(πx) / (πx) of every element, 1 at 0; integers are converted to Float32. Matches torch.sinc.</summary>
        public Tensor Sinc() => Map(new Sinc());
    }
}
