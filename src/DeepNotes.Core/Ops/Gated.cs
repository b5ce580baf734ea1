using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>a above 0, b·a elsewhere (He et al., arXiv:1502.01852).</summary>
    public readonly record struct PRelu : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => V.Where(a > V.Const(0), a, a * b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => V.Where(a > V.Const(0), g, g * b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => V.Where(a > V.Const(0), V.Const(0), g * a);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>Every element above 0, and a learned multiple of it elsewhere. Matches torch.nn.functional.prelu.</summary>
        /// <param name="slope">One number, or one for each channel: the elements of dimension 1 (of dimension 0 where there is no other).</param>
        /// <exception cref="ShapeException">The slopes are neither one nor as many as channels.</exception>
        public Tensor PRelu(Tensor slope)
        {
            Op.CheckDevices(nameof(PRelu), this, slope);
            if (slope.Count == 1) return Op.Zip(new PRelu(), this, slope.Reshape([]));
            int channel = Rank > 1 ? 1 : 0;
            if (Rank == 0 || slope.Count != Shape[channel]) throw new ShapeException($"PRelu: {slope.Count} slopes do not fit the channels of {Shape}: give one slope, or one for each element of dimension {channel}.");
            Span<int> lengths = stackalloc int[Rank];
            lengths.Fill(1);
            lengths[channel] = slope.Count;
            return Op.Zip(new PRelu(), this, slope.Reshape(lengths));
        }

        /// <summary>The first half along a dimension times the logistic function of the second (Dauphin et al., arXiv:1612.08083). Matches torch.nn.functional.glu.</summary>
        /// <param name="dimension">The dimension that is halved; negative counts from the end.</param>
        /// <exception cref="ShapeException">The dimension's length is odd.</exception>
        public Tensor Glu(int dimension = -1)
        {
            int length = Shape[dimension < 0 ? Rank + dimension : dimension];
            if (length % 2 != 0) throw new ShapeException($"Glu: dimension {dimension} of {Shape} has {length} elements, which cannot be halved.");
            return Narrow(dimension, 0, length / 2) * Narrow(dimension, length / 2, length / 2).Sigmoid();
        }
    }
}
