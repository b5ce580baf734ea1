using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>The elements in another type.</summary>
    internal readonly record struct Cast(DType To) : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var y = Tensor.Allocate(x[0].Shape, To, x[0].Device);
            x[0].Backend.Copy(x[0], y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = g.To(gradients.TypeOf(0));
    }

    /// <summary>The elements in storage of their own, in row-major order.</summary>
    internal readonly record struct Duplicate : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape) => x[0].Backend.Contiguous(x[0]);

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = g;
    }

    /// <summary>The elements on another device.</summary>
    internal readonly record struct Transfer(Device To, Device From) : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var source = x[0].IsContiguous ? x[0] : x[0].Backend.Contiguous(x[0]);
            var y = Tensor.Allocate(source.Shape, source.DType, To);
            // The device that is not the CPU knows how to reach both sides.
            (To.IsCpu ? source.Backend : y.Backend).Copy(source, y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = g.To(From);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The elements in another type; the tensor itself if it has that type. Floating point to integer goes towards zero. Matches torch.Tensor.to.</summary>
        /// <param name="dtype">The element type of the result.</param>
        public Tensor To(DType dtype) => dtype == DType ? this : Op.Apply(new Ops.Cast(dtype), this);

        /// <summary>The elements on another device; the tensor itself if it is there. Matches torch.Tensor.to.</summary>
        /// <param name="device">Where the result is.</param>
        public Tensor To(Device device) => ReferenceEquals(device, Device) ? this : Op.Apply(new Ops.Transfer(device, Device), this);

        /// <summary>The tensor itself if it is contiguous, otherwise a contiguous copy. Matches torch.Tensor.contiguous.</summary>
        public Tensor Contiguous() => IsContiguous ? this : Op.Apply(new Ops.Duplicate(), this);

        /// <summary>A copy in storage of its own; gradients flow through it. Matches torch.clone.</summary>
        public Tensor Clone() => Op.Apply(new Ops.Duplicate(), this);
    }
}
