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
        /// <returns>[N, C, OH, OW] for this tensor's [N, C, H, W].</returns>
        /// <exception cref="ShapeException">The input is not [N, C, H, W], or a window does not fit.</exception>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        public Tensor MaxPool2d((int H, int W) kernel, (int H, int W)? stride = null, (int H, int W)? padding = null, (int H, int W)? dilation = null) =>
            MaxPool2dWithIndices(kernel, stride, padding, dilation).Values;

        /// <summary><see cref="MaxPool2d"/> with the place of each largest element in its plane: row·W + column, as Int64. Matches return_indices=True.</summary>
        /// <inheritdoc cref="MaxPool2d"/>
        public (Tensor Values, Tensor Indices) MaxPool2dWithIndices((int H, int W) kernel, (int H, int W)? stride = null, (int H, int W)? padding = null, (int H, int W)? dilation = null)
        {
            var (s, p, d) = (stride ?? kernel, padding ?? (0, 0), dilation ?? (1, 1));
            if (Rank != 4) throw new ShapeException($"MaxPool2d: the input must be [N, C, H, W]; it is {Shape}.");
            Floating(DType, nameof(MaxPool2d));
            if (kernel.H < 1 || kernel.W < 1 || s.H < 1 || s.W < 1 || d.H < 1 || d.W < 1 || p.H < 0 || p.W < 0) throw new ArgumentOutOfRangeException(nameof(kernel), $"MaxPool2d: kernel {kernel}, stride {s} and dilation {d} must be at least 1 and padding {p} at least 0.");
            if (p.H > kernel.H / 2 || p.W > kernel.W / 2) throw new ShapeException($"MaxPool2d: the padding {p} is more than half of the window {kernel}.");
            if (d.H * (kernel.H - 1L) + 1 > Shape[2] + 2L * p.H || d.W * (kernel.W - 1L) + 1 > Shape[3] + 2L * p.W)
                throw new ShapeException($"MaxPool2d: a window {kernel} with dilation {d} does not fit the image {Shape[2]}×{Shape[3]} with padding {p}.");
            var window = new Pool2dShape(Shape[0] * Shape[1], Shape[2], Shape[3], kernel.H, kernel.W, s.H, s.W, p.H, p.W, d.H, d.W);
            var both = Op.ApplyMulti(new MaxPool2d(window), this);
            return (both[0], both[1]);
        }
    }
}
