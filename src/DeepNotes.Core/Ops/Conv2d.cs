using DeepNotes.Autograd;
using DeepNotes.Backends.Cpu;

namespace DeepNotes.Ops
{
    /// <summary>
    /// x ⋆ w + b. With its two gradients it is closed under differentiation: all three are the same trilinear form
    /// ⟨g, x ⋆ w⟩ with one argument left open, so each one's gradients are the other two.
    /// </summary>
    internal readonly record struct Conv2d(Conv2dShape Window, bool HasBias) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[0], x[1]);
            Work.MultiplyAdds += Window.MultiplyAdds;
            return x[0].Backend.Convolution(x[0].Contiguous(), x[1].Contiguous(), HasBias ? x[2].Contiguous() : null, Window);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (x, weight) = kept;
            if (gradients.Needs(0)) gradients[0] = Op.Apply(new Conv2dInput(Window), g, weight);
            if (gradients.Needs(1)) gradients[1] = Op.Apply(new Conv2dWeight(Window), g, x);
            if (HasBias && gradients.Needs(2)) gradients[2] = g.Sum([0, 2, 3]);
        }
    }

    /// <summary>The gradient with respect to the input, from g and w: a transposed convolution.</summary>
    internal readonly record struct Conv2dInput(Conv2dShape Window) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[0], x[1]);
            Work.MultiplyAdds += Window.MultiplyAdds;
            return x[0].Backend.ConvolutionInput(x[0].Contiguous(), x[1].Contiguous(), Window);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (outer, weight) = kept;
            if (gradients.Needs(0)) gradients[0] = Op.Apply(new Conv2d(Window, HasBias: false), g, weight);
            if (gradients.Needs(1)) gradients[1] = Op.Apply(new Conv2dWeight(Window), outer, g);
        }
    }

    /// <summary>The gradient with respect to the weight, from g and x.</summary>
    internal readonly record struct Conv2dWeight(Conv2dShape Window) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[0], x[1]);
            Work.MultiplyAdds += Window.MultiplyAdds;
            return x[0].Backend.ConvolutionWeight(x[0].Contiguous(), x[1].Contiguous(), Window);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (outer, x) = kept;
            if (gradients.Needs(0)) gradients[0] = Op.Apply(new Conv2d(Window, HasBias: false), x, g);
            if (gradients.Needs(1)) gradients[1] = Op.Apply(new Conv2dInput(Window), outer, g);
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>Slides windows over images. Matches torch.nn.functional.conv2d.</summary>
        /// <param name="weight">[out, in/groups, kh, kw].</param>
        /// <param name="bias">[out], or null for none.</param>
        /// <param name="stride">Rows and columns from one window to the next; 1 by default.</param>
        /// <param name="padding">Rows and columns of zeros added on each side; none by default.</param>
        /// <param name="dilation">Rows and columns from one element of a window to the next; 1 by default.</param>
        /// <param name="groups">Input and output channels are cut into so many groups that do not see each other; 1 by default.</param>
        /// <returns>[N, out, OH, OW] for this tensor's [N, in, H, W]; the same without N.</returns>
        /// <exception cref="ShapeException">Shapes, channels or groups do not fit, or a window is larger than the padded image.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor Conv2d(Tensor weight, Tensor? bias = null, (int H, int W)? stride = null, (int H, int W)? padding = null, (int H, int W)? dilation = null, int groups = 1)
        {
            var (s, p, d) = (stride ?? (1, 1), padding ?? (0, 0), dilation ?? (1, 1));
            ConvolutionArguments.Check(nameof(Conv2d), this, weight, bias, [s.H, s.W], [p.H, p.W], [d.H, d.W], groups);
            if (Rank == 3) return Unsqueeze(0).Conv2d(weight, bias, stride, padding, dilation, groups).Squeeze(0);
            var window = new Conv2dShape(Shape[0], Shape[1], Shape[2], Shape[3], weight.Shape[0], weight.Shape[2], weight.Shape[3], s.H, s.W, p.H, p.W, d.H, d.W, groups);
            return bias is null ? Op.Apply(new Conv2d(window, false), this, weight) : Op.Apply(new Conv2d(window, true), this, weight, bias);
        }
    }
}
