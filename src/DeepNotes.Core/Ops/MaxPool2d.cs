using DeepNotes.Autograd;
using DeepNotes.Backends.Cpu;

namespace DeepNotes.Ops
{
    /// <summary>The largest element of each window and its place in the plane; the gradient goes to that place.</summary>
    internal readonly record struct MaxPool2d(Pool2dShape Window) : IMultiOp, IWide
    {
        public Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var (values, indices) = x[0].Backend.MaxPool(x[0].Contiguous(), Window);
            tape.Keep(indices);
            return [values, indices];
        }

        public void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients)
        {
            if (g[0] is { } gradient) gradients[0] = Op.Apply(new MaxPool2dGradient(Window, gradients.ShapeOf(0)), gradient, kept[0]);
        }
    }

    /// <summary>Adds the gradient of each window to the place that its largest element came from.</summary>
    internal readonly record struct MaxPool2dGradient(Pool2dShape Window, Shape To) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[1]);
            return x[0].Backend.MaxPoolGradient(x[0].Contiguous(), x[1], Window, To);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var places = kept[0].Flatten(-2);
            gradients[0] = g.Flatten(-2).Gather(places).Reshape(kept[0].Shape);
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>The largest element of each window of an image. Matches torch.nn.functional.max_pool2d.</summary>
        /// <param name="kernel">Rows and columns of a window.</param>
        /// <param name="stride">Rows and columns from one window to the next; the window's size by default.</param>
        /// <param name="padding">Rows and columns added on each side, which never win; at most half a window; none by default.</param>
        /// <param name="dilation">Rows and columns from one element of a window to the next; 1 by default.</param>
        /// <param name="ceilMode">True to let the last windows reach beyond the edge instead of dropping them.</param>
        /// <returns>[N, C, OH, OW] for this tensor's [N, C, H, W]; the same without N.</returns>
        /// <exception cref="ShapeException">The input is not [N, C, H, W] or [C, H, W], or a window does not fit.</exception>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        /// <exception cref="ArgumentOutOfRangeException">Kernel, stride or dilation is below 1, or padding below 0.</exception>
        public Tensor MaxPool2d((int H, int W) kernel, (int H, int W)? stride = null, (int H, int W)? padding = null, (int H, int W)? dilation = null, bool ceilMode = false) =>
            MaxPool2dWithIndices(kernel, stride, padding, dilation, ceilMode).Values;

        /// <summary><see cref="MaxPool2d"/> with the place of each largest element in its plane: row·W + column, as Int64. Matches return_indices=True.</summary>
        /// <inheritdoc cref="MaxPool2d"/>
        public (Tensor Values, Tensor Indices) MaxPool2dWithIndices((int H, int W) kernel, (int H, int W)? stride = null, (int H, int W)? padding = null, (int H, int W)? dilation = null, bool ceilMode = false)
        {
            var (s, p, d) = (stride ?? kernel, padding ?? (0, 0), dilation ?? (1, 1));
            var sides = PoolSide.Of(nameof(MaxPool2d), this, [kernel.H, kernel.W], [s.H, s.W], [p.H, p.W], [d.H, d.W], ceilMode);
            return MaxPoolPlanes(sides[0], sides[1]);
        }

        /// <summary>The largest elements of windows over the last two dimensions, whatever stands before them, with their places.</summary>
        private (Tensor Values, Tensor Indices) MaxPoolPlanes(PoolSide h, PoolSide w)
        {
            int planes = 1;
            foreach (int length in Shape.AsSpan()[..^2]) planes *= length;
            var window = new Pool2dShape(planes, h.Length, w.Length, h.Kernel, w.Kernel, h.Stride, w.Stride, h.Padding, w.Padding, h.Dilation, w.Dilation, h.Extra, w.Extra);
            var both = Op.ApplyMulti(new MaxPool2d(window), this);
            return (both[0], both[1]);
        }
    }
}
